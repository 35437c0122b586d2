using System.Buffers;
using System.Text;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;
using Headrace.Dlms.Tests.Session;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>The parsers that came with the local exchange, gateways, short names, profile rows, certificates and text forms.</summary>
internal static class LineTargets
{
    private static readonly HdlcAddress Client = HdlcAddress.Client(16);
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);

    public static IEnumerable<FuzzTargets.Target> All { get; } =
    [
        new("measured as skipped", ["axdr", "push-body", "profile-buffer", "object-list"], 100_000, () => Measure),
        new("profile rows as they come", ["profile-buffer", "object-list", "push-body"], 60_000, () => Rows),
        new("type descriptions", ["axdr"], 40_000, () => bytes => CompactArrayType.Decode(bytes).DecodeValue(bytes)),
        new("short-name lists", ["object-list"], 40_000, () => bytes => ShortNameMap.FromObjectList(CosemData.Decode(bytes))),
        new("selections", ["axdr"], 40_000, () => Selections),
        new("gateway", ["xdlms", "wrapper-apdu"], 40_000, () => Gateway()) { Seeds = [new GatewayRequest(1, Title, Get).Encode()] },
        new("local exchange, reader", ["*"], 80_000, () => Local) { Seeds = LocalSeeds() },
        new("local exchange, client", ["*"], 40_000, LocalClient) { Seeds = LocalSeeds() },
        new("local exchange, meter", ["*"], 40_000, LocalServer) { Seeds = LocalSeeds() },
        new("local data sets", ["*"], 60_000, () => bytes => LocalDataSet.Parse(bytes)) { Seeds = LocalSeeds() },
        new("hdlc client", ["hdlc-frame", "push-hdlc", "session-hdlc"], 40_000, HdlcClient),
        new("hdlc server", ["hdlc-frame", "session-hdlc"], 40_000, HdlcServer),
        new("certificates", [], 4_000, Certificates) { Seeds = CertificateSeeds() },
        new("xml", [], 30_000, () => Xml) { Seeds = XmlSeeds() },
        new("xml of anything", ["*"], 60_000, () => bytes => XmlTranslator.Decode(bytes, DlmsFraming.Auto, TranslationKeys.None)),
        new("values as text", [], 40_000, () => Text) { Seeds = TextSeeds() },
    ];

    private static byte[] Title => "HDR1"u8.ToArray();

    private static byte[] Get => Convert.FromHexString("C001C100080000010000FF0200");

    /// <summary>What the reader skips is measured to the same length; what it refuses is measured longer or refused too.</summary>
    private static void Measure(byte[] bytes)
    {
        var measured = EncodedValue.TryMeasure(bytes, out var length);
        var reader = new CosemReader(bytes);
        reader.Skip();
        Assert.True(measured, "skipped and not measured");
        Assert.Equal(reader.Position, length);
    }

    private static void Rows(byte[] bytes)
    {
        var rows = new ProfileRows(8192);
        foreach (var block in bytes.Chunk(1 + bytes.Length % 50))
        {
            rows.Append(block);
            while (rows.TryRead(out _))
            {
            }
        }
        rows.ExpectEnd();
    }

    private static void Selections(byte[] bytes)
    {
        var reader = new CosemReader(bytes);
        if (SelectiveAccess.ReadOptional(ref reader) is not { } selection) return;
        if (selection.Selector == RangeDescriptor.Selector) RangeDescriptor.FromData(selection.Parameter);
        else EntryDescriptor.FromData(selection.Parameter);
    }

    private static Action<byte[]> Gateway()
    {
        var meter = new TestMeter(2);
        var server = new GatewayServer(meter.Server, device => device.NetworkId < 3 ? [meter.Device] : null);
        var answers = new ArrayBufferWriter<byte>();
        return bytes =>
        {
            answers.ResetWrittenCount();
            for (var more = server.Handle(102, 1, bytes, answers); more; more = server.WriteNext(102, 1, answers))
            {
            }
        };
    }

    private static void Local(byte[] bytes)
    {
        var reader = new LocalMessageReader(300, bytes.Length % 2 == 0) { ExpectsChoice = bytes.Length % 3 == 0 };
        var input = new ReadOnlySequence<byte>(bytes);
        while (reader.Read(ref input, out var message) != LocalReading.Incomplete) _ = message.Text;
    }

    private static Action<byte[]> LocalClient() => bytes =>
    {
        var client = new LocalExchangeClient(new LocalExchangeOptions { MaxMessageLength = 300 });
        var output = new ArrayBufferWriter<byte>();
        client.Request("", output);
        var input = new ReadOnlySequence<byte>(bytes);
        while (client.TryReceive(ref input, output, out _))
        {
            if (client.State == LocalExchangeState.Identified)
                client.Choose(LocalExchangeInput.ChooseReadOut + bytes.Length % 3, output);
            else if (client.State == LocalExchangeState.Programming) client.Send('R', '5', "1.8.0()", output);
            else if (client.State is LocalExchangeState.Partial or LocalExchangeState.Delivered) client.Acknowledge(output);
        }
        Assert.InRange(output.WrittenCount, 0, 64 + 16 * bytes.Length);
    };

    private static Action<byte[]> LocalServer()
    {
        var server = new LocalExchangeServer(new LocalExchangeDevice
        {
            Identification = new MeterIdentification("HDR", '5', "Meter", true),
            Read = (_, _) => "(1)",
            Password = (_, _) => true,
        });
        var held = Array.Empty<byte>();
        return bytes =>
        {
            var output = new ArrayBufferWriter<byte>();
            var input = new ReadOnlySequence<byte>([.. held, .. bytes]);
            while (server.TryServe(ref input, output))
            {
            }
            held = input.ToArray();
            Assert.InRange(held.Length, 0, 2 * 4096 + bytes.Length);
            if (server.State == LocalExchangeState.Hdlc) (held, _) = ([], Reset(server));
        };
    }

    private static bool Reset(LocalExchangeServer server)
    {
        server.Reset();
        return true;
    }

    private static Action<byte[]> HdlcClient()
    {
        var options = new HdlcClientOptions { Proposal = HdlcParameters.Both(128, 7), MaxApduLength = 4096 };
        var link = new HdlcClientLink(Client, Server, options);
        var output = new ArrayBufferWriter<byte>();
        link.Connect(output);
        return bytes =>
        {
            output.ResetWrittenCount();
            if (link.State is HdlcLinkState.Disconnected) link.Connect(output);
            var frames = Framed(bytes, Client, Server);
            var input = new ReadOnlySequence<byte>(frames);
            try
            {
                while (link.TryReceive(ref input, output, out var told))
                    if (told.Kind == HdlcEventKind.Connected) link.SendApdu(Get, output);
            }
            catch (ProtocolException)
            {
                link.Connect(output);
            }
            Assert.InRange(output.WrittenCount, 0, 2000 + 200 * frames.Length);
        };
    }

    private static Action<byte[]> HdlcServer()
    {
        var server = new HdlcServer(HdlcParameters.Both(128, 7), 17, new TestMeter(4).Device);
        return bytes =>
        {
            var output = new ArrayBufferWriter<byte>();
            var frames = Framed(bytes, HdlcAddress.Server(1, 17), HdlcAddress.Client(bytes.Length % 2 == 0 ? 16 : 102));
            var input = new ReadOnlySequence<byte>(frames);
            while (server.TryReceive(ref input, output))
            {
            }
            Assert.InRange(output.WrittenCount, 0, 2000 + 200 * frames.Length);
        };
    }

    /// <summary>Frames whose check sequences are right, made of broken bytes: control, segmentation and information.</summary>
    private static byte[] Framed(byte[] bytes, HdlcAddress destination, HdlcAddress source)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(bytes);
        for (var at = 0; at + 2 < bytes.Length && at < 200; at += 2 + bytes[at] % 60)
        {
            var information = bytes.AsMemory(at + 2, Math.Min(bytes[at] % 60, bytes.Length - at - 2));
            byte[] controls = [0x93, 0x53, 0x10, 0x32, 0x54, 0x11, 0x31, 0x15, 0x73, 0x1F, 0x97, 0x13, bytes[at + 1]];
            var control = controls[bytes[at + 1] % controls.Length];
            byte[] head = bytes[at + 1] % 5 == 0 ? [] : destination == Client ? [0xE6, 0xE7, 0x00] : [0xE6, 0xE6, 0x00];
            new HdlcFrame(destination, source, new HdlcControl(control), bytes[at] % 7 == 0,
                control is 0x93 or 0x73 ? information : (byte[])[.. head, .. information.Span]).Write(output);
        }
        return output.WrittenSpan.ToArray();
    }

    private static Action<byte[]> Certificates()
    {
        var store = new CertificateStore(SecuritySuite.Suite1, TimeProvider.System);
        return bytes => store.Check(bytes, TestMeter.ServerTitle, out _);
    }

    private static void Text(byte[] bytes)
    {
        try
        {
            DataText.Parse(Encoding.Latin1.GetString(bytes));
        }
        catch (FormatException)
        {
            // not a value
        }
    }

    private static void Xml(byte[] bytes)
    {
        using var text = new StringReader(Encoding.Latin1.GetString(bytes));
        XmlTranslator.Encode(text);
    }

    private static List<byte[]> LocalSeeds()
    {
        static byte[] Bytes(LocalMessage message)
        {
            var output = new ArrayBufferWriter<byte>();
            message.Write(output, softwareParity: false);
            return output.WrittenSpan.ToArray();
        }
        var block = "1.8.0(000123.4*kWh)\r\n0.9.1(120000)(1)\r\nP.01(2611200000)(08)(15)(2)\r\n!\r\n";
        return
        [
            "/?12!\r\n"u8.ToArray(), "/HDR5\\2Meter\r\n"u8.ToArray(), "/HDRBMeter\r\n"u8.ToArray(), [0x06, .. "051\r\n"u8],
            [0x06, .. "252\r\n"u8], [0x06], [0x15], Bytes(LocalMessage.Of('P', '1', "(00000000)")), Bytes(LocalMessage.Of('P', '0', "(1)")),
            Bytes(LocalMessage.Of('R', '5', "1.8.0()")), Bytes(LocalMessage.Of('B', '0', "")), Encoding.ASCII.GetBytes(block),
            Bytes(new LocalMessage(LocalExchangeInput.Data, Content: Encoding.ASCII.GetBytes(block))),
            Bytes(new LocalMessage(LocalExchangeInput.PartialData, Content: Encoding.ASCII.GetBytes(block))),
            [.. "/HDR5\\2Meter\r\n"u8, .. Bytes(LocalMessage.Of('P', '0', "(1)")), .. Bytes(new LocalMessage(LocalExchangeInput.Data))],
        ];
    }

    // A self-signed certificate of curve P-256, made for this test with openssl.
    private static List<byte[]> CertificateSeeds() =>
    [
        Convert.FromHexString(
            "308201AF30820154A00302010202144343068915EBAFEB40A9E95308751AD40812F4B3300A06082A8648CE3D040302301B311930170603"
            + "5504030C1034383434353230313032303330343035301E170D3236313132303135353131335A170D3336313131373135353131335A301B"
            + "3119301706035504030C10343834343532303130323033303430353059301306072A8648CE3D020106082A8648CE3D03010703420004A2"
            + "4C8F1E019D6313705D8AEDEF51315D41A3BA1904F7677787A53F4408FD79881362775DDACFC8C5AE99B7BD1B7CEB2D20D91BB005ECBA4F"
            + "0916DA367EBE88B5A3763074301D0603551D0E04160414B7B7D255F9BABD66EFCB5E8C8ADE9A041C3E151A301F0603551D230418301680"
            + "14B7B7D255F9BABD66EFCB5E8C8ADE9A041C3E151A300F0603551D130101FF040530030101FF300B0603551D0F04040302078030140603"
            + "551D11040D300B8209612E6578616D706C65300A06082A8648CE3D0403020349003046022100AC5213EBF3E4658C4094FDAF10B1AD6688"
            + "093A1891F5A726ABB35BA946CB555D022100A350550A4DF84FE7128EDD6D449519FFB7C251AECD8EA247D007BC01FDBE39B7"),
    ];

    private static List<byte[]> XmlSeeds() =>
    [
        .. new[] { "C001C100080000010000FF0200", "0F4000000100020109060100010800FF", "C40100C1000203090204050600000384010112FFFE" }
            .Select(hex => XmlTranslator.Decode(Convert.FromHexString(hex.Replace("C40100", "C401", StringComparison.Ordinal)),
                DlmsFraming.Apdu, TranslationKeys.None))
            .Select(document => Encoding.Latin1.GetBytes(document.ToString())),
    ];

    private static List<byte[]> TextSeeds() =>
    [
        "double-long-unsigned 900"u8.ToArray(), "octet-string 1-0:1.8.0.255"u8.ToArray(), "date-time 2026-03-02T00:00:00Z"u8.ToArray(),
        "{\"t\":\"structure\",\"v\":[{\"t\":\"long\",\"v\":-5},{\"t\":\"array\",\"v\":[{\"t\":\"null-data\"}]}]}"u8.ToArray(),
        "bit-string 0101"u8.ToArray(), "float32 1.5e3"u8.ToArray(), "enum 0x1F"u8.ToArray(), "bcd 12"u8.ToArray(),
    ];
}
