using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>One result of a read by short names (IEC 62056-5-3, <c>ReadResponse</c> element).</summary>
public abstract record ReadResult
{
    internal static ReadResult Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        0 => new ReadData(reader.ReadData()),
        1 => new ReadError(reader.ReadAccessResult()),
        2 => new ReadDataBlock(reader.ReadFlag(), reader.Wire.ReadUInt16(), reader.ReadOctets()),
        3 => new ReadBlockNumber(reader.Wire.ReadUInt16()),
        var choice => throw reader.UnknownChoice("read-response", choice),
    };

    internal abstract void WriteTo(CosemWriter writer);
}

/// <summary>A value.</summary>
/// <param name="Value">The value.</param>
public sealed record ReadData(CosemData Value) : ReadResult
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(0);
        writer.WriteData(Value);
    }
}

/// <summary>The reason why there is no value.</summary>
/// <param name="Error">The reason.</param>
public sealed record ReadError(DataAccessResult Error) : ReadResult
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(1);
        writer.WriteByte((byte)Error);
    }
}

/// <summary>One block of a long value.</summary>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="BlockNumber">From 1.</param>
/// <param name="RawData">A piece of the encoded value.</param>
public sealed record ReadDataBlock(bool LastBlock, ushort BlockNumber, ReadOnlyMemory<byte> RawData) : ReadResult
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(2);
        writer.Flag(LastBlock);
        writer.WriteUInt16(BlockNumber);
        writer.WriteLengthPrefixed(RawData.Span);
    }
}

/// <summary>A block of a long read request has been taken.</summary>
/// <param name="BlockNumber">The block taken.</param>
public sealed record ReadBlockNumber(ushort BlockNumber) : ReadResult
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(3);
        writer.WriteUInt16(BlockNumber);
    }
}

/// <summary>The answer to a read by short names (IEC 62056-5-3, <c>ReadResponse</c>).</summary>
/// <param name="Results">In the order of the request.</param>
public sealed record ReadResponse(IReadOnlyList<ReadResult> Results) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ReadResponse;

    internal static ReadResponse Read(ref ApduReader reader)
    {
        var results = new ReadResult[reader.Wire.ReadCount(2)];
        for (var i = 0; i < results.Length; i++) results[i] = ReadResult.Read(ref reader);
        return new ReadResponse(results);
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteLength(Results.Count);
        foreach (var result in Results) result.WriteTo(writer);
    }
}

/// <summary>One result of a write by short names (IEC 62056-5-3, <c>WriteResponse</c> element).</summary>
/// <param name="Error">Success, or the reason for refusal.</param>
/// <param name="BlockNumber">Where the write is in blocks: the block taken. Otherwise null.</param>
public readonly record struct WriteResult(DataAccessResult Error, ushort? BlockNumber = null)
{
    internal static WriteResult Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        0 => new WriteResult(DataAccessResult.Success),
        1 => new WriteResult(reader.ReadAccessResult()),
        2 => new WriteResult(DataAccessResult.Success, reader.Wire.ReadUInt16()),
        var choice => throw reader.UnknownChoice("write-response", choice),
    };

    internal void WriteTo(CosemWriter writer)
    {
        if (BlockNumber is { } block)
        {
            writer.WriteByte(2);
            writer.WriteUInt16(block);
            return;
        }

        writer.Flag(Error != DataAccessResult.Success);
        if (Error != DataAccessResult.Success) writer.WriteByte((byte)Error);
    }
}

/// <summary>The answer to a write by short names (IEC 62056-5-3, <c>WriteResponse</c>).</summary>
/// <param name="Results">In the order of the request.</param>
public sealed record WriteResponse(IReadOnlyList<WriteResult> Results) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.WriteResponse;

    internal static WriteResponse Read(ref ApduReader reader)
    {
        var results = new WriteResult[reader.Wire.ReadCount()];
        for (var i = 0; i < results.Length; i++) results[i] = WriteResult.Read(ref reader);
        return new WriteResponse(results);
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteLength(Results.Count);
        foreach (var result in Results) result.WriteTo(writer);
    }
}
