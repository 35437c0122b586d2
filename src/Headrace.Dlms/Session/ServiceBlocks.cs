using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Joins the blocks of a long value (IEC 62056-5-3, service-specific block transfer).</summary>
internal sealed class BlockJoin(int maxSize)
{
    private const int MaxEmptyBlocks = 16;

    private readonly ArrayBufferWriter<byte> _joined = new();
    private int _empty;

    /// <summary>The last block taken; 0 before the first.</summary>
    public uint Last { get; private set; }

    public ReadOnlyMemory<byte> Joined => _joined.WrittenMemory;

    /// <summary>Takes a block; false where it is the one before again.</summary>
    /// <exception cref="ProtocolException">A block out of order, too much in all, or blocks without end and data.</exception>
    public bool TryAdd(uint number, ReadOnlySpan<byte> raw, bool keep = true)
    {
        if (number == Last && Last > 0) return false;
        if (number != unchecked(Last + 1)) throw new ProtocolException($"block {number} where {unchecked(Last + 1)} was expected");
        if (raw.IsEmpty && ++_empty > MaxEmptyBlocks) throw new ProtocolException("blocks without data");
        Last = number;
        if (!keep) return true;
        if (_joined.WrittenCount + raw.Length > maxSize) throw new ProtocolException($"a value of more than {maxSize} bytes");
        _joined.Write(raw);
        return true;
    }
}

/// <summary>Cuts a long value into blocks.</summary>
internal sealed class BlockCutter(ReadOnlyMemory<byte> encoded, int firstSize, int size)
{
    private int _position;

    /// <summary>The number of the block cut last; 0 before the first.</summary>
    public uint Last { get; private set; }

    public bool AtEnd => _position >= encoded.Length;

    /// <summary>How many blocks there are in all.</summary>
    public int Count => 1 + (Math.Max(0, encoded.Length - firstSize) + size - 1) / size;

    public DataBlock Next()
    {
        var length = Math.Min(Last == 0 ? firstSize : size, encoded.Length - _position);
        var piece = encoded.Slice(_position, length);
        _position += length;
        return new DataBlock(AtEnd, ++Last, piece);
    }

    /// <summary>The block after the one the other side says it has taken; null where it says so of the one before again.</summary>
    /// <exception cref="ProtocolException">Another number.</exception>
    public DataBlock? After(uint taken)
    {
        if (taken == Last - 1) return null;
        return taken == Last && !AtEnd ? Next() : throw new ProtocolException($"block {taken} taken where {Last} was sent");
    }
}

/// <summary>What the server's longest APDU leaves for a request.</summary>
/// <param name="MaxPlainSize">Longest plain APDU, in bytes.</param>
/// <param name="SetBlocks">Block transfer with SET was agreed.</param>
/// <param name="ActionBlocks">Block transfer with ACTION was agreed.</param>
/// <param name="GeneralBlocks">General block transfer was agreed: what does not fit and has no blocks of its own goes that way.</param>
internal readonly record struct RequestLimits(int MaxPlainSize, bool SetBlocks, bool ActionBlocks, bool GeneralBlocks)
{
    private const int LongestLengthField = 4;

    // Tag, choice, invoke id, last-block, block number.
    private const int BlockHead = 8;

    /// <summary>True where the request goes in one piece as far as its service is concerned.</summary>
    /// <param name="request">The request.</param>
    /// <param name="blocks">The service may go in blocks.</param>
    public bool Fits(XdlmsApdu request, bool blocks) =>
        MaxPlainSize == int.MaxValue || (GeneralBlocks && !blocks) || request.Encode().Length <= MaxPlainSize;

    /// <param name="encoded">What goes in blocks.</param>
    /// <param name="emptyFirst">The first request without data.</param>
    /// <param name="blocks">The service may go in blocks.</param>
    /// <exception cref="InvalidOperationException">The server takes neither so long a request nor blocks.</exception>
    public BlockCutter Cut(ReadOnlyMemory<byte> encoded, XdlmsApdu emptyFirst, bool blocks)
    {
        var first = MaxPlainSize - emptyFirst.Encode().Length - LongestLengthField;
        var next = MaxPlainSize - BlockHead - LongestLengthField;
        if (!blocks || first < 1) throw TooLong(MaxPlainSize);
        return new BlockCutter(encoded, first, next);
    }

    /// <summary>What a request is refused with that cannot be sent.</summary>
    public static InvalidOperationException TooLong(int limit) => new($"A request of more than the {limit} bytes that the server takes.");
}
