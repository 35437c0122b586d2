using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>What a server object answers to GET: data, data that is encoded already, or why not.</summary>
public readonly struct AttributeAnswer
{
    private readonly CosemData? _data;
    private readonly ReadOnlyMemory<byte> _encoded;

    private AttributeAnswer(DataAccessResult result, CosemData? data, ReadOnlyMemory<byte> encoded) =>
        (Result, _data, _encoded) = (result, data, encoded);

    /// <summary>Success, or the reason of the refusal.</summary>
    public DataAccessResult Result { get; }

    /// <summary>True where there is data.</summary>
    public bool IsSuccess => Result == DataAccessResult.Success;

    /// <summary>False for an answer that was never made.</summary>
    internal bool HasData => _data is not null || !_encoded.IsEmpty;

    /// <summary>The value as a tree; decodes where it was encoded.</summary>
    /// <exception cref="InvalidOperationException">There is no data.</exception>
    public CosemData Data =>
        !IsSuccess ? throw new InvalidOperationException($"No data: {Result.Name()}.") : _data ?? CosemData.Decode(_encoded.Span);

    /// <summary>A value.</summary>
    public static AttributeAnswer Of(CosemData data) => new(DataAccessResult.Success, data, default);

    /// <summary>A value in A-XDR.</summary>
    public static AttributeAnswer OfEncoded(ReadOnlyMemory<byte> encoded) => new(DataAccessResult.Success, null, encoded);

    /// <summary>A refusal.</summary>
    public static AttributeAnswer Refused(DataAccessResult reason) => new(reason, null, default);

    /// <summary>A value.</summary>
    public static implicit operator AttributeAnswer(CosemData data) => Of(data);

    /// <summary>Writes the value in A-XDR.</summary>
    internal void WriteTo(IBufferWriter<byte> output)
    {
        if (_data is null) output.Write(_encoded.Span);
        else _data.WriteTo(output);
    }
}

/// <summary>What a server object answers to ACTION.</summary>
/// <param name="Result">Success, or the reason of the refusal.</param>
/// <param name="Data">Return parameter; null where the method has none.</param>
public readonly record struct MethodAnswer(ActionResult Result, CosemData? Data = null)
{
    /// <summary>Done, nothing to return.</summary>
    public static MethodAnswer Done => new(ActionResult.Success);

    /// <summary>A refusal.</summary>
    public static implicit operator MethodAnswer(ActionResult result) => new(result);
}
