using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Apdu;

public sealed class XdlmsApduTests
{
    [Fact]
    public void Random_apdus_of_every_kind_come_back_to_the_same_bytes_and_type()
    {
        var random = new RandomApdu(20260302);
        for (var i = 0; i < random.Kinds * 150; i++)
        {
            var apdu = random.Make(i);
            var encoded = apdu.Encode();
            var again = XdlmsApdu.Decode(encoded);
            Assert.Equal(apdu.GetType(), again.GetType());
            Assert.Equal(apdu.Tag, again.Tag);
            Assert.Equal(encoded, again.Encode());
        }
    }

    [Fact]
    public void Cutting_or_altering_random_apdus_gives_apdus_or_protocol_exceptions()
    {
        var random = new RandomApdu(3);
        var noise = new Random(4);
        for (var i = 0; i < random.Kinds * 20; i++)
        {
            var encoded = random.Make(i).Encode();
            if (encoded.Length > 3000) continue;
            for (var cut = 0; cut < encoded.Length; cut++) OnlyProtocolException(encoded[..cut]);
            for (var n = 0; n < 40; n++)
            {
                var altered = (byte[])encoded.Clone();
                altered[noise.Next(altered.Length)] = (byte)noise.Next(256);
                OnlyProtocolException(altered);
            }
        }
    }

    [Theory]
    [InlineData(ApduTag.GetRequest, 0xC8, 0xD0)]
    [InlineData(ApduTag.SetRequest, 0xC9, 0xD1)]
    [InlineData(ApduTag.EventNotification, 0xCA, 0xD2)]
    [InlineData(ApduTag.ActionRequest, 0xCB, 0xD3)]
    [InlineData(ApduTag.GetResponse, 0xCC, 0xD4)]
    [InlineData(ApduTag.SetResponse, 0xCD, 0xD5)]
    [InlineData(ApduTag.ActionResponse, 0xCF, 0xD7)]
    [InlineData(ApduTag.InitiateRequest, 0x21, 0x41)]
    [InlineData(ApduTag.ReadRequest, 0x25, 0x45)]
    [InlineData(ApduTag.WriteRequest, 0x26, 0x46)]
    [InlineData(ApduTag.InitiateResponse, 0x28, 0x48)]
    [InlineData(ApduTag.ReadResponse, 0x2C, 0x4C)]
    [InlineData(ApduTag.WriteResponse, 0x2D, 0x4D)]
    [InlineData(ApduTag.ConfirmedServiceError, 0x2E, 0x4E)]
    [InlineData(ApduTag.UnconfirmedWriteRequest, 0x36, 0x56)]
    [InlineData(ApduTag.InformationReport, 0x38, 0x58)]
    [InlineData(ApduTag.DataNotification, 0, 0)]
    [InlineData(ApduTag.AccessRequest, 0, 0)]
    [InlineData(ApduTag.ExceptionResponse, 0, 0)]
    public void Ciphered_tags_are_those_of_the_standard(ApduTag plain, byte global, byte dedicated)
    {
        Assert.Equal((ApduTag)global, plain.ToGlobal());
        Assert.Equal((ApduTag)dedicated, plain.ToDedicated());
        if (global == 0) return;
        Assert.Equal(plain, ((ApduTag)global).PlainOf());
        Assert.Equal(plain, ((ApduTag)dedicated).PlainOf());
        Assert.True(((ApduTag)dedicated).IsDedicated());
        Assert.False(((ApduTag)global).IsDedicated());
    }

    [Fact]
    public void A_notification_time_with_a_tag_is_borne_only_where_named()
    {
        // made by hand: the octet-string tag 09 should not be there
        var message = Hex.Parse("0F 40000001 09 0C 07EA0302010C000000FFC400 11 08");
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(message));
        var notification = Assert.IsType<DataNotification>(XdlmsApdu.Decode(message, ApduTolerance.TaggedNotificationTime));
        Assert.Equal(2026, notification.Time!.Value.Date.Year);
        Assert.Equal(8, notification.Body.AsInteger());
    }

    [Fact]
    public void An_event_time_flagged_09_is_borne_only_where_named()
    {
        var message = Hex.Parse("C2 09 0C 07EA0302010C000000FFC400 0001 0000600B00FF 02 11 08");
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(message));
        Assert.Equal(8,
            Assert.IsType<EventNotification>(XdlmsApdu.Decode(message, ApduTolerance.TaggedNotificationTime)).Value.AsInteger());
    }

    [Fact]
    public void A_length_that_counts_an_absent_tag_is_borne_only_where_named_and_only_encryption_only()
    {
        var message = Hex.Parse("C8 14 20 00000001 AABBCC"); // 8 octets follow; 20 are claimed
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(message));
        Assert.Equal(3,
            Assert.IsType<CipheredApdu>(XdlmsApdu.Decode(message, ApduTolerance.LengthCountsAbsentTag)).Ciphered.Content.Length);
        message[2] = 0x30;
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(message, ApduTolerance.All));
    }

    [Fact]
    public void An_octet_too_many_after_a_set_response_is_borne_only_where_named()
    {
        var message = Hex.Parse("C5 02 C1 00000001 00");
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(message));
        Assert.Equal(1u,
            Assert.IsType<SetResponseDatablock>(XdlmsApdu.Decode(message, ApduTolerance.TrailingOctetInSetResponse)).BlockNumber);
    }

    [Fact]
    public void Old_meters_may_leave_out_half_of_the_conformance_tag()
    {
        var response = Assert.IsType<InitiateResponse>(XdlmsApdu.Decode(Hex.Parse("08 00 06 5F 04 00 18021C 01F4 FA00")));
        Assert.Equal(InitiateResponse.ShortNames, response.VaaName);
        Assert.True(response.Conformance.HasFlag(Conformance.Read));
    }

    [Fact]
    public void Invoke_ids_take_their_bits_apart()
    {
        var id = InvokeIdAndPriority.Of(5, confirmed: true, highPriority: false);
        Assert.Equal(0x45, id.Value);
        Assert.Equal((5, true, false), (id.InvokeId, id.Confirmed, id.HighPriority));
        var longId = LongInvokeIdAndPriority.Of(0x123456, confirmed: true, breakOnError: true);
        Assert.Equal(0x6012_3456u, longId.Value);
        Assert.Equal((0x123456u, false, true), (longId.InvokeId, longId.HighPriority, longId.BreakOnError));
    }

    [Fact]
    public void Octets_of_an_apdu_are_slices_of_the_message_not_copies()
    {
        var message = Hex.Parse("C4 02 C1 00 00000001 00 03 010203");
        var block = Assert.IsType<GetResponseWithDatablock>(XdlmsApdu.Decode(message));
        message[^1] = 0xFF;
        Assert.Equal(0xFF, block.RawData!.Value.Span[2]);
    }

    [Fact]
    public void Text_of_an_initiate_request_does_not_show_the_dedicated_key()
    {
        var request = new InitiateRequest(Conformance.Get, 1024, Hex.Parse("00112233445566778899AABBCCDDEEFF"));
        Assert.DoesNotContain("2233", request.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static void OnlyProtocolException(byte[] bytes)
    {
        var thrown = Record.Exception(() => XdlmsApdu.Decode(bytes).Encode());
        Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(bytes)}: {thrown}");
    }
}
