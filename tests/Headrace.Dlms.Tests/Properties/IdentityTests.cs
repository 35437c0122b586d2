using System.Buffers;
using System.Text;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.MBus;
using Headrace.Dlms.Tests.Apdu;
using Headrace.Dlms.Tests.Data;
using Headrace.Dlms.Tests.Hdlc;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>What is written is read again as the same: every type of data, every APDU, every frame, XML and JSON.</summary>
public sealed class IdentityTests
{
    private const int Rounds = 300;

    public static TheoryData<CosemTag> Tags() =>
        new(Enum.GetValues<CosemTag>().Where(t => t is not (CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray)));

    [Theory]
    [MemberData(nameof(Tags))]
    public void A_value_of_every_simple_type_comes_back(CosemTag tag)
    {
        var random = new RandomData(20261120 + (int)tag);
        for (var i = 0; i < Rounds; i++)
        {
            var value = random.Content(tag);
            Assert.Equal(tag, value.Tag);
            Assert.Equal(value, CosemData.Decode(value.Encode()));
        }
    }

    [Fact]
    public void Trees_and_compact_arrays_of_every_type_come_back_and_are_as_long_as_measured()
    {
        var random = new RandomData(20261121);
        var seen = new HashSet<CosemTag>();
        for (var i = 0; i < 6_000; i++)
        {
            var value = random.Value();
            var bytes = value.Encode();
            Assert.Equal(value, CosemData.Decode(bytes));
            Assert.True(Headrace.Dlms.Session.EncodedValue.TryMeasure(bytes, out var length));
            Assert.Equal(bytes.Length, length);
            Note(value, seen);
        }
        Assert.Equal(Enum.GetValues<CosemTag>().Length, seen.Count);
    }

    [Fact]
    public void Every_apdu_record_there_is_is_made_and_comes_back()
    {
        var random = new RandomApdu(20261122);
        var seen = new HashSet<Type>();
        for (var i = 0; i < random.Kinds * 60; i++)
        {
            var apdu = random.Make(i);
            var bytes = apdu.Encode();
            seen.Add(apdu.GetType());
            var first = XdlmsApdu.DecodeFirst((byte[])[.. bytes, 0xC0, 0xFF], out var length);
            if (apdu is GatewayRequest or GatewayResponse) continue; // as long as what is there
            Assert.Equal(bytes.Length, length);
            Assert.Equal(bytes, first.Encode());
        }
        var all = typeof(XdlmsApdu).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(XdlmsApdu)) && !t.IsAbstract).ToList();
        Assert.Equal([], all.Where(t => !seen.Contains(t)).Select(t => t.Name));
    }

    [Fact]
    public void Association_requests_and_responses_with_any_fields_come_back()
    {
        var random = new RandomData(20261123);
        for (var i = 0; i < 3_000; i++)
        {
            var request = Request(random);
            Assert.Equal(Fields(request), Fields(AssociationRequest.Parse(Encode(request.WriteTo))));
            var response = Response(random);
            Assert.Equal(Fields(response), Fields(AssociationResponse.Parse(Encode(response.WriteTo))));
            var reason = Maybe(random, () => (ReleaseReason)random.Random.Next(256));
            var release = new ReleaseRequest(reason, Octets(random));
            Assert.Equal(Fields(release), Fields(ReleaseRequest.Parse(Encode(release.WriteTo))));
            var released = new ReleaseResponse(reason, Octets(random));
            Assert.Equal(Fields(released), Fields(ReleaseResponse.Parse(Encode(released.WriteTo))));
        }
    }

    [Fact]
    public void Hdlc_frames_of_any_address_control_and_length_come_back()
    {
        var random = new RandomData(20261124);
        for (var i = 0; i < 3_000; i++)
        {
            var frame = new HdlcFrame(Address(random.Random), Address(random.Random), new HdlcControl((byte)random.Random.Next(256)),
                random.Random.Next(2) == 0, random.Octets(random.Random.Next(20) == 0 ? 2030 : 130));
            var found = Assert.Single(HdlcFrameTests.ReadAll(Encode(o => frame.Write(o)), new HdlcFrameReader()));
            Assert.Equal(frame.Information.ToArray(), found.Information.ToArray());
            Assert.Equal(frame with { Information = default }, found with { Information = default });
        }
        for (var size = 1; size <= HdlcParameters.MaxInformation; size += 7)
        {
            var parameters = new HdlcParameters(size, HdlcParameters.MaxInformation - size + 1, 1 + size % 7, 1 + size % 5);
            Assert.Equal(parameters, HdlcParameters.Read(parameters.ToInformation()));
        }
    }

    [Fact]
    public void Frames_of_the_wrapper_and_of_m_bus_and_gateway_headers_come_back()
    {
        var random = new RandomData(20261125);
        for (var i = 0; i < 2_000; i++)
        {
            var apdu = random.Octets(600);
            var (source, destination) = ((ushort)random.Random.Next(65536), (ushort)random.Random.Next(65536));
            Assert.True(WrapperFrame.TryRead(Encode(o => WrapperFrame.Write(o, source, destination, apdu)), apdu.Length, out var frame));
            Assert.Equal((source, destination), (frame.SourcePort, frame.DestinationPort));
            Assert.Equal(apdu, frame.Apdu.ToArray());

            var data = random.Octets(MBusLongFrame.MaxDataLength + 1);
            var telegram = new MBusLongFrame((byte)(source & 0xFF), (byte)(destination & 0xFF), (byte)(source >> 8), 1, 0x67, data);
            var input = new ReadOnlySequence<byte>(Encode(telegram.Write));
            Assert.True(MBusLongFrame.TryRead(ref input, out var read));
            Assert.Equal(data, read.Data.ToArray());
            Assert.Equal(telegram with { Data = default }, read with { Data = default });

            var device = new GatewayAddress((byte)(i & 0xFF), random.Octets(30));
            var under = new GatewayRequest(device.NetworkId, device.PhysicalDeviceAddress, apdu).Encode();
            Assert.True(GatewayHeader.TryRemove(under, out var named, out var user, out var isRequest));
            Assert.True(isRequest && named == device);
            Assert.Equal(apdu, user.ToArray());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_of_the_local_exchange_come_back(bool parity)
    {
        var random = new Random(20261126);
        for (var i = 0; i < 2_000; i++)
        {
            var message = Message(random);
            var reader = new LocalMessageReader(softwareParity: parity)
            {
                ExpectsChoice = message.Input is >= LocalExchangeInput.ChooseReadOut and <= LocalExchangeInput.ChooseHdlc,
            };
            var input = new ReadOnlySequence<byte>(Encode(o => message.Write(o, parity)));
            Assert.Equal(LocalReading.Message, reader.Read(ref input, out var read));
            Assert.True(input.IsEmpty);
            Assert.Equal((message.Input, message.Command, message.CommandType, message.Text),
                (read.Input, read.Command, read.CommandType, read.Text));
        }
        for (var i = 0; i < 500; i++)
        {
            LocalDataSet[] sets =
            [
                .. Enumerable.Range(0, random.Next(1, 5)).Select(n => new LocalDataSet($"1.8.{n}",
                    [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                        new LocalValue(random.Next().ToString("D", null), n % 2 == 0 ? "kWh" : ""))])),
            ];
            var text = string.Concat(sets.Select(s => s + "\r\n")) + "!\r\n";
            Assert.Equal(sets.Select(s => s.ToString()), LocalDataSet.Parse(Encoding.ASCII.GetBytes(text)).Select(s => s.ToString()));
        }
    }

    [Fact]
    public void Values_come_back_from_json()
    {
        var random = new RandomData(20261127);
        for (var i = 0; i < 4_000; i++)
        {
            var value = random.Value();
            var seen = new HashSet<CosemTag>();
            Note(value, seen);
            // compact arrays are shown and not read; text that is none and numbers that are none are not given whole
            if (seen.Contains(CosemTag.CompactArray) || seen.Contains(CosemTag.VisibleString) || !IsFinite(value)) continue;
            var json = DataJson.Tree(value).ToJsonString();
            var read = DataText.Parse(json);
            Assert.Equal(json, DataJson.Tree(read).ToJsonString());
            Assert.True(value.Equals(read) || seen.Contains(CosemTag.BitString), json); // bits that fill the last octet are not shown
        }
        var text = CosemData.VisibleString("kWh, 1-0:1.8.0*255");
        Assert.Equal(text, DataText.FromTree(DataJson.Tree(text)));
    }

    [Fact]
    public void Every_apdu_and_every_value_come_back_from_xml()
    {
        var random = new RandomApdu(20261128);
        for (var i = 0; i < random.Kinds * 25; i++) AssertXml(random.Make(i).Encode(), DlmsFraming.Apdu);
        var data = new RandomData(20261129);
        for (var i = 0; i < 1_500; i++) AssertXml(data.Value().Encode(), DlmsFraming.Axdr);
        for (var i = 0; i < 500; i++)
        {
            AssertXml(Encode(Request(data, plain: true).WriteTo), DlmsFraming.Apdu);
            AssertXml(Encode(Response(data, plain: true).WriteTo), DlmsFraming.Apdu);
        }
    }

    private static void AssertXml(byte[] bytes, DlmsFraming framing)
    {
        var xml = XmlTranslator.Decode(bytes, framing, TranslationKeys.None).ToString();
        using var text = new StringReader(xml);
        var again = XmlTranslator.Encode(text);
        Assert.True(bytes.AsSpan().SequenceEqual(again), $"{Convert.ToHexString(bytes)}\n{Convert.ToHexString(again)}\n{xml}");
    }

    private static bool IsFinite(CosemData value) => value.Tag switch
    {
        CosemTag.Float32 or CosemTag.Float64 => double.IsFinite(value.AsDouble()),
        CosemTag.Array or CosemTag.Structure => value.Items.All(IsFinite),
        _ => true,
    };

    private static void Note(CosemData value, HashSet<CosemTag> seen)
    {
        seen.Add(value.Tag);
        if (value.Tag is CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray)
            foreach (var item in value.Items) Note(item, seen);
    }

    private static LocalMessage Message(Random random)
    {
        byte[] Text(int most) => [.. Enumerable.Range(0, random.Next(most)).Select(_ => (byte)random.Next('0', 'Z'))];
        var speed = new[] { (byte)random.Next('0', '7') };
        return random.Next(10) switch
        {
            0 => new LocalMessage(LocalExchangeInput.Request, Content: Text(33)),
            1 => new LocalMessage(LocalExchangeInput.IdentificationWithChoice,
                Content: new MeterIdentification("HDR", '5', "Meter", random.Next(2) == 0).Encode().AsMemory()[1..^2]),
            2 => new LocalMessage(LocalExchangeInput.Identification,
                Content: new MeterIdentification("HDR", 'B', "Meter").Encode().AsMemory()[1..^2]),
            3 => new LocalMessage(LocalExchangeInput.ChooseReadOut, Content: speed),
            4 => new LocalMessage(LocalExchangeInput.ChooseProgramming, Content: speed),
            5 => new LocalMessage(LocalExchangeInput.ChooseHdlc, Content: speed),
            6 => new LocalMessage(LocalExchangeInput.Data, Content: Text(3000)),
            7 => new LocalMessage(LocalExchangeInput.PartialData, Content: Text(300)),
            8 => new LocalMessage(random.Next(2) == 0 ? LocalExchangeInput.Acknowledge : LocalExchangeInput.Repeat),
            _ => LocalMessage.Of("PRWEB"[random.Next(5)], (char)random.Next('0', '9' + 1), Encoding.ASCII.GetString(Text(40))),
        };
    }

    private static HdlcAddress Address(Random random) => random.Next(3) switch
    {
        0 => HdlcAddress.Client(random.Next(128)),
        1 => HdlcAddress.Server(random.Next(128), random.Next(128), 2),
        _ => HdlcAddress.Server(random.Next(1 << 14), random.Next(1 << 14), 4),
    };

    private static AssociationRequest Request(RandomData random, bool plain = false) => new()
    {
        ApplicationContext = (ApplicationContext)random.Random.Next(1, 5),
        CalledApTitle = plain ? null : Octets(random),
        CallingApTitle = Octets(random),
        CallingAeQualifier = Octets(random),
        CallingAeInvocationId = Maybe(random, () => (byte)random.Random.Next(256)),
        SenderAcseRequirements = Maybe(random, () => (ReadOnlyMemory<byte>)new byte[] { 0x07, 0x80 }),
        MechanismName = Maybe(random, () => (AuthenticationMechanism)random.Random.Next(8)),
        CallingAuthenticationValue = Octets(random),
        UserInformation = Octets(random),
    };

    private static AssociationResponse Response(RandomData random, bool plain = false) => new()
    {
        ApplicationContext = (ApplicationContext)random.Random.Next(1, 5),
        Result = (AssociationResult)random.Random.Next(3),
        Diagnostic = new AssociationDiagnostic((DiagnosticSource)random.Random.Next(1, 3), (byte)random.Random.Next(plain ? 15 : 256)),
        RespondingApTitle = Octets(random),
        RespondingAeQualifier = Octets(random),
        RespondingAeInvocationId = Maybe(random, () => (byte)random.Random.Next(256)),
        ResponderAcseRequirements = Maybe(random, () => (ReadOnlyMemory<byte>)new byte[] { 0x07, 0x80 }),
        MechanismName = Maybe(random, () => (AuthenticationMechanism)random.Random.Next(8)),
        RespondingAuthenticationValue = Octets(random),
        UserInformation = Octets(random),
    };

    private static string Fields(AssociationRequest r) => string.Join('|', r.ApplicationContext, Hex(r.CalledApTitle),
        Hex(r.CallingApTitle), Hex(r.CallingAeQualifier), r.CallingAeInvocationId, Hex(r.SenderAcseRequirements), r.MechanismName,
        Hex(r.CallingAuthenticationValue), Hex(r.UserInformation), r.OtherFields.Count);

    private static string Fields(AssociationResponse r) => string.Join('|', r.ApplicationContext, r.Result, r.Diagnostic,
        Hex(r.RespondingApTitle), Hex(r.RespondingAeQualifier), r.RespondingAeInvocationId, Hex(r.ResponderAcseRequirements),
        r.MechanismName, Hex(r.RespondingAuthenticationValue), Hex(r.UserInformation), r.OtherFields.Count);

    private static string Fields(ReleaseRequest r) => $"{r.Reason}|{Hex(r.UserInformation)}";

    private static string Fields(ReleaseResponse r) => $"{r.Reason}|{Hex(r.UserInformation)}";

    private static string Hex(ReadOnlyMemory<byte>? octets) => octets is { } given ? Convert.ToHexString(given.Span) : "none";

    private static ReadOnlyMemory<byte>? Octets(RandomData random) =>
        random.Random.Next(3) == 0 ? null : random.Octets(random.Random.Next(30) == 0 ? 300 : 40);

    private static T? Maybe<T>(RandomData random, Func<T> make) where T : struct => random.Random.Next(2) == 0 ? null : make();

    private static byte[] Encode(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
