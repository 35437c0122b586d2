using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>Messages in UI frames: pushes and broadcasts, with the LLC header in the first segment only and S=1 on all but the
/// last.</summary>
public static class HdlcUnnumbered
{
    /// <summary>Writes one push of a server to a client; the final bit is set on its last frame.</summary>
    /// <param name="destination">The client's address.</param>
    /// <param name="source">The server's address.</param>
    /// <param name="apdu">The message.</param>
    /// <param name="maxInformation">Longest information field, in bytes.</param>
    /// <param name="output">Where the frames go.</param>
    public static void WritePush(HdlcAddress destination, HdlcAddress source, ReadOnlySpan<byte> apdu, int maxInformation,
        IBufferWriter<byte> output) =>
        Write(destination, source, HdlcLlc.Response, apdu, maxInformation, output);

    /// <summary>Writes one unnumbered message of a client to a server or to all of them.</summary>
    /// <inheritdoc cref="WritePush"/>
    public static void WriteRequest(HdlcAddress destination, HdlcAddress source, ReadOnlySpan<byte> apdu, int maxInformation,
        IBufferWriter<byte> output) =>
        Write(destination, source, HdlcLlc.Request, apdu, maxInformation, output);

    private static void Write(
        HdlcAddress destination, HdlcAddress source, byte[] llc, ReadOnlySpan<byte> apdu, int maxInformation, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInformation, llc.Length + 1);
        var information = new byte[llc.Length + apdu.Length];
        llc.CopyTo(information, 0);
        apdu.CopyTo(information.AsSpan(llc.Length));
        for (var start = 0; start < information.Length; start += maxInformation)
        {
            var end = Math.Min(start + maxInformation, information.Length);
            var last = end == information.Length;
            new HdlcFrame(destination, source, HdlcControl.UnnumberedInformation(last), !last,
                information.AsMemory(start..end)).Write(output);
        }
    }
}

/// <summary>Joins the segments of messages that arrive outside of a link. Meters push in UI frames, some in I frames without ever having
/// been connected.</summary>
/// <param name="maxApduLength">Longest message, in bytes.</param>
public sealed class HdlcUnnumberedReassembly(int maxApduLength = ushort.MaxValue)
{
    private readonly ArrayBufferWriter<byte> _message = new();
    private HdlcAddress _source;
    private bool _inMessage;

    /// <summary>Segments dropped as their message never began or never ended.</summary>
    public long SegmentsDropped { get; private set; }

    /// <summary>A quirk: the frame that sets the final bit is the last, whatever its S bit says.</summary>
    public bool FinalBitEnds { get; init; }

    /// <summary>Takes a UI or I frame in; true with the message when it was the last of one.</summary>
    /// <exception cref="ProtocolException">The message is longer than allowed; it is given up.</exception>
    public bool TryJoin(in HdlcFrame frame, out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        var information = frame.Information.Span;
        var begins = information.StartsWith(HdlcLlc.Response) || information.StartsWith(HdlcLlc.Request);
        if (begins || (_inMessage && _source != frame.Source)) Abandon();
        if (!begins && !_inMessage && !IsGeneralBlock(information))
        {
            SegmentsDropped++;
            return false;
        }
        if (begins) information = information[HdlcLlc.Response.Length..];
        if (_message.WrittenCount + information.Length > maxApduLength)
        {
            Abandon();
            throw new ProtocolException($"HDLC message longer than {maxApduLength} bytes");
        }
        _message.Write(information);
        (_inMessage, _source) = (true, frame.Source);
        if (frame.IsSegmented && !(FinalBitEnds && frame.Control.PollFinal)) return false;
        apdu = _message.WrittenSpan.ToArray();
        _message.ResetWrittenCount();
        _inMessage = false;
        return true;
    }

    /// <summary>Some meters leave the LLC header out of all general blocks but the first, each of which is a message of its own.</summary>
    private static bool IsGeneralBlock(ReadOnlySpan<byte> information) =>
        information.Length > 0 && information[0] == (byte)Apdu.ApduTag.GeneralBlockTransfer;

    private void Abandon()
    {
        if (_inMessage) SegmentsDropped++;
        _message.ResetWrittenCount();
        _inMessage = false;
    }
}
