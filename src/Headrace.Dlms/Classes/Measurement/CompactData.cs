using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>When compact data are captured (IEC 62056-6-2, Compact data, capture_method).</summary>
public enum CompactCaptureMethod : byte
{
    /// <summary>By method 2, capture.</summary>
    OnCapture = 0,
    /// <summary>Whenever compact_buffer is read.</summary>
    OnRead = 1,
}

/// <summary>A compact buffer and what describes it: values of a structure without their tags (IEC 62056-6-2, Compact data).</summary>
public static class CompactBuffer
{
    /// <summary>Puts values into buffer and description.</summary>
    public static (byte[] TemplateDescription, byte[] Buffer) Encode(IReadOnlyList<CosemData> values)
    {
        var structure = CosemData.Structure(values);
        var type = CompactArrayType.Of(structure);
        return (type.Encode(), type.EncodeValue(structure));
    }

    /// <summary>Takes the values out of a buffer.</summary>
    /// <param name="templateDescription">Attribute 5: the type of a structure.</param>
    /// <param name="buffer">Attribute 2.</param>
    /// <exception cref="ProtocolException">The description is none, or the buffer is not what it says.</exception>
    public static IReadOnlyList<CosemData> Decode(ReadOnlySpan<byte> templateDescription, ReadOnlySpan<byte> buffer)
    {
        var type = CompactArrayType.Decode(templateDescription);
        return type.Tag == CosemTag.Structure
            ? type.DecodeValue(buffer).Items
            : throw new ProtocolException($"template description of {type.Tag.Name()} where a structure was expected");
    }
}

/// <summary>Class 62, Compact data, version 0 or 1 (IEC 62056-6-2, Compact data).</summary>
public sealed class CompactDataObject : CosemObject
{
    /// <summary>Whether this thread is capturing: compact data that capture each other, or themselves, end here.</summary>
    [ThreadStatic]
    private static bool _capturing;

    private readonly Func<CaptureObjectDefinition, CosemData> _read;
    private readonly Lock _gate = new();
    private byte[] _buffer = [];
    private byte[] _description = [];

    /// <summary>Compact data over what a device holds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="templateId">Attribute 4.</param>
    /// <param name="captureObjects">Attribute 3; first as a rule attribute 4 of this object: so a buffer names its template.</param>
    /// <param name="read">The value of a captured object now, as <see cref="Capturing.Read"/> gives it.</param>
    /// <param name="method">Attribute 6.</param>
    /// <param name="version">0 or 1.</param>
    public CompactDataObject(
        LogicalName name, byte templateId, IReadOnlyList<RestrictedCaptureObject> captureObjects,
        Func<CaptureObjectDefinition, CosemData> read, CompactCaptureMethod method = CompactCaptureMethod.OnRead, byte version = 1)
        : base(62, version, name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)1);
        (CaptureObjects, CaptureMethod, _read) = (captureObjects, method, read);
        WithAttribute(2, CosemTypes.OctetString, Buffer);
        WithAttribute(3, CosemTypes.Array<RestrictedCaptureObject>(), () => CaptureObjects, Redefine);
        WithAttribute(4, CosemData.Unsigned(templateId));
        WithAttribute(5, CosemTypes.OctetString, Description);
        WithAttribute(6, CosemTypes.Enum<CompactCaptureMethod>(), () => CaptureMethod, value => CaptureMethod = value,
            value => value <= CompactCaptureMethod.OnRead);
        WithMethod(1, _ => Reset());
        WithMethod(2, _ => Capture());
    }

    /// <summary>What is captured, attribute 3.</summary>
    public IReadOnlyList<RestrictedCaptureObject> CaptureObjects { get; private set; }

    /// <summary>When it is captured, attribute 6.</summary>
    public CompactCaptureMethod CaptureMethod { get; private set; }

    /// <summary>Takes the values of all captured objects.</summary>
    /// <returns>Other-reason where they hold what cannot be described; temporary-failure within another capture.</returns>
    public MethodAnswer Capture()
    {
        if (_capturing) return ActionResult.TemporaryFailure;
        _capturing = true;
        try
        {
            var (description, buffer) = CompactBuffer.Encode([.. CaptureObjects.Select(o => _read(o.Object))]);
            lock (_gate) (_description, _buffer) = (description, buffer);
            return MethodAnswer.Done;
        }
        catch (ArgumentException)
        {
            return ActionResult.OtherReason;
        }
        finally
        {
            _capturing = false;
        }
    }

    private ReadOnlyMemory<byte> Buffer()
    {
        if (CaptureMethod == CompactCaptureMethod.OnRead) Capture();
        lock (_gate) return _buffer;
    }

    private ReadOnlyMemory<byte> Description()
    {
        if (_description.Length == 0 && CaptureMethod == CompactCaptureMethod.OnRead) Capture();
        lock (_gate) return _description;
    }

    private void Redefine(IReadOnlyList<RestrictedCaptureObject> objects)
    {
        lock (_gate) (CaptureObjects, _buffer, _description) = (objects, [], []);
    }

    private MethodAnswer Reset()
    {
        lock (_gate) _buffer = [];
        return MethodAnswer.Done;
    }
}

/// <summary>Class 62, Compact data, of a server (IEC 62056-6-2, Compact data).</summary>
public sealed class CompactDataProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 62, logicalName)
{
    /// <summary>Attribute 2: values without tags; <see cref="CompactBuffer.Decode"/> takes them apart.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> Buffer => Attribute(2, CosemTypes.OctetString);

    /// <summary>Attribute 3: what is captured.</summary>
    public AttributeProxy<IReadOnlyList<RestrictedCaptureObject>> CaptureObjects =>
        Attribute(3, CosemTypes.Array<RestrictedCaptureObject>());

    /// <summary>Attribute 4: number of the template.</summary>
    public AttributeProxy<byte> TemplateId => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5: types of the values in the buffer.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> TemplateDescription => Attribute(5, CosemTypes.OctetString);

    /// <summary>Attribute 6: when values are captured.</summary>
    public AttributeProxy<CompactCaptureMethod> CaptureMethod => Attribute(6, CosemTypes.Enum<CompactCaptureMethod>());

    /// <summary>Method 1: empties the buffer.</summary>
    public MethodProxy Reset => Command(1);

    /// <summary>Method 2: takes the values of all captured objects.</summary>
    public MethodProxy Capture => Command(2);

    /// <summary>Reads the buffer, then its description, and takes the values apart.</summary>
    /// <exception cref="ProtocolException">The buffer is not what the description says.</exception>
    public async ValueTask<ReadResult<IReadOnlyList<CosemData>>> ReadValuesAsync(CancellationToken cancellationToken)
    {
        var buffer = await Buffer.ReadAsync(cancellationToken);
        if (!buffer.IsSuccess) return ReadResult<IReadOnlyList<CosemData>>.Refused(buffer.Result);
        var description = await TemplateDescription.ReadAsync(cancellationToken);
        return description.IsSuccess
            ? ReadResult<IReadOnlyList<CosemData>>.Of(CompactBuffer.Decode(description.Value.Span, buffer.Value.Span))
            : ReadResult<IReadOnlyList<CosemData>>.Refused(description.Result);
    }
}
