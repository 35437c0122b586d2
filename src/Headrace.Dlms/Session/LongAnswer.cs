namespace Headrace.Dlms.Session;

/// <summary>A long answer that is being fetched block by block, GET or ACTION.</summary>
/// <param name="value">The whole.</param>
/// <param name="request">How the request was protected: blocks are not given to one protected less.</param>
/// <param name="required">How the blocks have to be protected.</param>
internal sealed class LongAnswer(ReadOnlyMemory<byte> value, MessageProtection request, MessageProtection required)
{
    private int _start;
    private int _end;

    /// <summary>The number of the block cut last; 0 before the first.</summary>
    public uint Number { get; private set; }

    /// <summary>The last block is the last there is.</summary>
    public bool AtEnd => _end == value.Length;

    /// <summary>The raw data of the last block.</summary>
    public ReadOnlySpan<byte> Piece => value.Span[_start.._end];

    /// <summary>How the blocks have to be protected.</summary>
    public MessageProtection Required => required;

    /// <summary>Cuts the next block.</summary>
    /// <param name="room">Raw data there is room for, 1 or more.</param>
    public void Cut(int room)
    {
        _start = _end;
        _end = Math.Min(value.Length, _start + room);
        Number++;
    }

    /// <summary>Moves to the block after the one named, or stays where the one before was named again: the client did not get it.</summary>
    /// <returns>False where there is no such block, or it may not be given.</returns>
    public bool TryMove(uint received, int room, MessageProtection asked)
    {
        if (room < 1 || !asked.Covers(request)) return false;
        if (received == Number && !AtEnd)
        {
            Cut(room);
            return true;
        }
        return received == Number - 1 && _end - _start <= room;
    }
}
