using System.Text.Json;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Hdlc;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Session;

public sealed class RecordedSessionTests
{
    [Theory]
    [InlineData("session-wrapper.json", false, 0)]
    [InlineData("session-hdlc.json", true, 1)]
    public void Recorded_sessions_with_real_meters_and_another_stack_are_played_again(string file, bool hdlc, int notCovered)
    {
        var skipped = new List<string>();
        var understood = 0;
        foreach (var vector in HdlcVectors.Read(file))
        {
            if (RecordedSession.NotCovered(vector) is { } reason)
            {
                skipped.Add($"{vector.GetProperty("id")}: {reason}");
                continue;
            }
            var session = hdlc ? RecordedSession.OfHdlc(vector) : RecordedSession.OfWrapper(vector);
            session.Play();
            understood += session.Understood;
        }
        Assert.True(understood > 20, $"{understood}");
        foreach (var one in skipped) TestContext.Current.TestOutputHelper!.WriteLine("not covered: " + one);
        Assert.Equal(notCovered, skipped.Count);
    }

    [Fact]
    public void Our_server_answers_another_stacks_client_as_its_own_server_did()
    {
        var vector = HdlcVectors.Read("session-wrapper.json")[0];
        Assert.Equal("session-wrapper-001", vector.GetProperty("id").GetString());
        var clock = LogicalName.Parse("0-0:1.0.0.255");
        var energy = LogicalName.Parse("1-0:1.8.0.255");
        var device = new LogicalDevice(1, TestMeter.ServerTitle);
        device.Add(new RegisterObject(energy, () => CosemData.DoubleLongUnsigned(123_456), new ScalerUnit(0, Unit.WattHour)));
        device.Add(new ClockObject(clock, () => CosemDateTime.NotSpecified, _ => true, _ => true,
            new ClockPlace(0, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 0, false)));
        device.Add(new ProfileGenericObject(
            LogicalName.Parse("1-0:99.1.0.255"), new ProfileSettings { CaptureObjects = [new(8, clock, 2, 0), new(3, energy, 2, 0)] },
            new KeptProfileBuffer(1, ProfileGenericObject.AsUtc)));
        device.Add(new AssociationSettings
        {
            ClientSap = 0x11,
            Mechanism = AuthenticationMechanism.LowLevel,
            Secrets = SecurityKeys.OfSecret("Gurux"u8),
            Conformance = (Conformance)0x621E5D,
            MaxPduSize = 1024,
        });
        using var server = new DeviceServer(device);
        var steps = vector.GetProperty("expect").GetProperty("steps").EnumerateArray().ToList();
        for (var i = 0; i + 1 < steps.Count; i += 2)
        {
            Assert.True(WrapperFrame.TryRead(HdlcVectors.Hex(steps[i]), 65535, out var request));
            Assert.True(WrapperFrame.TryRead(HdlcVectors.Hex(steps[i + 1]), 65535, out var expected));
            // The other's ports are 17 to 1, its profile columns follow the order there, and its RLRE repeats the InitiateResponse unasked.
            var answer = server.Handle(0x11, 1, request.Apdu);
            if (steps[i].GetProperty("step").GetString() == "release") Assert.Equal("6303800100", Convert.ToHexString(answer.Span));
            else Assert.Equal(Convert.ToHexString(expected.Apdu.Span), Convert.ToHexString(answer.Span));
        }
    }

    [Fact]
    public void A_general_block_transfer_is_confirmed_block_by_block_as_another_client_did()
    {
        var vector = Assert.Single(HdlcVectors.Read("gbt.json"));
        var expected = vector.GetProperty("expect");
        var (client, request) = OpenLow(Conformance.Get | Conformance.GeneralBlockTransfer);
        request = client.Get(TestMeter.Attribute(7, TestMeter.Profile));
        var acknowledgements = new List<string>();
        SessionEvent? told = null;
        foreach (var block in SplitBlocks(HdlcVectors.Hex(vector)))
        {
            var step = client.Receive(block);
            if (!step.Send.IsEmpty) acknowledgements.Add(Convert.ToHexStringLower(step.Send.Span));
            told = step.Event ?? told;
        }
        Assert.Equal(expected.GetProperty("acks_hex").EnumerateArray().Select(a => a.GetString()), acknowledgements);
        Assert.Equal(expected.GetProperty("rows").GetInt32(), Assert.IsType<GetCompleted>(told).Result.Data!.AsArray().Count);
    }

    [Fact]
    public void Blocks_that_a_meter_streams_with_a_push_are_joined_without_an_acknowledgement()
    {
        byte[] apdu = [.. new DataNotification(LongInvokeIdAndPriority.Of(1), null, CosemData.OctetString(new byte[100])).Encode()];
        var join = new GeneralBlockReassembly();
        for (ushort i = 1; i <= 3; i++)
        {
            var piece = apdu.AsMemory((i - 1) * 40, Math.Min(40, apdu.Length - (i - 1) * 40));
            var block = new GeneralBlockTransfer(i == 3, true, 0, i, 0, piece);
            Assert.Equal(i == 3, join.TryAdd(block, out var whole));
            if (i == 3) Assert.Equal(apdu, whole.ToArray());
        }
    }

    [Fact]
    public void Recorded_block_transfers_are_understood_by_the_side_they_were_sent_to()
    {
        foreach (var vector in HdlcVectors.Read("block-transfer.json"))
        {
            var expected = vector.GetProperty("expect");
            var steps = expected.GetProperty("steps").EnumerateArray().ToList();
            var first = HdlcVectors.Hex(steps[0]);
            switch ((ApduTag)first[0])
            {
                case ApduTag.GetRequest:
                    PlayGet(steps, expected);
                    break;
                case ApduTag.SetRequest:
                    PlaySet(steps, expected);
                    break;
                default:
                    Assert.Equal(ApduTag.ReadRequest, (ApduTag)first[0]); // short names: not covered
                    break;
            }
        }
    }

    [Fact]
    public void A_recorded_image_transfer_is_played_again()
    {
        var steps = Assert.Single(HdlcVectors.Read("image-transfer.json"))
            .GetProperty("expect").GetProperty("steps").EnumerateArray().ToList();
        var (client, _) = OpenLow(Conformance.Get | Conformance.Action | Conformance.Set);
        for (var i = 0; i + 1 < steps.Count; i += 2)
        {
            var recorded = HdlcVectors.Hex(steps[i]);
            var request = XdlmsApdu.Decode(recorded) switch
            {
                GetRequestNormal get => client.Get(get.Attribute),
                ActionRequestNormal action => client.Action(action.Method, action.Parameter),
                SetRequestNormal set => client.Set(set.Target.Attribute, set.Value),
                var other => throw new NotSupportedException(other.Tag.ToString()),
            };
            Assert.Equal(recorded, request.ToArray());
            var told = client.Receive(HdlcVectors.Hex(steps[i + 1])).Event;
            Assert.True(told is GetCompleted { Result.IsData: true } or ActionCompleted or SetCompleted);
            if (told is ActionCompleted done) Assert.Equal(ActionResult.Success, done.Outcomes[0].Result);
        }
    }

    private static void PlayGet(List<JsonElement> steps, JsonElement expected)
    {
        var (client, _) = OpenLow(Conformance.Get | Conformance.BlockTransferWithGetOrRead | Conformance.SelectiveAccess);
        var first = (GetRequestNormal)XdlmsApdu.Decode(HdlcVectors.Hex(steps[0]));
        var send = client.Get(first.Attribute, first.Selection);
        SessionEvent? told = null;
        for (var i = 0; i + 1 < steps.Count; i += 2)
        {
            Assert.Equal(Convert.ToHexString(HdlcVectors.Hex(steps[i])), Convert.ToHexString(send.Span));
            (send, told) = client.Receive(HdlcVectors.Hex(steps[i + 1]));
        }
        var got = Assert.IsType<GetCompleted>(told).Result;
        if (expected.TryGetProperty("aborted", out _)) Assert.Equal(DataAccessResult.DataBlockUnavailable, got.Error);
        else Assert.Equal(expected.GetProperty("reassembled_hex").GetString(), Convert.ToHexStringLower(got.Data!.Encode()));
    }

    private static void PlaySet(List<JsonElement> steps, JsonElement expected)
    {
        var first = (SetRequest)XdlmsApdu.Decode(HdlcVectors.Hex(steps[0]));
        var targets = first is SetRequestWithListAndFirstDatablock list ? list.Targets : [((SetRequestWithFirstDatablock)first).Target];
        var last = XdlmsApdu.Decode(HdlcVectors.Hex(steps[^1]));
        var results = last is SetResponseLastDatablockWithList answered ? answered.Results : [((SetResponseLastDatablock)last).Result];
        var device = new LogicalDevice(1, TestMeter.ServerTitle);
        var given = new List<CosemData>();
        for (var i = 0; i < targets.Count; i++)
        {
            var result = results[i];
            var target = targets[i].Attribute;
            var found = new CosemObject(target.ClassId, 0, target.LogicalName);
            device.Add(found.WithAttribute(target.AttributeId, () => CosemData.Null, value =>
            {
                given.Add(value);
                return result;
            }));
        }
        device.Add(new AssociationSettings { ClientSap = 1, IsPreEstablished = true });
        using var server = new DeviceServer(device);
        for (var i = 0; i + 1 < steps.Count; i += 2)
            Assert.Equal(Convert.ToHexString(HdlcVectors.Hex(steps[i + 1])),
                Convert.ToHexString(server.Handle(1, 1, HdlcVectors.Hex(steps[i])).Span));
        var whole = given.Count == 1 ? given[0].Encode() : [(byte)given.Count, .. given.SelectMany(g => g.Encode())];
        Assert.Equal(expected.GetProperty("reassembled_hex").GetString(), Convert.ToHexStringLower(whole));
    }

    /// <summary>A client with an open association of given services, whose invoke id is always 1 as in the recordings.</summary>
    private static (ClientAssociation Client, ReadOnlyMemory<byte> None) OpenLow(Conformance conformance)
    {
        var client = new ClientAssociation(new ClientOptions { Conformance = conformance, FixedInvokeId = 1 }, new SecurityKeys());
        client.Open();
        var response = new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNames,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.None),
            UserInformation = new InitiateResponse(conformance, 0).Encode(),
        };
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        response.WriteTo(output);
        Assert.IsType<Associated>(client.Receive(output.WrittenMemory).Event);
        return (client, default);
    }

    private static IEnumerable<byte[]> SplitBlocks(byte[] joined)
    {
        for (var start = 0; start < joined.Length;)
        {
            var length = joined[start + 6];
            var (size, head) = length switch
            {
                0x82 => ((joined[start + 7] << 8) | joined[start + 8], 9),
                0x81 => (joined[start + 7], 8),
                _ => (length, 7),
            };
            yield return joined[start..(start + head + size)];
            start += head + size;
        }
    }
}
