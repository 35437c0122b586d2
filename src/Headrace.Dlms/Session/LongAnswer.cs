using System.Buffers;

namespace Headrace.Dlms.Session;

/// <summary>A long answer that is being fetched block by block: of GET, ACTION or Read.</summary>
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

    /// <summary>Begins to give what was written in blocks, with the first cut; empties what it was written to.</summary>
    /// <param name="written">The answer in one piece.</param>
    /// <param name="head">Bytes in front of what goes in the blocks.</param>
    /// <param name="blockHead">Bytes in front of the raw data of a block.</param>
    /// <param name="limit">How long blocks and the whole may be.</param>
    /// <param name="objects">The request's protection, and the answer's.</param>
    /// <param name="mostBlocks">Blocks that can be numbered.</param>
    /// <returns>Null where it cannot go so: too long, or no room in a block. Nothing was done then.</returns>
    public static LongAnswer? Begin(
        ArrayBufferWriter<byte> written, int head, int blockHead, in AnswerLimit limit, ServerObjects objects,
        int mostBlocks = int.MaxValue)
    {
        var room = limit.RawSize(blockHead);
        if (room < 1 || written.WrittenCount > limit.MaxAnswerSize || written.WrittenCount / room >= mostBlocks) return null;
        var answer = new LongAnswer(written.WrittenSpan[head..].ToArray(), objects.Protection, objects.Required);
        answer.Cut(room);
        written.ResetWrittenCount();
        return answer;
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

    private void Cut(int room)
    {
        _start = _end;
        _end = Math.Min(value.Length, _start + room);
        Number++;
    }
}
