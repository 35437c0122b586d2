using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>An attribute and, where asked for, a part of it (IEC 62056-5-3, <c>Cosem-Attribute-Descriptor-With-Selection</c>).</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Selection">The part, or null for all of it.</param>
public sealed record AttributeSelection(CosemAttributeDescriptor Attribute, SelectiveAccess? Selection = null);

/// <summary>One block of a service-specific block transfer (IEC 62056-5-3, <c>DataBlock-SA</c>).</summary>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="BlockNumber">From 1.</param>
/// <param name="RawData">A piece of the encoding of the whole.</param>
public readonly record struct DataBlock(bool LastBlock, uint BlockNumber, ReadOnlyMemory<byte> RawData);

/// <summary>A value or the reason why there is none (IEC 62056-5-3, <c>Get-Data-Result</c>).</summary>
public readonly record struct GetDataResult
{
    private GetDataResult(CosemData? data, DataAccessResult error) => (Data, Error) = (data, error);

    /// <summary>The value, or null.</summary>
    public CosemData? Data { get; }

    /// <summary>The reason; <see cref="DataAccessResult.Success"/> where there is a value.</summary>
    public DataAccessResult Error { get; }

    /// <summary>True where there is a value.</summary>
    public bool IsData => Data is not null;

    /// <summary>A value.</summary>
    public static GetDataResult FromData(CosemData data) => new(data, DataAccessResult.Success);

    /// <summary>A reason.</summary>
    public static GetDataResult FromError(DataAccessResult error) => new(null, error);

    internal static GetDataResult Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        0 => FromData(reader.ReadData()),
        1 => FromError(reader.ReadAccessResult()),
        var choice => throw reader.UnknownChoice("get-data-result", choice),
    };

    internal static GetDataResult[] ReadList(ref ApduReader reader)
    {
        var list = new GetDataResult[reader.Wire.ReadCount(2)];
        for (var i = 0; i < list.Length; i++) list[i] = Read(ref reader);
        return list;
    }

    internal void WriteTo(CosemWriter writer)
    {
        writer.Flag(Data is null);
        if (Data is null) writer.WriteByte((byte)Error);
        else writer.WriteData(Data);
    }
}
