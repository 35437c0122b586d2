using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Classes.Access;

/// <summary>How an image is transferred.</summary>
public sealed record ImageTransferOptions
{
    /// <summary>Goes on with a transfer that the server has under way, where its number of blocks is the same; what image that is cannot be
    /// asked. Else, or where false, the transfer begins anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Enables the transfer where it is not.</summary>
    public bool Enable { get; init; } = true;

    /// <summary>How often missing blocks are looked for and sent again.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Time between two questions whether the server has done what it is at.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often that is asked.</summary>
    public int Polls { get; init; } = 120;
}

/// <summary>A step of a transfer.</summary>
public enum ImageTransferStep
{
    /// <summary>Reads the block size and enables the transfer.</summary>
    Prepare,
    /// <summary>Begins, or finds what is under way.</summary>
    Initiate,
    /// <summary>Sends blocks.</summary>
    Transfer,
    /// <summary>Looks for missing blocks.</summary>
    Check,
    /// <summary>Has the image verified.</summary>
    Verify,
    /// <summary>Has the image activated.</summary>
    Activate,
}

/// <summary>How far a transfer is.</summary>
/// <param name="Step">The step.</param>
/// <param name="Transferred">Blocks that the server has.</param>
/// <param name="Blocks">Blocks there are.</param>
public readonly record struct ImageTransferProgress(ImageTransferStep Step, int Transferred, int Blocks);

/// <summary>What steps of a transfer came to.</summary>
/// <param name="Step">The step that ended them: the last where all is well.</param>
/// <param name="Result">Success, or the server's reason.</param>
/// <param name="Status">The status of the server where it was asked.</param>
public readonly record struct ImageTransferOutcome(ImageTransferStep Step, DataAccessResult Result, ImageTransferStatus? Status = null)
{
    /// <summary>True where all is well.</summary>
    public bool IsSuccess => Result == DataAccessResult.Success;
}

/// <summary>Brings an image to a server: the procedure of IEC 62056-6-2, Image transfer. A lost link leaves it where it was; another one
/// with <see cref="ImageTransferOptions.Resume"/> goes on from there.</summary>
/// <param name="target">The server's object.</param>
/// <param name="identifier">The image's name.</param>
/// <param name="image">The image.</param>
/// <param name="options">How.</param>
/// <param name="time">For the time between polls.</param>
/// <param name="progress">Told of every block; null for nobody.</param>
public sealed class ImageTransfer(
    ImageTransferProxy target, string identifier, ReadOnlyMemory<byte> image, ImageTransferOptions options, TimeProvider time,
    IProgress<ImageTransferProgress>? progress = null)
{
    private int _blockSize;
    private int _blocks;

    /// <summary>Sends all blocks that the server has not.</summary>
    public async ValueTask<ImageTransferOutcome> TransferAsync(CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(cancellationToken);
        if (!prepared.IsSuccess) return prepared;
        bool[]? known = options.Resume ? await UnderWayAsync(cancellationToken) : null;
        if (known is null)
        {
            var begun = await target.ImageTransferInitiate.InvokeAsync(
                new ImageInitiation(identifier, (uint)image.Length), cancellationToken);
            if (begun != ActionResult.Success) return Ended(ImageTransferStep.Initiate, begun);
            known = new bool[_blocks];
        }
        for (var round = 0; round < options.Rounds; round++)
        {
            var sent = await SendMissingAsync(known, cancellationToken);
            if (sent != ActionResult.Success) return Ended(ImageTransferStep.Transfer, sent);
            var has = await target.ImageTransferredBlocksStatus.ReadAsync(cancellationToken);
            if (!has.IsSuccess) return new ImageTransferOutcome(ImageTransferStep.Check, has.Result);
            known = Fit(has.Value);
            if (!known.Contains(false)) return new ImageTransferOutcome(ImageTransferStep.Check, DataAccessResult.Success);
        }
        return new ImageTransferOutcome(ImageTransferStep.Check, DataAccessResult.DataBlockUnavailable);
    }

    /// <summary>Has the image verified, and waits until that is done.</summary>
    public ValueTask<ImageTransferOutcome> VerifyAsync(CancellationToken cancellationToken) => CarryOutAsync(
        ImageTransferStep.Verify, target.ImageVerify, ImageTransferStatus.VerificationInitiated,
        ImageTransferStatus.VerificationSuccessful, cancellationToken);

    /// <summary>Has the image activated, and waits until that is done. Many servers restart over it: the link is lost then.</summary>
    public ValueTask<ImageTransferOutcome> ActivateAsync(CancellationToken cancellationToken) => CarryOutAsync(
        ImageTransferStep.Activate, target.ImageActivate, ImageTransferStatus.ActivationInitiated,
        ImageTransferStatus.ActivationSuccessful, cancellationToken);

    private async ValueTask<ImageTransferOutcome> PrepareAsync(CancellationToken cancellationToken)
    {
        var enabled = await target.ImageTransferEnabled.ReadAsync(cancellationToken);
        if (!enabled.IsSuccess) return new ImageTransferOutcome(ImageTransferStep.Prepare, enabled.Result);
        if (!enabled.Value)
        {
            var set = options.Enable
                ? await target.ImageTransferEnabled.WriteAsync(true, cancellationToken)
                : DataAccessResult.ReadWriteDenied;
            if (set != DataAccessResult.Success) return new ImageTransferOutcome(ImageTransferStep.Prepare, set);
        }
        var size = await target.ImageBlockSize.ReadAsync(cancellationToken);
        if (!size.IsSuccess) return new ImageTransferOutcome(ImageTransferStep.Prepare, size.Result);
        if (size.Value == 0) return new ImageTransferOutcome(ImageTransferStep.Prepare, DataAccessResult.OtherReason);
        _blockSize = (int)Math.Min(size.Value, int.MaxValue);
        _blocks = (int)((image.Length + (long)_blockSize - 1) / _blockSize);
        progress?.Report(new ImageTransferProgress(ImageTransferStep.Prepare, 0, _blocks));
        return new ImageTransferOutcome(ImageTransferStep.Prepare, DataAccessResult.Success);
    }

    /// <summary>The blocks that the server has of a transfer under way; null where there is none of this size.</summary>
    private async ValueTask<bool[]?> UnderWayAsync(CancellationToken cancellationToken)
    {
        var status = await target.ImageTransferStatus.ReadAsync(cancellationToken);
        if (!status.IsSuccess || status.Value != ImageTransferStatus.Initiated) return null;
        var has = await target.ImageTransferredBlocksStatus.ReadAsync(cancellationToken);
        return has.IsSuccess && has.Value.Count == _blocks ? [.. has.Value] : null;
    }

    private async ValueTask<ActionResult> SendMissingAsync(bool[] known, CancellationToken cancellationToken)
    {
        var transferred = known.Count(k => k);
        for (var block = 0; block < _blocks; block++)
        {
            if (known[block]) continue;
            var start = block * _blockSize;
            var content = image.Slice(start, Math.Min(_blockSize, image.Length - start));
            var result = await target.ImageBlockTransfer.InvokeAsync(new ImageBlock((uint)block, content), cancellationToken);
            if (result is not (ActionResult.Success or ActionResult.TemporaryFailure)) return result;
            if (result == ActionResult.Success) transferred++;
            progress?.Report(new ImageTransferProgress(ImageTransferStep.Transfer, transferred, _blocks));
        }
        return ActionResult.Success;
    }

    private async ValueTask<ImageTransferOutcome> CarryOutAsync(
        ImageTransferStep step, MethodProxy method, ImageTransferStatus busy, ImageTransferStatus done, CancellationToken cancellationToken)
    {
        progress?.Report(new ImageTransferProgress(step, _blocks, _blocks));
        var result = await method.InvokeAsync(cancellationToken);
        if (result == ActionResult.Success) return new ImageTransferOutcome(step, DataAccessResult.Success, done);
        if (result != ActionResult.TemporaryFailure) return Ended(step, result);
        for (var poll = 0; poll < options.Polls; poll++)
        {
            await Task.Delay(options.PollInterval, time, cancellationToken);
            var status = await target.ImageTransferStatus.ReadAsync(cancellationToken);
            if (!status.IsSuccess) return new ImageTransferOutcome(step, status.Result);
            if (status.Value == done) return new ImageTransferOutcome(step, DataAccessResult.Success, done);
            if (status.Value != busy) return new ImageTransferOutcome(step, DataAccessResult.OtherReason, status.Value);
        }
        return new ImageTransferOutcome(step, DataAccessResult.TemporaryFailure, busy);
    }

    /// <summary>Meters pad the bit-string to whole octets, or cut trailing zeros.</summary>
    private bool[] Fit(IReadOnlyList<bool> has) => [.. Enumerable.Range(0, _blocks).Select(i => i < has.Count && has[i])];

    private static ImageTransferOutcome Ended(ImageTransferStep step, ActionResult result) => new(step, (DataAccessResult)result);
}
