using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Gateway;

public sealed class GatewayTests
{
    private static readonly GatewayAddress Mine = GatewayAddress.Of("M1");
    private static readonly GatewayAddress Other = new(2, new byte[] { 9 });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_apdu_goes_under_the_header_and_only_the_devices_own_come_back()
    {
        var wire = new Wire();
        var others = new List<GatewayAddress>();
        var channel = new GatewayChannel(wire, Mine) { OtherDevices = (address, _) => others.Add(address) };
        await channel.SendAsync(new byte[] { 0xC0, 1, 2 }, Cancel);
        Assert.Equal("E600024D31C00102", Convert.ToHexString(wire.Sent[0]));
        wire.Received.Enqueue(new GatewayResponse(2, Other.PhysicalDeviceAddress, new byte[] { 0xC4, 9 }).Encode());
        wire.Received.Enqueue([0xD8, 1, 1]);
        wire.Received.Enqueue(GatewayServer.Push(Other, new byte[] { 0x0F }));
        wire.Received.Enqueue(new GatewayResponse(0, Mine.PhysicalDeviceAddress, new byte[] { 0xC4, 1 }).Encode());
        wire.Received.Enqueue(GatewayServer.Push(Mine, new byte[] { 0x0F, 7 }));
        Assert.Equal([0xC4, 1], (await channel.ReceiveAsync(Cancel)).ToArray());
        Assert.Equal([0x0F, 7], (await channel.ReceiveAsync(Cancel)).ToArray());
        Assert.Equal((2, 1), (channel.OtherDevicesApdus, channel.ApdusWithoutHeader));
        Assert.Equal([Other, Other], others);
    }

    [Fact]
    public async Task Answers_without_header_are_taken_where_that_is_asked_for()
    {
        var wire = new Wire();
        wire.Received.Enqueue([0xC4, 1]);
        var channel = new GatewayChannel(wire, Mine) { AcceptWithoutHeader = true };
        Assert.Equal([0xC4, 1], (await channel.ReceiveAsync(Cancel)).ToArray());
        Assert.Equal(1, channel.ApdusWithoutHeader);
    }

    [Fact]
    public void A_gateway_serves_its_own_devices_and_those_behind_it_and_nobody_else()
    {
        using var gateway = new GatewayServer(
            new DeviceServer(new TestMeter().Device), address => address == Mine ? [new TestMeter().Device] : null);
        var (client, sap) = TestMeter.NewClient("public");
        var open = client.Open();
        Assert.Equal(0x61, Handle(gateway, sap, 1, open).Span[0]);
        var behind = Handle(gateway, sap, 1, new GatewayRequest(0, Mine.PhysicalDeviceAddress, open).Encode());
        Assert.True(GatewayHeader.TryRemove(behind, out var device, out var answer, out var isRequest));
        Assert.Equal((Mine, 0x61, false), (device, answer.Span[0], isRequest));
        var nobody = Handle(gateway, sap, 1, new GatewayRequest(2, Other.PhysicalDeviceAddress, open).Encode());
        Assert.True(GatewayHeader.TryRemove(nobody, out device, out answer, out _));
        Assert.Equal((Other, 0xD8), (device, answer.Span[0]));
        Assert.Equal(1, gateway.UnknownDevices);
        Assert.True(Handle(gateway, sap, 1, behind).IsEmpty);
    }

    private static ReadOnlyMemory<byte> Handle(GatewayServer gateway, ushort client, ushort server, ReadOnlyMemory<byte> apdu)
    {
        var output = new ArrayBufferWriter<byte>();
        var isAnswered = gateway.Handle(client, server, apdu, output);
        Assert.Equal(isAnswered, output.WrittenCount > 0);
        return output.WrittenMemory;
    }

    [Theory]
    [InlineData("E6")]
    [InlineData("E600")]
    [InlineData("E70005AABB")]
    public void A_header_cut_short_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => GatewayHeader.TryRemove(Convert.FromHexString(hex), out _, out _, out _));

    private sealed class Wire : IApduChannel
    {
        public List<byte[]> Sent { get; } = [];

        public Queue<byte[]> Received { get; } = [];

        public ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
        {
            Sent.Add(apdu.ToArray());
            return default;
        }

        public ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken) => new(Received.Dequeue());
    }
}
