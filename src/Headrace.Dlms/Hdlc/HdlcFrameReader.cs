using System.Buffers;

namespace Headrace.Dlms.Hdlc;

/// <summary>Finds frames in a stream of bytes, resuming where the last call ran out of them.</summary>
/// <remarks>
/// The end of a frame is where its length says, as nothing is stuffed and 7E may stand anywhere. One flag may close a frame and open
/// the next. Noise between frames is skipped and counted; after a wrong HCS or FCS the search goes on behind the flag that misled it.
/// </remarks>
/// <param name="maxFrameLength">The longest frame to wait for, in bytes between the flags; what claims to be longer is noise.</param>
public sealed class HdlcFrameReader(int maxFrameLength = HdlcFrame.MaxLength)
{
    private const int EchoesRemembered = 16;

    private readonly Queue<byte[]> _sent = new();
    private bool _behindFlag;

    /// <summary>Drop a frame that repeats exactly what was sent last: an optical head that hears itself.</summary>
    public bool DropEcho { get; init; }

    /// <summary>Bytes that belonged to no frame.</summary>
    public long NoiseBytes { get; private set; }

    /// <summary>Frames whose header was right and whose FCS or closing flag was not.</summary>
    public long BrokenFrames { get; private set; }

    /// <summary>Own frames heard again and dropped.</summary>
    public long EchoesDropped { get; private set; }

    /// <summary>Remembers a frame that was sent, with its flags, where <see cref="DropEcho"/> is set.</summary>
    public void NoteSent(ReadOnlySpan<byte> frame)
    {
        if (!DropEcho) return;
        if (_sent.Count == EchoesRemembered) _sent.Dequeue();
        _sent.Enqueue(frame[1..^1].ToArray());
    }

    /// <summary>Takes the next frame off <paramref name="input"/>; false, with all that is of no more use taken off, where it is not there
    /// yet.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> input, out HdlcFrame frame)
    {
        Span<byte> header = stackalloc byte[HdlcFrame.MaxHeaderLength + 2];
        while (FindStart(ref input, out var flags))
        {
            var content = input.Slice(flags);
            var available = content.Slice(0, Math.Min(content.Length, header.Length));
            available.CopyTo(header);
            var length = HdlcFrame.ReadHeader(header[..(int)available.Length], out var destination, out var source);
            if (length > maxFrameLength) length = null;
            if (length is null)
            {
                Skip(ref input);
                continue;
            }
            if (length == 0 || content.Length < length.Value + 1) break;
            if (TryFinish(content, length.Value, destination, source, out frame))
            {
                input = content.Slice(length.Value + 1);
                _behindFlag = true;
                if (IsEcho(content.Slice(0, length.Value))) continue;
                return true;
            }
            BrokenFrames++;
            Skip(ref input);
        }
        frame = default;
        return false;
    }

    private static bool TryFinish(in ReadOnlySequence<byte> content, int length, HdlcAddress destination, HdlcAddress source,
        out HdlcFrame frame)
    {
        frame = default;
        if (content.Slice(length, 1).FirstSpan[0] != HdlcFrame.Flag) return false;
        if (HdlcFrame.FromContent(content.Slice(0, length).ToArray(), destination, source) is not { } found) return false;
        frame = found;
        return true;
    }

    /// <summary>Moves to where a frame may begin: a flag, or what comes right behind the flag that closed the last one.</summary>
    private bool FindStart(ref ReadOnlySequence<byte> input, out int flags)
    {
        flags = 0;
        if (input.IsEmpty) return false;
        if (_behindFlag)
        {
            if (input.FirstSpan[0] >> 4 == 0xA) return true;
            _behindFlag = false;
        }
        var found = input.PositionOf(HdlcFrame.Flag);
        if (found is null)
        {
            NoiseBytes += input.Length;
            input = input.Slice(input.End);
            return false;
        }
        NoiseBytes += input.Slice(0, found.Value).Length;
        input = input.Slice(found.Value);
        flags = 1;
        return true;
    }

    /// <summary>Gives up the byte that was taken for a start. Flags in a row are idle line, not noise.</summary>
    private void Skip(ref ReadOnlySequence<byte> input)
    {
        if (input.FirstSpan[0] != HdlcFrame.Flag) NoiseBytes++;
        input = input.Slice(1);
        _behindFlag = false;
    }

    private bool IsEcho(in ReadOnlySequence<byte> content)
    {
        if (!DropEcho || _sent.Count == 0) return false;
        if (content.Length == _sent.Peek().Length && content.ToArray().AsSpan().SequenceEqual(_sent.Peek()))
        {
            _sent.Dequeue();
            EchoesDropped++;
            return true;
        }
        _sent.Clear();
        return false;
    }
}
