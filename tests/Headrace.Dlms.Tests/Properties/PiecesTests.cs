using System.Buffers;
using System.Text;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.MBus;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Data;
using Headrace.Dlms.Tests.Fuzz;
using Headrace.Dlms.Tests.Hdlc;
using Headrace.Dlms.Tests.Session;
using Headrace.Dlms.Tests.ShortNames;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>
/// A stream fed byte by byte, cut at every byte or in random pieces gives the same events, answers and errors as at once. The same holds of
/// streams that were altered.
/// </summary>
public sealed class PiecesTests
{
    private static readonly HdlcAddress Client = HdlcAddress.Client(16);
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);

    /// <summary>Takes what it can off the input and tells what happened.</summary>
    private delegate void Feed(ref ReadOnlySequence<byte> input, List<string> told);

    private static readonly Dictionary<string, (Func<byte[]> Stream, Func<Feed> Make)> Readers = new(StringComparer.Ordinal)
    {
        ["hdlc frames"] = (HdlcRequests, () => HdlcFrames(new HdlcFrameReader())),
        ["hdlc frames, short"] = (HdlcRequests, () => HdlcFrames(new HdlcFrameReader(40))),
        ["hdlc pushes"] = (HdlcPushes, HdlcPush),
        ["hdlc server"] = (HdlcRequests, HdlcDevice),
        ["hdlc client"] = (HdlcResponses, HdlcPeer),
        ["wrapper"] = (WrapperRequests, Wrapper),
        ["wrapper server"] = (WrapperRequests, WrapperDevice),
        ["wrapper server, short names"] = (ShortNameRequests, ShortNameDevice),
        ["m-bus"] = (MBusTelegrams, MBus),
        ["local exchange, reader"] = (LocalRequests, () => LocalReader(false)),
        ["local exchange, reader with parity"] = (() => Parity(LocalRequests()), () => LocalReader(true)),
        ["local exchange, meter"] = (LocalRequests, LocalDevice),
        ["local exchange, client"] = (LocalResponses, LocalPeer),
        ["profile rows"] = (ProfileBuffer, Rows),
    };

    public static TheoryData<string> Names() => new(Readers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_in_pieces_gives_the_same_events_as_at_once(string name)
    {
        var (stream, make) = (Readers[name].Stream(), Readers[name].Make);
        var whole = Run(make, stream, []);
        Assert.True(whole.Count > 2, string.Join('\n', whole));
        Assert.Equal(whole, Run(make, stream, [.. Enumerable.Range(1, stream.Length - 1)]));
        var step = Math.Max(1, stream.Length / 400);
        for (var cut = 1; cut < stream.Length; cut += step) Assert.Equal(whole, Run(make, stream, [cut]));
        var random = new Random(20261120);
        for (var i = 0; i < 60; i++) Assert.Equal(whole, Run(make, stream, Cuts(random, stream.Length)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_altered_stream_in_pieces_gives_the_same_events_as_at_once(string name)
    {
        var (good, make) = (Readers[name].Stream(), Readers[name].Make);
        var random = new Random(20261121);
        var mutator = new Mutator(20261122, [good]);
        for (var i = 0; i < 250; i++)
        {
            var stream = mutator.Next();
            if (stream.Length < 2) continue;
            var whole = Run(make, stream, []);
            var pieces = Run(make, stream, i % 5 == 0 ? [.. Enumerable.Range(1, stream.Length - 1)] : Cuts(random, stream.Length));
            Assert.True(whole.SequenceEqual(pieces, StringComparer.Ordinal),
                $"{Convert.ToHexString(stream)}\n{string.Join('\n', whole)}\nin pieces:\n{string.Join('\n', pieces)}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_cut_short_gives_a_beginning_of_its_events_and_no_more(string name)
    {
        var (stream, make) = (Readers[name].Stream(), Readers[name].Make);
        var whole = Run(make, stream, []);
        var step = Math.Max(1, stream.Length / 500);
        for (var end = 0; end < stream.Length; end += step)
        {
            var cut = Run(make, stream[..end], []);
            Assert.DoesNotContain(cut, line => line.StartsWith("broken", StringComparison.Ordinal));
            Assert.True(cut.Count <= whole.Count && cut.SequenceEqual(whole.Take(cut.Count)), $"{end}: {string.Join('\n', cut)}");
        }
    }

    private static int[] Cuts(Random random, int length)
    {
        var cuts = new SortedSet<int>();
        for (var n = random.Next(1, 12); n > 0; n--) cuts.Add(random.Next(1, length));
        return [.. cuts];
    }

    /// <summary>The events of a stream; the last says what was refused, if anything.</summary>
    private static List<string> Run(Func<Feed> make, byte[] stream, int[] cuts)
    {
        var (feed, told) = (make(), new List<string>());
        var held = ReadOnlyMemory<byte>.Empty;
        var start = 0;
        foreach (var end in cuts.Append(stream.Length))
        {
            var input = Pieces.Join(held, stream.AsMemory(start..end));
            try
            {
                feed(ref input, told);
            }
            catch (ProtocolException)
            {
                told.Add("broken");
                return told;
            }
            held = input.ToArray();
            start = end;
        }
        return told;
    }

    private static Feed HdlcFrames(HdlcFrameReader reader) => (ref ReadOnlySequence<byte> input, List<string> told) =>
    {
        while (reader.TryRead(ref input, out var frame)) told.Add($"{frame with { Information = default }} {Hex(frame.Information)}");
    };

    private static Feed HdlcPush()
    {
        var reader = new HdlcPushReader(2048);
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            while (reader.TryRead(ref input, out var push)) told.Add(Hex(push.Apdu));
        };
    }

    private static Feed HdlcDevice()
    {
        var server = new HdlcServer(HdlcParameters.Both(128, 3), 17, new TestMeter(4).Device);
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            var output = new ArrayBufferWriter<byte>();
            try
            {
                server.Receive(ref input, output);
            }
            finally
            {
                foreach (var frame in HdlcFrameTests.ReadAll(output.WrittenSpan.ToArray(), new HdlcFrameReader()))
                    told.Add($"{frame.Control} {Hex(frame.Information)}");
            }
        };
    }

    private static Feed HdlcPeer()
    {
        var options = new HdlcClientOptions { Proposal = HdlcParameters.Both(64, 3), MaxApduLength = 1000 };
        var link = new HdlcClientLink(Client, Server, options);
        link.Connect(new ArrayBufferWriter<byte>());
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            var output = new ArrayBufferWriter<byte>();
            while (link.TryReceive(ref input, output, out var happened)) told.Add($"{happened.Kind} {Hex(happened.Apdu)} {link.State}");
        };
    }

    private static Feed Wrapper() => (ref ReadOnlySequence<byte> input, List<string> told) =>
    {
        while (!input.IsEmpty && WrapperFrame.TryRead(ref input, 3000, out var frame))
            told.Add($"{frame.SourcePort} {frame.DestinationPort} {Hex(frame.Apdu)}");
    };

    private static Feed WrapperDevice() => Served(new TestMeter(4).Device);

    private static Feed ShortNameDevice() => Served(new ShortNameMeter(4).Meter.Device);

    private static Feed Served(LogicalDevice device)
    {
        var server = new WrapperServer(device);
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            var output = new ArrayBufferWriter<byte>();
            try
            {
                server.Receive(ref input, output);
            }
            finally
            {
                var answers = new ReadOnlySequence<byte>(output.WrittenMemory);
                while (!answers.IsEmpty && WrapperFrame.TryRead(ref answers, 65535, out var frame)) told.Add(Hex(frame.Apdu));
            }
        };
    }

    private static Feed MBus()
    {
        var joiner = new MBusSegmentJoiner();
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            while (!input.IsEmpty && MBusLongFrame.TryRead(ref input, out var frame))
                told.Add(joiner.TryAppend(frame, out var apdu) ? Hex(apdu) : "segment " + frame.SegmentNumber);
        };
    }

    private static Feed LocalReader(bool parity)
    {
        var reader = new LocalMessageReader(400, parity) { ExpectsChoice = true };
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            for (var found = reader.Read(ref input, out var message); found != LocalReading.Incomplete;
                found = reader.Read(ref input, out message))
            {
                told.Add($"{found} {message.Input} {message.Command}{message.CommandType} {message.Text}");
            }
        };
    }

    private static Feed LocalDevice()
    {
        var server = new LocalExchangeServer(new LocalExchangeDevice
        {
            Identification = new MeterIdentification("HDR", '5', "Meter", OffersHdlc: false),
            Password = (_, text) => text == "00000000",
            Read = (_, what) => what == "1.8.0()" ? "(123*kWh)" : null,
        });
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            var output = new ArrayBufferWriter<byte>();
            while (server.TryServe(ref input, output))
            {
                told.Add($"{server.State} {server.BaudRate} {Convert.ToHexString(output.WrittenSpan)}");
                output.ResetWrittenCount();
            }
        };
    }

    private static Feed LocalPeer()
    {
        var client = new LocalExchangeClient(new LocalExchangeOptions { MaxMessageLength = 400, Repetitions = 3 });
        var output = new ArrayBufferWriter<byte>();
        client.Request("", output);
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            while (client.TryReceive(ref input, output, out var message))
            {
                told.Add($"{message.Input} {message.Text} {client.State} {Convert.ToHexString(output.WrittenSpan)}");
                output.ResetWrittenCount();
                if (client.State == LocalExchangeState.Identified) client.Choose(LocalExchangeInput.ChooseReadOut, output);
                else if (client.State == LocalExchangeState.Delivered) client.Request("", output);
            }
        };
    }

    private static Feed Rows()
    {
        var rows = new ProfileRows(4000);
        return (ref ReadOnlySequence<byte> input, List<string> told) =>
        {
            foreach (var block in input) rows.Append(block.Span);
            input = input.Slice(input.End);
            while (rows.TryRead(out var row)) told.Add(Hex(row.Encode()));
        };
    }

    /// <summary>What a client of the test meter sends in a session without ciphering.</summary>
    private static List<byte[]> Session()
    {
        var (meter, sent) = (new TestMeter(4), new List<byte[]>());
        var (client, sap) = TestMeter.NewClient("low");
        void Exchange(ReadOnlyMemory<byte> request)
        {
            while (!request.IsEmpty)
            {
                sent.Add(request.ToArray());
                request = client.Receive(meter.Server.Handle(sap, 1, request)).Send;
            }
        }
        Exchange(client.Open());
        Exchange(client.Get(TestMeter.Attribute(3, TestMeter.Energy)));
        Exchange(client.Get(TestMeter.Attribute(7, TestMeter.Profile)));
        Exchange(client.Set(TestMeter.Attribute(1, TestMeter.Text), CosemData.OctetString(new byte[100])));
        Exchange(client.Action(new CosemMethodDescriptor(9000, TestMeter.Mirror, 1), CosemData.Long(5)));
        Exchange(client.Release());
        return sent;
    }

    private static byte[] WrapperRequests()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var apdu in Session()) WrapperFrame.Write(output, 2, 1, apdu);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] ShortNameRequests()
    {
        var (meter, output) = (new ShortNameMeter(4), new ArrayBufferWriter<byte>());
        var (client, sap) = ShortNameMeter.NewClient("low");
        void Exchange(ReadOnlyMemory<byte> request)
        {
            while (!request.IsEmpty)
            {
                WrapperFrame.Write(output, sap, 1, request.Span);
                request = client.Receive(meter.Meter.Server.Handle(sap, 1, request)).Send;
            }
        }
        Exchange(client.Open());
        Exchange(client.ShortNames!.Read([new VariableName(0xFA00)]));
        Exchange(client.ShortNames.Read([new VariableName(0xFA08), new VariableName(8)]));
        Exchange(client.ShortNames.Write([new VariableName(8)], [CosemData.Null]));
        Exchange(client.Release());
        return output.WrittenSpan.ToArray();
    }

    private static byte[] HdlcRequests()
    {
        var output = new ArrayBufferWriter<byte>();
        var link = new HdlcServer(HdlcParameters.Both(128, 3), 17, new TestMeter(4).Device);
        var source = HdlcAddress.Client(2);
        var client = new HdlcClientLink(source, Server, new HdlcClientOptions { Proposal = HdlcParameters.Both(64, 3) });
        var said = new ArrayBufferWriter<byte>();
        void Turn(bool withNoise)
        {
            for (var n = 0; said.WrittenCount > 0 && n < 20; n++)
            {
                output.Write(said.WrittenSpan);
                if (withNoise) output.Write((byte[])[0x00, 0x7E, 0xFF]);
                var (asked, back) = (new ReadOnlySequence<byte>(said.WrittenSpan.ToArray()), new ArrayBufferWriter<byte>());
                said.ResetWrittenCount();
                link.Receive(ref asked, back);
                var input = new ReadOnlySequence<byte>(back.WrittenMemory);
                while (client.TryReceive(ref input, said, out _))
                {
                }
            }
        }
        client.Connect(said);
        Turn(true);
        foreach (var apdu in Session())
        {
            client.SendApdu(apdu, said);
            Turn(apdu.Length % 2 == 0);
        }
        client.Disconnect(said);
        Turn(false);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] HdlcResponses()
    {
        var said = new ArrayBufferWriter<byte>();
        new HdlcFrame(Client, Server, HdlcControl.UnnumberedAcknowledge, false, HdlcParameters.Both(64, 3).ToInformation()).Write(said);
        byte[] message = [0xE6, 0xE7, 0x00, .. Enumerable.Range(0, 200).Select(i => (byte)(i % 3 == 0 ? 0x7E : i & 0xFF))];
        var segments = message.Chunk(64).ToList();
        for (var i = 0; i < segments.Count; i++)
        {
            new HdlcFrame(Client, Server, HdlcControl.Information(i & 7, 0, i == segments.Count - 1), i < segments.Count - 1, segments[i])
                .Write(said);
            if (i == 1) HdlcUnnumbered.WritePush(Client, Server, message.AsSpan(3, 100), 70, said);
        }
        new HdlcFrame(Client, Server, HdlcControl.DisconnectedMode, false, default).Write(said);
        return said.WrittenSpan.ToArray();
    }

    private static byte[] HdlcPushes()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 4; i++)
            HdlcUnnumbered.WritePush(HdlcAddress.Client(0x67), Server, new byte[50 + 60 * i], 40 + 30 * i, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] MBusTelegrams()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 3; i++)
        {
            new MBusLongFrame(0x53, 0xFF, 0x00, 1, 0x67, new byte[100]).Write(output);
            new MBusLongFrame(0x53, 0xFF, 0x11, 1, 0x67, new byte[20]).Write(output);
        }
        return output.WrittenSpan.ToArray();
    }

    private static byte[] LocalRequests()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("\0\0"u8);
        Write(output, new LocalMessage(LocalExchangeInput.Request));
        Write(output, new LocalMessage(LocalExchangeInput.ChooseProgramming, Content: "5"u8.ToArray()));
        Write(output, LocalMessage.Of('P', '1', "(00000000)"));
        Write(output, LocalMessage.Of('R', '5', "1.8.0()"));
        Write(output, LocalMessage.Of('R', '5', "2.8.0()"));
        Write(output, LocalMessage.Of('W', '5', "0.9.1(120000)"));
        Write(output, LocalMessage.Of('B', '0', ""));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] LocalResponses()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 3; i++)
        {
            output.Write("/HDR5Meter\r\n"u8);
            var readOut = Encoding.ASCII.GetBytes("1.8.0(123*kWh)\r\n2.8.0(0)\r\n!\r\n");
            Write(output, new LocalMessage(LocalExchangeInput.Data, Content: readOut));
        }
        return output.WrittenSpan.ToArray();
    }

    private static byte[] ProfileBuffer()
    {
        var random = new RandomData(20261123);
        return CosemData.Array([.. Enumerable.Range(0, 40).Select(i =>
            CosemData.Structure(CosemData.OctetString(random.DateTime()), CosemData.Unsigned(0), random.Value(4)))]).Encode();
    }

    private static byte[] Parity(byte[] stream) => [.. stream.Select(SevenEvenParity.Encode)];

    private static void Write(IBufferWriter<byte> output, LocalMessage message) => message.Write(output, softwareParity: false);

    private static string Hex(ReadOnlyMemory<byte> octets) => Convert.ToHexString(octets.Span);
}
