using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Simulation.Fleet;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class ServingTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 9, 20, 0, TimeSpan.Zero);

    private readonly VirtualFleet _fleet = new(new FleetOptions { Meters = 2, Zone = Bench.Berlin, TimeProvider = new ShiftedTime(Now) });

    private VirtualMeterInfo Meter => _fleet.Meters[0];

    private E450 Device => _fleet.Device(0);

    public async ValueTask InitializeAsync() => await _fleet.StartAsync(Bench.Cancel);

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_public_client_reads_clock_name_and_counter_and_nothing_else(bool hdlc)
    {
        using var client = await SocketClient.PublicAsync(Meter, hdlc);
        Assert.IsType<Associated>(client.LastEvent);
        Assert.Equal(Meter.LogicalDeviceName, (await client.GetAsync(1, "0-0:42.0.0.255")).AsText());
        Assert.True((await client.GetAsync(8, "0-0:1.0.0.255")).AsDateTime().TryToUtc(out var time));
        Assert.InRange(time, Now, Now.AddMinutes(1));
        Assert.Equal(0, (await client.GetAsync(1, "0-0:43.1.0.255")).AsInteger());
        Assert.Equal(DataAccessResult.ReadWriteDenied, await client.RefusalAsync(3, "1-0:1.8.0.255"));
        Assert.Equal(4, (await client.GetAsync(15, "0-0:40.0.0.255")).AsArray().Count(o => o.Items[0].AsInteger() != 15) + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_reading_client_reads_registers_and_a_day_of_the_profile_with_its_password(bool hdlc)
    {
        using var client = await SocketClient.ReadingAsync(Meter, hdlc: hdlc);
        Assert.IsType<Associated>(client.LastEvent);
        Assert.InRange((await client.GetAsync(3, "1-0:1.8.0.255")).AsInteger(),
            Device.Point.EnergyAt(Now).Import, Device.Point.EnergyAt(Now.AddMinutes(1)).Import);
        Assert.Equal(new ScalerUnit(-1, Unit.Volt), ScalerUnit.FromData(await client.GetAsync(3, "1-0:32.7.0.255", 3)));
        var day = Bench.Calendar.RangeOf(new DateOnly(2026, 10, 25));
        var range = RangeDescriptor.ByClock(Device.Clock.At(day.From.AddMinutes(15)), Device.Clock.At(day.To));
        var rows = (await client.GetAsync(7, "1-0:99.1.0.255", 2, range.ToSelectiveAccess())).AsArray();
        Assert.Equal(Device.LoadProfile1.ReadBetween(day.From.AddMinutes(15), day.To), rows.Select(r => r.Items));
        Assert.Equal(100, rows.Count);
        Assert.False(client.Association.Conformance.HasFlag(Conformance.Set));
        Assert.Equal(DataAccessResult.ReadWriteDenied, await client.RefusalAsync(64, "0-0:43.0.0.255", 2));
    }

    [Theory]
    [InlineData(ClientCiphering.Global, false, false)]
    [InlineData(ClientCiphering.Global, true, false)]
    [InlineData(ClientCiphering.Dedicated, false, false)]
    [InlineData(ClientCiphering.Dedicated, true, true)]
    public async Task The_management_client_reads_forty_days_in_blocks_under_every_form_of_ciphering(
        ClientCiphering ciphering, bool general, bool hdlc)
    {
        using var client = await SocketClient.ManagementAsync(
            Meter, o => o with { Ciphering = ciphering, GeneralProtection = general, MaxPduSize = 1_224 }, hdlc);
        Assert.IsType<Associated>(client.LastEvent);
        var rows = (await client.GetAsync(7, "1-0:99.1.0.255")).AsArray();
        Assert.Equal(3_840, rows.Count);
        Assert.Equal(3_840, (await client.GetAsync(7, "1-0:99.1.0.255", 7)).AsInteger());
        Assert.Equal(Device.LoadProfile1.Row(Now.AddMinutes(-5)), rows[^1].Items);
        var two = (await client.GetAsync(7, "1-0:99.2.0.255", 2, new EntryDescriptor(89, 0).ToSelectiveAccess())).AsArray();
        Assert.Equal(Device.LoadProfile2.Read(88, 2), two.Select(r => r.Items));
        Assert.IsType<AssociationReleased>(await client.ExchangeAsync(client.Association.Release()));
    }

    [Fact]
    public async Task The_object_list_names_what_idis_asks_for_and_all_of_it_can_be_read()
    {
        using var client = await SocketClient.ManagementAsync(Meter);
        var list = (await client.GetAsync(15, "0-0:40.0.0.255")).AsArray();
        var names = list.Select(o => (Class: (ushort)o.Items[0].AsInteger(), Name: o.Items[2].AsLogicalName().ToString())).ToArray();
        string[] wanted =
        [
            "0-0:40.0.1.255", "0-0:41.0.0.255", "0-0:42.0.0.255", "0-0:43.0.0.255", "0-0:43.1.0.255", "0-0:1.0.0.255",
            "0-0:96.1.0.255", "1-0:0.2.0.255", "1-0:1.8.0.255", "1-0:1.8.1.255", "1-0:1.8.2.255", "1-0:2.8.0.255",
            "1-0:1.7.0.255", "1-0:2.7.0.255", "1-0:32.7.0.255", "1-0:72.7.0.255", "1-0:31.7.0.255", "1-0:14.7.0.255",
            "1-0:99.1.0.255", "1-0:99.2.0.255", "0-0:99.98.0.255", "0-0:96.11.0.255", "0-0:96.3.10.255",
            "0-0:10.0.106.255", "0-0:15.0.4.255", "0-0:13.0.0.255", "0-0:97.98.0.255", "0-0:97.98.10.255", "0-0:97.98.20.255",
            "0-0:25.9.0.255", "0-1:25.9.0.255", "0-2:25.9.0.255", "0-4:25.9.0.255",
        ];
        Assert.Empty(wanted.Except(names.Select(n => n.Name)));
        foreach (var entry in list.Skip(1))
        {
            foreach (var attribute in entry.Items[3].Items[0].Items.Where(a => a.Items[1].AsInteger() is 1 or 3))
            {
                await client.GetAsync((ushort)entry.Items[0].AsInteger(),
                    entry.Items[2].AsLogicalName().ToString(), (sbyte)attribute.Items[0].AsInteger());
            }
        }
    }

    [Fact]
    public async Task Disconnect_opens_the_supply_and_reconnect_closes_it_again()
    {
        using (var client = await SocketClient.ManagementAsync(Meter))
        {
            Assert.Equal(ActionResult.Success, await client.ActAsync(70, "0-0:96.3.10.255", 1, CosemData.Integer(0)));
            Assert.True(Device.Point.IsDisconnected);
            Assert.Equal(0, (await client.GetAsync(3, "1-0:1.7.0.255")).AsInteger());
            Assert.Equal(EventLog.RemoteDisconnection, (await client.GetAsync(1, "0-0:96.11.0.255")).AsInteger());
        }

        using var again = await SocketClient.ManagementAsync(Meter);
        Assert.Equal(CosemData.Boolean(false), await again.GetAsync(70, "0-0:96.3.10.255"));
        Assert.Equal(ActionResult.Success, await again.ActAsync(9, "0-0:10.0.106.255", 1, CosemData.LongUnsigned(2)));
        Assert.False(Device.Point.IsDisconnected);
        Assert.Equal(1, (await again.GetAsync(70, "0-0:96.3.10.255", 3)).AsInteger());
    }

    [Fact]
    public async Task What_a_client_writes_is_there_for_the_next_connection()
    {
        using (var client = await SocketClient.ManagementAsync(Meter))
        {
            Assert.Equal(DataAccessResult.Success, await client.SetAsync(40, "0-1:25.9.0.255", CosemData.LongUnsigned(77), 5));
            Device.Alarms.Raise(0, AlarmRegisters.FraudAttempt);
            Assert.Equal(DataAccessResult.Success, await client.SetAsync(1, "0-0:97.98.20.255", CosemData.DoubleLongUnsigned(0)));
        }

        GC.GetTotalMemory(forceFullCollection: true);
        using var again = await SocketClient.ManagementAsync(Meter);
        Assert.Equal(77, (await again.GetAsync(40, "0-1:25.9.0.255", 5)).AsInteger());
        Assert.Equal(0u, Device.Alarms.Descriptor(0));
    }

    [Fact]
    public async Task Wrong_password_wrong_key_and_a_replayed_counter_are_refused_and_logged()
    {
        using (var client = await SocketClient.ReadingAsync(Meter, "wrong"u8.ToArray()))
            Assert.IsType<AssociationRejected>(client.LastEvent);
        Assert.Equal(EventLog.AuthenticationFailure, Device.Log.Entries()[^1].Code);
        using (var client = await SocketClient.ManagementAsync(Meter, guek: new byte[16]))
            Assert.IsType<AssociationRejected>(client.LastEvent);
        Assert.Equal(EventLog.DecryptionFailure, Device.Log.Entries()[^1].Code);
        using (var client = await SocketClient.ManagementAsync(Meter)) Assert.IsType<Associated>(client.LastEvent);
        using var replayed = await SocketClient.ManagementAsync(Meter, o => o with { InvocationCounter = () => 1 });
        var expected = Assert.IsType<AssociationRejected>(replayed.LastEvent).ExpectedInvocationCounter;
        Assert.Equal(EventLog.Replay, Device.Log.Entries()[^1].Code);
        using var reader = await SocketClient.PublicAsync(Meter);
        Assert.Equal(expected, (uint)(await reader.GetAsync(1, "0-0:43.1.0.255")).AsInteger() + 1);
    }

    [Fact]
    public async Task Several_connections_are_served_at_once_and_a_fifth_is_turned_away()
    {
        var clients = new List<SocketClient>();
        for (var i = 0; i < 4; i++) clients.Add(await SocketClient.ReadingAsync(Meter));
        var reads = clients.Select(c => c.GetAsync(7, "1-0:99.2.0.255"));
        Assert.All(await Task.WhenAll(reads), rows => Assert.Equal(90, rows.Items.Count));
        await Assert.ThrowsAnyAsync<Exception>(() => SocketClient.ReadingAsync(Meter));
        clients.ForEach(c => c.Dispose());
        using var again = await SocketClient.PatientlyAsync(() => SocketClient.ReadingAsync(Meter));
        Assert.IsType<Associated>(again.LastEvent);
    }
}
