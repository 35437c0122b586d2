using System.Net.Sockets;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Connections.Tests;

/// <summary>One failure must not end what everybody uses, nor lose what others sent.</summary>
public sealed class AdversaryTests
{
    private static readonly byte[] Open = Convert.FromHexString("601DA109060760857405080101BE10040E01000000065F1F0400FFFFFF0000");

    private readonly Meter _meter = new();

    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task An_object_that_fails_costs_its_request_and_not_the_udp_port()
    {
        var device = new LogicalDevice(0x66, _meter.Title);
        device.Add(new CosemObject(1, 0, Meter.Energy).WithAttribute(2, Fail));
        device.Add(new AssociationSettings { ClientSap = 1 });
        await using var server = new DlmsServer(new DlmsServerOptions(), device);
        using var client = new UdpClient();
        client.Connect(server.ListenUdp(World.AnyPort));
        await client.SendAsync(Meter.InWrapper(Open), Cancel);
        Assert.Equal(0x61, (await client.ReceiveAsync(Cancel)).Buffer[8]);
        await client.SendAsync(Meter.InWrapper(Convert.FromHexString("C001C100010100010800FF0200")), Cancel);
        await client.SendAsync(Meter.InWrapper(Open), Cancel);
        Assert.Equal(0x61, (await client.ReceiveAsync(Cancel)).Buffer[8]);
    }

    [Fact]
    public async Task A_look_up_that_fails_costs_one_push_and_not_the_listener()
    {
        var fails = true;
        await using var listener = new DlmsListener(new DlmsListenerOptions
        {
            FindSender = (_, _) => fails ? throw new InvalidOperationException("no database") : new(_meter.Sender),
        });
        using var line = new UdpClient();
        line.Connect(listener.ListenUdp(World.AnyPort));
        var push = Meter.InWrapper(_meter.Protected(Meter.Notification(1)));
        await line.SendAsync(push, Cancel);
        while (listener.Count(PushVerdict.Dropped) == 0) await Task.Delay(5, Cancel);
        fails = false;
        await line.SendAsync(push, Cancel);
        await foreach (var taken in listener.ReadAllAsync(Cancel))
        {
            Assert.Equal(1u, taken.InvokeId.InvokeId);
            break;
        }
    }

    [Fact]
    public async Task A_push_that_found_no_room_is_taken_when_it_comes_again()
    {
        await using var listener = new DlmsListener(new DlmsListenerOptions
        {
            FindSender = (_, _) => new(_meter.Sender),
            MaxNotifications = 1,
        });
        using var line = new UdpClient();
        line.Connect(listener.ListenUdp(World.AnyPort));
        var (first, second) = (_meter.Protected(Meter.Notification(1)), _meter.Protected(Meter.Notification(2)));
        await line.SendAsync(Meter.InWrapper(first), Cancel);
        while (listener.Count(PushVerdict.Taken) == 0) await Task.Delay(5, Cancel);
        await line.SendAsync(Meter.InWrapper(second), Cancel);
        while (listener.Count(PushVerdict.Dropped) == 0) await Task.Delay(5, Cancel);
        await using var pushes = listener.ReadAllAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await pushes.MoveNextAsync());
        await line.SendAsync(Meter.InWrapper(second), Cancel);
        Assert.True(await pushes.MoveNextAsync());
        Assert.Equal(2u, pushes.Current.InvokeId.InvokeId);
    }

    private static CosemData Fail() => throw new InvalidOperationException("the sensor does not answer");
}
