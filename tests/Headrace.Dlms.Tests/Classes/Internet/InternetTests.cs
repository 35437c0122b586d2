using System.Net;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Internet;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Internet;

public sealed class InternetTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:25.0.0.255");
    private static readonly IPAddress Group = IPAddress.Parse("239.1.2.3");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Classes => new()
    {
        { 41, 0 }, { 42, 0 }, { 43, 0 }, { 44, 0 }, { 45, 0 }, { 46, 0 }, { 47, 0 }, { 47, 1 }, { 47, 2 }, { 48, 0 }, { 100, 0 },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId, int version) =>
        await ClassCheck.AgreesAsync(Object(classId, (byte)version), (server, name) => classId switch
        {
            41 => new TcpUdpSetupProxy(server, name),
            42 => new IPv4SetupProxy(server, name),
            43 => new MacAddressSetupProxy(server, name),
            44 => new PppSetupProxy(server, name),
            45 => new GprsSetupProxy(server, name),
            46 => new SmtpSetupProxy(server, name),
            47 => new GsmDiagnosticProxy(server, name),
            48 => new IPv6SetupProxy(server, name),
            _ => new NtpSetupProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId, int version) =>
        ClassCheck.StandsBrokenValues(Object(classId, (byte)version), classId);

    [Fact]
    public void Addresses_stand_with_the_first_octet_highest()
    {
        var setup = Object(42, 0);
        Assert.Equal(CosemData.DoubleLongUnsigned(0xC0A80117), setup.Get(3, null).Data);
        Assert.Equal(DataAccessResult.TypeUnmatched, Object(48, 0).Set(7, CosemData.OctetString(new byte[4])));
    }

    [Fact]
    public async Task Groups_are_joined_left_and_counted()
    {
        var setup = new IPv4SetupObject(Name, new IPv4Setup());
        await using var line = await ObjectLine.OpenAsync(setup);
        var proxy = new IPv4SetupProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.AddMulticastAddress.InvokeAsync(Group, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AddMulticastAddress.InvokeAsync(Group, Cancel));
        Assert.Equal(1, (await proxy.CountMulticastAddresses.InvokeAsync(0, Cancel)).Value);
        Assert.Equal([Group], (await proxy.MulticastAddresses.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await proxy.DeleteMulticastAddress.InvokeAsync(Group, Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.DeleteMulticastAddress.InvokeAsync(Group, Cancel));
        for (byte i = 0; i < 64; i++) Assert.Equal(ActionResult.Success, setup.Invoke(1, CosemData.DoubleLongUnsigned(i)).Result);
        Assert.Equal(ActionResult.OtherReason, setup.Invoke(1, CosemData.DoubleLongUnsigned(99)).Result);
    }

    [Fact]
    public async Task Addresses_of_version_6_are_added_to_the_list_of_their_kind()
    {
        var setup = new IPv6SetupObject(Name, new IPv6Setup());
        await using var line = await ObjectLine.OpenAsync(setup);
        var proxy = new IPv6SetupProxy(line.Client, Name);
        var address = IPAddress.Parse("2001:db8::1");
        foreach (var kind in Enum.GetValues<IPv6AddressKind>())
            Assert.Equal(ActionResult.Success, await proxy.AddAddress.InvokeAsync(new IPv6Entry(kind, address), Cancel));
        Assert.Equal([address], setup.State.UnicastAddresses);
        Assert.Equal([address], setup.State.MulticastAddresses);
        Assert.Equal([address], setup.State.GatewayAddresses);
        Assert.Equal(ActionResult.Success,
            await proxy.RemoveAddress.InvokeAsync(new IPv6Entry(IPv6AddressKind.Multicast, address), Cancel));
        Assert.Empty(setup.State.MulticastAddresses);
        Assert.Single(setup.State.GatewayAddresses);
        Assert.Equal(ActionResult.OtherReason, await proxy.AddAddress.InvokeAsync(new IPv6Entry((IPv6AddressKind)9, address), Cancel));
    }

    [Fact]
    public void Every_way_to_authenticate_is_taken_apart_and_put_together()
    {
        PppAuthentication[] ways =
            [PppAuthentication.None, new PppAuthentication.Pap("me", "pass"u8.ToArray()), new PppAuthentication.Chap("me", 5),
                new PppAuthentication.Eap(true, false, true)];
        foreach (var way in ways) Assert.Equal(way, PppAuthentication.FromData(way.ToData()));
        var setup = new PppSetupObject(Name, new PppSetup());
        Assert.Equal(DataAccessResult.Success, setup.Set(5, ways[1].ToData()));
        Assert.Equal(ways[1], setup.State.Authentication);
        Assert.DoesNotContain("pass", setup.State.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_0_of_gsm_diagnostic_tells_neither_network_nor_channel()
    {
        var state = new GsmDiagnostic
        {
            Cell = new GsmCell(0x12345, 7, 20, 0, new GsmNetwork(228, 1, 900)),
            AdjacentCells = [new AdjacentCell(0x54321, 9)],
        };
        Assert.Equal(4, new GsmDiagnosticObject(Name, state, 0).Get(6, null).Data.Items.Count);
        Assert.Equal(CosemTag.LongUnsigned, new GsmDiagnosticObject(Name, state, 0).Get(7, null).Data.Items[0].Items[0].Tag);
        Assert.Equal(state.Cell, GsmCell.FromData(new GsmDiagnosticObject(Name, state, 1).Get(6, null).Data));
        Assert.Equal(-73, state.Cell.SignalStrength);
        Assert.Null((state.Cell with { SignalQuality = 99 }).SignalStrength);
    }

    [Fact]
    public void The_device_tells_its_modem_and_the_client_reads_it()
    {
        var diagnostic = new GsmDiagnosticObject(Name, new GsmDiagnostic());
        diagnostic.Update(s => s with { Status = GsmStatus.Roaming, PacketSwitched = PacketSwitchedStatus.NbIoT });
        Assert.Equal(CosemData.Enum(5), diagnostic.Get(3, null).Data);
        Assert.Equal(DataAccessResult.ReadWriteDenied, diagnostic.Set(3, CosemData.Enum(1)));
    }

    [Fact]
    public async Task Keys_of_time_servers_are_added_replaced_and_deleted_and_never_read()
    {
        var synchronized = 0;
        var setup = new NtpSetupObject(Name, new NtpSetup(), () =>
        {
            synchronized++;
            return MethodAnswer.Done;
        });
        await using var line = await ObjectLine.OpenAsync(setup);
        var proxy = new NtpSetupProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.AddKey.InvokeAsync(new NtpKey(1, new byte[16]), Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AddKey.InvokeAsync(new NtpKey(1, new byte[20]), Cancel));
        Assert.Equal(20, Assert.Single(setup.State.AuthenticationKeys).Key.Length);
        Assert.Equal(DataAccessResult.ReadWriteDenied, (await proxy.AuthenticationKeys.ReadAsync(Cancel)).Result);
        Assert.Equal(ActionResult.Success, await proxy.DeleteKey.InvokeAsync(1, Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.DeleteKey.InvokeAsync(1, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Synchronize.InvokeAsync(Cancel));
        Assert.Equal(1, synchronized);
    }

    [Fact]
    public void What_a_client_wrote_is_told()
    {
        var setup = new GprsSetupObject(Name, new GprsSetup());
        var told = new List<GprsSetup>();
        setup.Written += told.Add;
        setup.Set(2, CosemData.OctetString("internet"u8));
        setup.Set(2, CosemData.Unsigned(1));
        setup.Update(s => s with { PinCode = 1234 });
        Assert.Equal("internet", Assert.Single(told).AccessPointName);
        Assert.DoesNotContain("1234", setup.State.ToString(), StringComparison.Ordinal);
    }

    private static CosemObject Object(int classId, byte version) => classId switch
    {
        41 => new TcpUdpSetupObject(Name, new TcpUdpSetup()),
        42 => new IPv4SetupObject(Name, new IPv4Setup
        {
            Address = IPAddress.Parse("192.168.1.23"),
            MulticastAddresses = [Group],
            Options = [new IPOption(0x07, 3, new byte[] { 1, 2, 3 })],
        }),
        43 => new MacAddressSetupObject(Name, new MacAddressSetup { MacAddress = new byte[] { 2, 0, 0, 1, 2, 3 } }),
        44 => new PppSetupObject(Name, new PppSetup
        {
            LcpOptions = [new PppOption(1, 4, CosemData.LongUnsigned(1500))],
            IpcpOptions = [new PppOption(3, 6, CosemData.DoubleLongUnsigned(1))],
            Authentication = new PppAuthentication.Chap("me", 5),
        }),
        45 => new GprsSetupObject(Name, new GprsSetup { AccessPointName = "internet", PinCode = 1 }),
        46 => new SmtpSetupObject(Name, new SmtpSetup { UserName = "meter", ServerAddress = "mail.example" }),
        47 => new GsmDiagnosticObject(Name, new GsmDiagnostic
        {
            Operator = "Net",
            Cell = new GsmCell(1, 2, 3, 4, new GsmNetwork(228, 1, 900)),
            AdjacentCells = [new AdjacentCell(5, 6)],
        }, version),
        48 => new IPv6SetupObject(Name, new IPv6Setup
        {
            UnicastAddresses = [IPAddress.Parse("2001:db8::1")],
            NeighbourDiscovery = [new NeighbourDiscovery(3, 10_000, 0)],
        }),
        _ => new NtpSetupObject(Name, new NtpSetup { ServerAddress = "time.example" }, () => MethodAnswer.Done),
    };
}
