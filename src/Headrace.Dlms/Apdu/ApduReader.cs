using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Apdu;

/// <summary>A <see cref="CosemReader"/> that can also hand out slices of the message, and the shapes APDUs share.</summary>
internal ref struct ApduReader(ReadOnlyMemory<byte> source, ApduTolerance tolerance)
{
    private readonly ReadOnlyMemory<byte> _source = source;

    /// <summary>The reader itself.</summary>
    internal CosemReader Wire = new(source.Span);

    /// <summary>The deviations that were met and borne.</summary>
    internal ApduTolerance Borne { get; private set; }

    /// <summary>True where a deviation is to be borne.</summary>
    internal readonly bool Tolerates(ApduTolerance deviation) => (tolerance & deviation) == deviation;

    /// <summary>A deviation is met: true, and noted, where it is to be borne.</summary>
    internal bool Bears(ApduTolerance deviation)
    {
        if (!Tolerates(deviation)) return false;
        Borne |= deviation;
        return true;
    }

    /// <summary>Length and octets.</summary>
    internal ReadOnlyMemory<byte> ReadOctets()
    {
        var length = Wire.ReadLengthPrefixed().Length;
        return _source.Slice(Wire.Position - length, length);
    }

    /// <summary>All octets that are left.</summary>
    internal ReadOnlyMemory<byte> ReadRest()
    {
        var length = Wire.Take(Wire.Remaining).Length;
        return _source.Slice(Wire.Position - length, length);
    }

    internal CosemData ReadData() => CosemData.Read(ref Wire);

    internal CosemData[] ReadDataList()
    {
        var list = new CosemData[Wire.ReadCount()];
        for (var i = 0; i < list.Length; i++) list[i] = ReadData();
        return list;
    }

    internal CosemAttributeDescriptor ReadAttribute() => CosemAttributeDescriptor.Read(ref Wire);

    internal CosemMethodDescriptor ReadMethod() => CosemMethodDescriptor.Read(ref Wire);

    internal CosemMethodDescriptor[] ReadMethodList()
    {
        var list = new CosemMethodDescriptor[Wire.ReadCount(CosemMethodDescriptor.Size)];
        for (var i = 0; i < list.Length; i++) list[i] = ReadMethod();
        return list;
    }

    internal AttributeSelection ReadSelection() => new(ReadAttribute(), SelectiveAccess.ReadOptional(ref Wire));

    internal AttributeSelection[] ReadSelectionList()
    {
        var list = new AttributeSelection[Wire.ReadCount(CosemAttributeDescriptor.Size + 1)];
        for (var i = 0; i < list.Length; i++) list[i] = ReadSelection();
        return list;
    }

    internal InvokeIdAndPriority ReadInvokeId() => new(Wire.ReadByte());

    internal LongInvokeIdAndPriority ReadLongInvokeId() => new(Wire.ReadUInt32());

    internal DataAccessResult ReadAccessResult() => (DataAccessResult)Wire.ReadByte();

    internal DataAccessResult[] ReadAccessResultList()
    {
        var list = new DataAccessResult[Wire.ReadCount()];
        for (var i = 0; i < list.Length; i++) list[i] = ReadAccessResult();
        return list;
    }

    internal bool ReadFlag() => Wire.ReadByte() != 0;

    /// <summary>The flag in front of an OPTIONAL: 00 or 01.</summary>
    internal bool ReadPresence() => Wire.ReadByte() switch
    {
        0 => false,
        1 => true,
        var flag => throw Malformed($"presence flag {flag}"),
    };

    /// <summary>last-block, block-number and raw data.</summary>
    internal DataBlock ReadBlock() => new(ReadFlag(), Wire.ReadUInt32(), ReadOctets());

    /// <summary>A date-time octet-string that may be empty.</summary>
    internal CosemDateTime? ReadOptionalTime()
    {
        var octets = Wire.ReadLengthPrefixed();
        return octets.Length switch
        {
            0 => null,
            CosemDateTime.Size => CosemDateTime.Parse(octets),
            var length => throw Malformed($"date-time of {length} bytes"),
        };
    }

    internal readonly ProtocolException Malformed(string rule) => Wire.Malformed(rule);

    internal readonly ProtocolException UnknownChoice(string choice, byte found) => Malformed($"{choice} choice {found}");
}

/// <summary>The pair of <see cref="ApduReader"/>'s shapes.</summary>
internal static class ApduWriting
{
    internal static void Write(this CosemWriter writer, AttributeSelection selection)
    {
        selection.Attribute.WriteTo(writer);
        SelectiveAccess.WriteOptional(selection.Selection, writer);
    }

    internal static void Write(this CosemWriter writer, IReadOnlyList<AttributeSelection> list)
    {
        writer.WriteLength(list.Count);
        foreach (var selection in list) writer.Write(selection);
    }

    internal static void Write(this CosemWriter writer, IReadOnlyList<CosemMethodDescriptor> list)
    {
        writer.WriteLength(list.Count);
        foreach (var method in list) method.WriteTo(writer);
    }

    internal static void Write(this CosemWriter writer, IReadOnlyList<CosemData> list)
    {
        writer.WriteLength(list.Count);
        foreach (var data in list) writer.WriteData(data);
    }

    internal static void Write(this CosemWriter writer, IReadOnlyList<DataAccessResult> list)
    {
        writer.WriteLength(list.Count);
        foreach (var result in list) writer.WriteByte((byte)result);
    }

    internal static void Write(this CosemWriter writer, DataBlock block)
    {
        writer.Flag(block.LastBlock);
        writer.WriteUInt32(block.BlockNumber);
        writer.WriteLengthPrefixed(block.RawData.Span);
    }

    internal static void Write(this CosemWriter writer, CosemDateTime? time)
    {
        writer.WriteByte(time is null ? (byte)0 : (byte)CosemDateTime.Size);
        if (time is not { } given) return;
        Span<byte> octets = stackalloc byte[CosemDateTime.Size];
        given.CopyTo(octets);
        writer.WriteRaw(octets);
    }

    /// <summary>Service choice and invoke id.</summary>
    internal static void Head(this CosemWriter writer, byte choice, InvokeIdAndPriority invokeId)
    {
        writer.WriteByte(choice);
        writer.WriteByte(invokeId.Value);
    }

    internal static void Flag(this CosemWriter writer, bool value) => writer.WriteByte(value ? (byte)1 : (byte)0);
}
