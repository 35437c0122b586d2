using System.Buffers;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Session;

public sealed class SessionFuzzTests
{
    private static readonly string[] Ways = ["public", "low", "glo", "general-glo", "ded", "md5"];

    [Fact]
    public void Altered_requests_never_throw_out_of_the_server()
    {
        var random = new Random(20260302);
        var meter = new TestMeter(rows: 4);
        foreach (var way in Ways)
        {
            var requests = Requests(meter, way, out var sap);
            for (var i = 0; i < 4_000; i++)
            {
                var altered = Alter(requests[random.Next(requests.Count)], random);
                meter.Server.Handle(sap, 1, altered);
                if (i % 50 != 0) continue;
                var (client, _) = TestMeter.NewClient(way);
                meter.Exchange(client, sap, client.Open());
            }
        }
    }

    [Fact]
    public void Altered_plain_services_never_throw_out_of_the_server()
    {
        var random = new Random(7);
        var meter = new TestMeter(rows: 4);
        var plain = Requests(meter, "low", out _);
        for (var i = 0; i < 60_000; i++)
        {
            var altered = Alter(plain[1 + random.Next(plain.Count - 1)], random);
            if (altered[0] != 0x60) meter.Server.Handle(102, 1, altered);
        }
    }

    [Fact]
    public void Altered_responses_are_a_result_or_a_protocol_exception_in_the_client()
    {
        var random = new Random(42);
        var meter = new TestMeter(rows: 4);
        for (var i = 0; i < 6_000; i++)
        {
            var way = Ways[random.Next(Ways.Length)];
            var (client, sap) = TestMeter.NewClient(way);
            var request = client.Open();
            var alterAt = random.Next(4);
            for (var step = 0; step < 6 && !request.IsEmpty; step++)
            {
                var answer = meter.Server.Handle(sap, 1, request).ToArray();
                if (step == alterAt) answer = Alter(answer, random);
                var thrown = Record.Exception(() => request = client.Receive(answer).Send);
                Assert.True(thrown is null or ProtocolException, $"{way} {Convert.ToHexString(answer)}: {thrown}");
                if (thrown is not null) break;
                if (request.IsEmpty
                    && client.State == AssociationState.Associated
                    && client.Conformance.HasFlag(Headrace.Dlms.Apdu.Conformance.Get))
                    request = client.Get(TestMeter.Attribute(7, TestMeter.Profile));
            }
        }
    }

    [Fact]
    public void Altered_hdlc_bytes_are_passed_over_or_a_protocol_exception()
    {
        var random = new Random(99);
        for (var i = 0; i < 3_000; i++)
        {
            var meter = new TestMeter(rows: 1);
            using var server = new HdlcServer(HdlcParameters.Both(128, 3), null, meter.Device);
            var stream = new ArrayBufferWriter<byte>();
            var link = new HdlcClientLink(HdlcAddress.Client(16), HdlcAddress.Server(1));
            link.Connect(stream);
            for (var frame = 0; frame < 6; frame++)
            {
                var information = new byte[random.Next(0, 20)];
                random.NextBytes(information);
                if (random.Next(2) == 0 && information.Length > 3) (information[0], information[1], information[2]) = (0xE6, 0xE6, 0);
                new HdlcFrame(HdlcAddress.Server(1), HdlcAddress.Client(16),
                    new HdlcControl((byte)random.Next(256)), random.Next(3) == 0, information).Write(stream);
            }
            var input = new ReadOnlySequence<byte>(stream.WrittenMemory);
            var output = new ArrayBufferWriter<byte>();
            var thrown = Record.Exception(() => server.Receive(ref input, output));
            Assert.True(thrown is null or ProtocolException, thrown?.ToString());
            var back = new ReadOnlySequence<byte>(output.WrittenMemory);
            thrown = Record.Exception(() =>
            {
                while (link.TryReceive(ref back, new ArrayBufferWriter<byte>(), out _)) { }
            });
            Assert.True(thrown is null or ProtocolException, thrown?.ToString());
        }
    }

    private static List<byte[]> Requests(TestMeter meter, string way, out ushort sap)
    {
        var (client, at) = TestMeter.NewClient(way);
        sap = at;
        var requests = new List<byte[]>();
        ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> request)
        {
            requests.Add(request.ToArray());
            return request;
        }
        meter.Exchange(client, at, Keep(client.Open()));
        meter.Exchange(client, at, Keep(client.Get(TestMeter.Attribute(3, TestMeter.Energy))));
        meter.Exchange(client, at,
            Keep(client.Get(TestMeter.Attribute(7, TestMeter.Profile), new Headrace.Dlms.Data.EntryDescriptor(1, 2).ToSelectiveAccess())));
        meter.Exchange(client, at, Keep(client.Get(
            TestMeter.Attribute(7, TestMeter.Profile),
            Headrace.Dlms.Data.RangeDescriptor.ByClock(
                Headrace.Dlms.Data.CosemDateTime.From(TestMeter.Start),
                Headrace.Dlms.Data.CosemDateTime.From(TestMeter.Start)).ToSelectiveAccess())));
        if (client.Conformance.HasFlag(Headrace.Dlms.Apdu.Conformance.Set))
        {
            meter.Exchange(client, at,
                Keep(client.Set(TestMeter.Attribute(8, TestMeter.Clock), Headrace.Dlms.Data.CosemData.OctetString(meter.Now))));
            meter.Exchange(client, at, Keep(client.Action(
                new Headrace.Dlms.Data.CosemMethodDescriptor(70, TestMeter.Switch, 1), Headrace.Dlms.Data.CosemData.Integer(0))));
            meter.Exchange(client, at,
                Keep(client.Set(TestMeter.Attribute(1, TestMeter.Text), Headrace.Dlms.Data.CosemData.OctetString(new byte[3000]))));
        }
        return requests;
    }

    private static byte[] Alter(byte[] original, Random random)
    {
        if (original.Length == 0) return [(byte)random.Next(256)];
        var altered = random.Next(6) == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
        if (altered.Length == 0) return [(byte)random.Next(256)];
        for (var n = random.Next(1, 4); n > 0; n--) altered[random.Next(altered.Length)] = (byte)random.Next(256);
        return random.Next(10) == 0 ? [.. altered, .. altered] : altered;
    }
}
