using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>What somebody without keys does to invocation counters.</summary>
public sealed class AdversaryCounterTests
{
    private static readonly byte[] Get = Convert.FromHexString("C001C100010000600109FF0200");
    private static readonly byte[] Initiate = Convert.FromHexString("01000000065F1F040000101FFFFF");

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x20)]
    public void A_request_that_nobody_signed_for_does_not_use_a_counter_up(byte control)
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 3);
        Assert.IsType<Associated>(line.Open());
        for (var i = 0; i < 64; i++) line.Serve(General(TestMeter.ClientTitle, control, uint.MaxValue, [(byte)i, .. Get]));
        Assert.IsType<GetCompleted>(line.Get());
        Assert.True(line.Security.LastReceivedCounter < 100);
    }

    [Theory]
    [InlineData(0x00, 3)]
    [InlineData(0x20, 3)]
    [InlineData(0x00, 0)]
    [InlineData(0x20, 0)]
    public void An_association_request_of_a_stranger_does_not_use_a_clients_counter_up(byte control, byte policy)
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: policy);
        var stranger = AssociationRequest.Create(ApplicationContext.LogicalNamesCiphered, AuthenticationMechanism.HighLevelGmac,
            TestMeter.ClientTitle, new byte[16], General(TestMeter.ClientTitle, control, uint.MaxValue, Initiate));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        stranger.WriteTo(output);
        line.Serve(output.WrittenMemory.ToArray());
        Assert.IsType<Associated>(line.Open());
        Assert.True(line.Security.LastReceivedCounter < 100);
    }

    [Fact]
    public void A_release_of_a_stranger_does_not_use_a_clients_counter_up()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 3);
        Assert.IsType<Associated>(line.Open());
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new ReleaseRequest(ReleaseReason.Normal, General(TestMeter.ClientTitle, 0x20, uint.MaxValue, Initiate)).WriteTo(output);
        line.Serve(output.WrittenMemory.ToArray());
        Assert.True(line.Security.LastReceivedCounter < 100);
        Assert.IsType<Associated>(line.Reopen());
    }

    [Fact]
    public void A_layer_without_a_tag_around_an_authentic_message_does_not_use_its_counter_up()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 3);
        Assert.IsType<Associated>(line.Open());
        var authentic = line.Client.Get(SecureLine.Attribute).ToArray();
        var writer = new GeneralCiphering(new GeneralProtectionHeader(new byte[8], TestMeter.ClientTitle, TestMeter.ServerTitle, default,
            default), new IdentifiedKey(0), new CipheredContent(new SecurityControl(0), uint.MaxValue, authentic));
        line.Serve(writer.Encode());
        Assert.True(line.Security.LastReceivedCounter < 100);
    }

    [Fact]
    public void A_forged_answer_does_not_use_the_servers_counter_up_for_later_associations()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 3);
        Assert.IsType<Associated>(line.Open());
        line.Client.Get(SecureLine.Attribute);
        var before = line.Client.LastReceivedCounter;
        var forged = new byte[40];
        for (var first = 0; first < 256; first++)
        {
            new byte[] { 0xCC, 38, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, (byte)first }.CopyTo(forged, 0);
            Record.Exception(() => line.Client.Receive(forged));
        }
        Assert.Equal(before, line.Client.LastReceivedCounter);
        Record.Exception(() => line.Client.Receive(General(TestMeter.ServerTitle, 0x20, uint.MaxValue, Get)));
        Assert.Equal(before, line.Client.LastReceivedCounter);
    }

    [Fact]
    public void An_encrypted_message_is_still_taken_once_where_nothing_asks_for_more()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 0,
            change: o => o with { Protection = SecurityControl.Of(SecuritySuite.Suite0, false, true) });
        Assert.IsType<Associated>(line.Open());
        Assert.IsType<GetCompleted>(line.Get());
        Assert.Equal(0xD8, line.Serve(line.LastRequest).Span[0]);
    }

    [Fact]
    public void Where_the_policy_is_encryption_alone_its_counters_are_those_that_count()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0, policy: 2,
            change: o => o with { Protection = SecurityControl.Of(SecuritySuite.Suite0, false, true) });
        Assert.IsType<Associated>(line.Open());
        Assert.IsType<GetCompleted>(line.Get());
        Assert.True(line.Security.LastReceivedCounter >= 3);
        Assert.NotNull(line.Client.LastReceivedCounter);
        Assert.Equal(0xD8, line.Serve(line.LastRequest).Span[0]);
    }

    [Fact]
    public void The_counter_to_be_kept_is_the_highest_of_all_originators()
    {
        var received = new ReceivedCounters();
        received.Accept(TestMeter.ClientTitle, 1000);
        received.Accept(SecureLine.Thirds, 5);
        Assert.Equal(1000u, received.Last);
    }

    private static byte[] General(byte[] title, byte control, uint counter, byte[] content) =>
        new GeneralGloCiphering(title, new CipheredContent(new SecurityControl(control), counter, content)).Encode();
}
