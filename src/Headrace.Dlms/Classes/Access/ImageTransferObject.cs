using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What a step that a device takes on an image came to.</summary>
public enum ImageStep
{
    /// <summary>It is done.</summary>
    Done,
    /// <summary>It is not done yet; it is asked for again.</summary>
    Busy,
    /// <summary>It cannot be done.</summary>
    Failed,
}

/// <summary>What a device does with images.</summary>
public sealed record ImageHandling
{
    /// <summary>Attribute 2, in bytes.</summary>
    public uint BlockSize { get; init; } = 200;

    /// <summary>The largest image taken, in bytes: so much memory a transfer holds at most.</summary>
    public uint MaximumSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Whether an image is taken at all; null takes any.</summary>
    public Func<ImageInitiation, bool>? Accepts { get; init; }

    /// <summary>Verifies a whole image; asked again while busy. Null finds every image good.</summary>
    public Func<ImageInitiation, ReadOnlyMemory<byte>, ImageStep>? Verify { get; init; }

    /// <summary>Activates a verified image; asked again while busy. Null activates at once.</summary>
    public Func<ImageInitiation, ReadOnlyMemory<byte>, ImageStep>? Activate { get; init; }

    /// <summary>The signature shown of a verified image; null for an empty one.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? SignatureOf { get; init; }
}

/// <summary>Class 18, Image transfer, version 0: takes an image block by block in any order, verifies and activates it (IEC 62056-6-2,
/// Image transfer). Safe for several callers at once.</summary>
public sealed class ImageTransferObject : CosemObject
{
    private readonly ImageHandling _handling;
    private readonly Lock _gate = new();
    private ImageInitiation _initiation = new("", 0);
    private byte[] _image = [];
    private bool[] _received = [];
    private int _missing;
    private ImageTransferStatus _status;

    /// <summary>An image transfer.</summary>
    /// <param name="name">Its name, as a rule 0-0:44.0.0.255.</param>
    /// <param name="handling">What the device does with images.</param>
    /// <param name="enabled">Attribute 5 at first.</param>
    public ImageTransferObject(LogicalName name, ImageHandling handling, bool enabled = true) : base(18, 0, name)
    {
        ArgumentOutOfRangeException.ThrowIfZero(handling.BlockSize, nameof(handling));
        (_handling, IsEnabled) = (handling, enabled);
        WithAttribute(2, CosemData.DoubleLongUnsigned(handling.BlockSize));
        WithAttribute(3, CosemTypes.BitString, () => Locked<IReadOnlyList<bool>>(() => [.. _received]));
        WithAttribute(4, CosemTypes.DoubleLongUnsigned, () => Locked(FirstMissing));
        WithAttribute(5, CosemTypes.Boolean, () => IsEnabled, value => IsEnabled = value);
        WithAttribute(6, CosemTypes.Enum<ImageTransferStatus>(), () => Status);
        WithAttribute(7, CosemTypes.Array<ImageToActivate>(), () => Locked(Ready));
        WithMethod(1, CosemTypes.Structure<ImageInitiation>(), wanted => WhereEnabled(() => Initiate(wanted)));
        WithMethod(2, CosemTypes.Structure<ImageBlock>(), block => WhereEnabled(() => Take(block)));
        WithMethod(3, _ => WhereEnabled(Verify));
        WithMethod(4, _ => WhereEnabled(Activate));
    }

    /// <summary>Whether images are taken, attribute 5.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Where the transfer is, attribute 6. A device that was busy is asked again.</summary>
    public ImageTransferStatus Status => Locked(() =>
    {
        if (_status == ImageTransferStatus.VerificationInitiated) Verify();
        if (_status == ImageTransferStatus.ActivationInitiated) Activate();
        return _status;
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_gate) return read();
    }

    private MethodAnswer WhereEnabled(Func<MethodAnswer> step) =>
        IsEnabled ? Locked(step) : ActionResult.ReadWriteDenied;

    private MethodAnswer Initiate(ImageInitiation wanted)
    {
        if (wanted.Size == 0 || wanted.Size > _handling.MaximumSize || _handling.Accepts?.Invoke(wanted) == false)
            return ActionResult.OtherReason;
        (_initiation, _image, _status) = (wanted, new byte[wanted.Size], ImageTransferStatus.Initiated);
        _missing = (int)((wanted.Size + _handling.BlockSize - 1L) / _handling.BlockSize);
        _received = new bool[_missing];
        return MethodAnswer.Done;
    }

    /// <summary>Blocks come in any order; one that came before is written over.</summary>
    private MethodAnswer Take(ImageBlock block)
    {
        if (_status != ImageTransferStatus.Initiated) return ActionResult.OtherReason;
        if (block.Number >= _received.Length) return ActionResult.DataBlockUnavailable;
        var start = block.Number * (long)_handling.BlockSize;
        if (block.Content.Length != Math.Min(_handling.BlockSize, _image.Length - start)) return ActionResult.TypeUnmatched;
        block.Content.CopyTo(_image.AsMemory((int)start));
        if (!_received[block.Number]) _missing--;
        _received[block.Number] = true;
        return MethodAnswer.Done;
    }

    private MethodAnswer Verify()
    {
        if (_status == ImageTransferStatus.VerificationSuccessful) return MethodAnswer.Done;
        if (_status is not (ImageTransferStatus.Initiated or ImageTransferStatus.VerificationInitiated) || _missing > 0)
            return ActionResult.OtherReason;
        return Step(_handling.Verify, ImageTransferStatus.VerificationInitiated, ImageTransferStatus.VerificationSuccessful,
            ImageTransferStatus.VerificationFailed);
    }

    /// <summary>What was not verified before is verified first.</summary>
    private MethodAnswer Activate()
    {
        if (_status is ImageTransferStatus.Initiated or ImageTransferStatus.VerificationInitiated
            && Verify() is { Result: not ActionResult.Success } refused) return refused;
        if (_status is not (ImageTransferStatus.VerificationSuccessful or ImageTransferStatus.ActivationInitiated))
            return ActionResult.OtherReason;
        return Step(_handling.Activate, ImageTransferStatus.ActivationInitiated, ImageTransferStatus.ActivationSuccessful,
            ImageTransferStatus.ActivationFailed);
    }

    private MethodAnswer Step(Func<ImageInitiation, ReadOnlyMemory<byte>, ImageStep>? step, ImageTransferStatus busy,
        ImageTransferStatus done, ImageTransferStatus failed)
    {
        var came = step?.Invoke(_initiation, _image) ?? ImageStep.Done;
        _status = came switch { ImageStep.Done => done, ImageStep.Busy => busy, _ => failed };
        return came switch
        {
            ImageStep.Done => MethodAnswer.Done,
            ImageStep.Busy => ActionResult.TemporaryFailure,
            _ => ActionResult.OtherReason,
        };
    }

    /// <summary>The number of blocks where none is missing.</summary>
    private uint FirstMissing() => Array.IndexOf(_received, false) is var first and >= 0 ? (uint)first : (uint)_received.Length;

    private IReadOnlyList<ImageToActivate> Ready() => _status is ImageTransferStatus.VerificationSuccessful
        or ImageTransferStatus.ActivationInitiated or ImageTransferStatus.ActivationSuccessful
        ? [new ImageToActivate(_initiation.Size, _initiation.Identifier, _handling.SignatureOf?.Invoke(_image) ?? default)]
        : [];
}
