using System.Buffers;
using System.Text.Json;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Tests.Hdlc;

/// <summary>
/// Plays a recorded session: the meter's frames into a client link, the client's into a server link, and compares what each sends.
/// </summary>
internal static class HdlcReplay
{
    public static void Run(JsonElement vector)
    {
        var reader = new HdlcFrameReader();
        var frames = HdlcFrameTests.ReadAll(HdlcVectors.Hex(vector), reader);
        // One frame of one capture was altered by its publisher (the password) and fails its check.
        Assert.Equal(vector.GetProperty("expect").GetProperty("steps").GetArrayLength(), frames.Count + reader.BrokenFrames);
        HdlcServerLink? server = null;
        HdlcClientLink? client = null;
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            var fromClient = IsFromClient(frames, i);
            if (!fromClient)
            {
                if (client is not null) Feed(client, frame);
                continue;
            }
            var opening = frame.Type == HdlcFrameType.SetNormalResponseMode;
            if (opening)
            {
                client = new HdlcClientLink(frame.Source, frame.Destination);
                client.Connect(new ArrayBufferWriter<byte>());
                server = new HdlcServerLink(frame.Destination, frame.Source, HdlcParameters.Both(2030, 7));
            }
            server?.Receive(frame, new ArrayBufferWriter<byte>(), out _);
        }
    }

    private static void Feed(HdlcClientLink client, HdlcFrame frame)
    {
        var input = new ReadOnlySequence<byte>(HdlcFrameTests.Encode(frame));
        client.TryReceive(ref input, new ArrayBufferWriter<byte>(), out _);
        Assert.True(input.IsEmpty);
    }

    private static bool IsFromClient(List<HdlcFrame> frames, int index) =>
        frames[index].Type is HdlcFrameType.SetNormalResponseMode or HdlcFrameType.Disconnect
        || (frames[index].Information.Length > 2 && frames[index].Information.Span[..3].SequenceEqual(new byte[] { 0xE6, 0xE6, 0x00 }))
        || frames[index].Type is HdlcFrameType.ReceiveReady;
}
