using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>What a short-name service addresses (IEC 62056-5-3, <c>Variable-Access-Specification</c>).</summary>
public abstract record VariableAccess
{
    private const int LeastBytes = 3;

    internal static VariableAccess[] ReadList(ref ApduReader reader)
    {
        var list = new VariableAccess[reader.Wire.ReadCount(LeastBytes)];
        for (var i = 0; i < list.Length; i++) list[i] = Read(ref reader);
        return list;
    }

    internal static void WriteList(IReadOnlyList<VariableAccess> list, CosemWriter writer)
    {
        writer.WriteLength(list.Count);
        foreach (var access in list) access.WriteTo(writer);
    }

    private protected abstract void WriteTo(CosemWriter writer);

    private static VariableAccess Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        2 => new VariableName(reader.Wire.ReadUInt16()),
        4 => new ParameterizedAccess(reader.Wire.ReadUInt16(), new SelectiveAccess(reader.Wire.ReadByte(), reader.ReadData())),
        5 => new BlockNumberAccess(reader.Wire.ReadUInt16()),
        6 => new ReadDataBlockAccess(reader.ReadFlag(), reader.Wire.ReadUInt16(), reader.ReadOctets()),
        7 => new WriteDataBlockAccess(reader.ReadFlag(), reader.Wire.ReadUInt16()),
        var choice => throw reader.UnknownChoice("variable-access-specification", choice),
    };
}

/// <summary>An attribute by its short name.</summary>
/// <param name="Name">Base name + 8 × (attribute - 1).</param>
public sealed record VariableName(ushort Name) : VariableAccess
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(2);
        writer.WriteUInt16(Name);
    }
}

/// <summary>A part of an attribute, or a method that returns something.</summary>
/// <param name="Name">The short name.</param>
/// <param name="Selection">Selector and parameter.</param>
public sealed record ParameterizedAccess(ushort Name, SelectiveAccess Selection) : VariableAccess
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(4);
        writer.WriteUInt16(Name);
        writer.WriteByte(Selection.Selector);
        writer.WriteData(Selection.Parameter);
    }
}

/// <summary>Asks for the block after the one named.</summary>
/// <param name="BlockNumber">The block just received.</param>
public sealed record BlockNumberAccess(ushort BlockNumber) : VariableAccess
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(5);
        writer.WriteUInt16(BlockNumber);
    }
}

/// <summary>One block of a long read request.</summary>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="BlockNumber">From 1.</param>
/// <param name="RawData">A piece of the encoded request.</param>
public sealed record ReadDataBlockAccess(bool LastBlock, ushort BlockNumber, ReadOnlyMemory<byte> RawData) : VariableAccess
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(6);
        writer.Flag(LastBlock);
        writer.WriteUInt16(BlockNumber);
        writer.WriteLengthPrefixed(RawData.Span);
    }
}

/// <summary>Announces one block of a long write request; the block itself is in the data list.</summary>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="BlockNumber">From 1.</param>
public sealed record WriteDataBlockAccess(bool LastBlock, ushort BlockNumber) : VariableAccess
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(7);
        writer.Flag(LastBlock);
        writer.WriteUInt16(BlockNumber);
    }
}

/// <summary>Reads by short names (IEC 62056-5-3, <c>ReadRequest</c>).</summary>
/// <param name="Variables">What to read.</param>
public sealed record ReadRequest(IReadOnlyList<VariableAccess> Variables) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ReadRequest;

    internal static ReadRequest Read(ref ApduReader reader) => new(VariableAccess.ReadList(ref reader));

    private protected override void WriteBody(CosemWriter writer) => VariableAccess.WriteList(Variables, writer);
}

/// <summary>Writes by short names (IEC 62056-5-3, <c>WriteRequest</c>).</summary>
/// <param name="Variables">What to write.</param>
/// <param name="Values">The values, in the same order.</param>
public sealed record WriteRequest(IReadOnlyList<VariableAccess> Variables, IReadOnlyList<CosemData> Values) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.WriteRequest;

    internal static WriteRequest Read(ref ApduReader reader) => new(VariableAccess.ReadList(ref reader), reader.ReadDataList());

    private protected override void WriteBody(CosemWriter writer)
    {
        VariableAccess.WriteList(Variables, writer);
        writer.Write(Values);
    }
}

/// <summary>Writes by short names without an answer (IEC 62056-5-3, <c>UnconfirmedWriteRequest</c>).</summary>
/// <param name="Variables">What to write.</param>
/// <param name="Values">The values, in the same order.</param>
public sealed record UnconfirmedWriteRequest(IReadOnlyList<VariableAccess> Variables, IReadOnlyList<CosemData> Values) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.UnconfirmedWriteRequest;

    internal static UnconfirmedWriteRequest Read(ref ApduReader reader) => new(VariableAccess.ReadList(ref reader), reader.ReadDataList());

    private protected override void WriteBody(CosemWriter writer)
    {
        VariableAccess.WriteList(Variables, writer);
        writer.Write(Values);
    }
}

/// <summary>Attributes a server sends of its own accord by short names (IEC 62056-5-3, <c>InformationReportRequest</c>).</summary>
/// <param name="CurrentTime">The time as sent (GeneralizedTime characters or a date-time), or null.</param>
/// <param name="Variables">The attributes.</param>
/// <param name="Values">Their values, in the same order.</param>
public sealed record InformationReport(
    ReadOnlyMemory<byte>? CurrentTime, IReadOnlyList<VariableAccess> Variables, IReadOnlyList<CosemData> Values)
    : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.InformationReport;

    internal static InformationReport Read(ref ApduReader reader)
    {
        var time = reader.ReadPresence() ? reader.ReadOctets() : (ReadOnlyMemory<byte>?)null;
        return new InformationReport(time, VariableAccess.ReadList(ref reader), reader.ReadDataList());
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Flag(CurrentTime is not null);
        if (CurrentTime is { } time) writer.WriteLengthPrefixed(time.Span);
        VariableAccess.WriteList(Variables, writer);
        writer.Write(Values);
    }
}
