using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Classes.MBus;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.MBus;

public sealed class MBusClassTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-1:24.1.0.255");
    private static readonly byte[] Key = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Classes =>
        new() { { 25, 0 }, { 72, 0 }, { 72, 1 }, { 73, 1 }, { 74, 0 }, { 76, 0 }, { 77, 0 } };

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId, int version) =>
        await ClassCheck.AgreesAsync(Object(classId, (byte)version), (server, name) => classId switch
        {
            25 => new MBusSlavePortSetupProxy(server, name),
            72 => new MBusClientProxy(server, name),
            73 => new WirelessModeQChannelProxy(server, name),
            74 => new MBusMasterPortSetupProxy(server, name),
            76 => new DlmsMBusPortSetupProxy(server, name),
            _ => new MBusDiagnosticProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId, int version) =>
        ClassCheck.StandsBrokenValues(Object(classId, (byte)version), classId);

    [Fact]
    public async Task A_slave_is_installed_given_a_key_and_forgotten()
    {
        var slave = new Slave();
        var client = new MBusClientObject(Name, new MBusClient(), slave);
        await using var line = await ObjectLine.OpenAsync(client);
        var proxy = new MBusClientProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.InstallSlave.InvokeAsync(3, Cancel));
        Assert.Equal(3, (await proxy.PrimaryAddress.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.InstallSlave.InvokeAsync(4, Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.SetEncryptionKey.InvokeAsync(new byte[5], Cancel));
        Assert.Equal(ActionResult.Success, await proxy.TransferKey.InvokeAsync(Key, Cancel));
        Assert.Equal(MBusKeyStatus.Transferred, client.State.KeyStatus);
        Assert.Equal(ActionResult.Success, await proxy.SetEncryptionKey.InvokeAsync(Key, Cancel));
        Assert.Equal(MBusKeyStatus.SetAndTransferred, (await proxy.KeyStatus.ReadAsync(Cancel)).Value);
        client.TakeTelegram(17, 0x04, 0x02, decrypted: true);
        client.TakeTelegram(18, 0x00, 0x01, decrypted: false);
        Assert.Equal(MBusKeyStatus.InUse, client.State.KeyStatus);
        Assert.Equal(3, (await proxy.Alarm.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await proxy.ResetAlarm.InvokeAsync(Cancel));
        Assert.Equal(0, client.State.Alarm);
        Assert.Equal(ActionResult.Success, await proxy.DeinstallSlave.InvokeAsync(Cancel));
        Assert.Equal(MBusKeyStatus.None, client.State.KeyStatus);
        Assert.Equal(["install 3", "transfer 16", "key 16", "key 0"], slave.Told);
    }

    [Fact]
    public async Task What_goes_over_the_bus_is_passed_on_with_its_answer()
    {
        var slave = new Slave { Answer = ActionResult.HardwareFault };
        await using var line = await ObjectLine.OpenAsync(new MBusClientObject(Name, new MBusClient(), slave));
        var proxy = new MBusClientProxy(line.Client, Name);
        Assert.Equal(ActionResult.HardwareFault, await proxy.Capture.InvokeAsync(Cancel));
        Assert.Equal(ActionResult.HardwareFault, await proxy.SynchronizeClock.InvokeAsync(Cancel));
        Assert.Equal(ActionResult.HardwareFault, await proxy.InstallSlave.InvokeAsync(1, Cancel));
        Assert.Equal(ActionResult.HardwareFault, await proxy.SetEncryptionKey.InvokeAsync(Key, Cancel));
        Assert.Equal(0, (await proxy.PrimaryAddress.ReadAsync(Cancel)).Value);
        var datum = new MBusDatum(new byte[] { 0x04 }, new byte[] { 0x6D }, CosemData.DoubleLongUnsigned(1));
        Assert.Equal(ActionResult.HardwareFault, await proxy.SendData.InvokeAsync([datum], Cancel));
        Assert.Equal(["capture", "clock", "install 1", "key 16", "send 1"], slave.Told);
    }

    [Fact]
    public async Task Counters_are_kept_by_the_device_and_reset_by_the_client()
    {
        var diagnostic = new MBusDiagnosticObject(Name, new MBusDiagnostic());
        diagnostic.Update(s => s with { GoodFrames = s.GoodFrames + 5, BadFrames = 1, LinkStatus = MBusLinkStatus.Normal });
        await using var line = await ObjectLine.OpenAsync(diagnostic);
        var proxy = new MBusDiagnosticProxy(line.Client, Name);
        Assert.Equal(5u, (await proxy.GoodFrames.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.Equal(0u, (await proxy.GoodFrames.ReadAsync(Cancel)).Value);
        Assert.Equal(MBusLinkStatus.Normal, diagnostic.State.LinkStatus);
    }

    private static CosemObject Object(int classId, byte version) => classId switch
    {
        25 => new MBusSlavePortSetupObject(Name, new MBusSlavePortSetup { BusAddress = 7, AddressState = AddressState.Assigned }),
        72 => new MBusClientObject(Name, new MBusClient
        {
            CaptureDefinition = [new CaptureDefinition(new byte[] { 0x0C }, new byte[] { 0x13 })],
            IdentificationNumber = 0x12345678,
            DeviceType = 3,
        }, new Slave(), version),
        73 => new WirelessModeQChannelObject(Name, new WirelessModeQChannel { DeviceAddress = new byte[8] }),
        74 => new MBusMasterPortSetupObject(Name, new MBusMasterPortSetup()),
        76 => new DlmsMBusPortSetupObject(Name, new DlmsMBusPortSetup
        {
            ListeningWindow = [new CallingWindow(CosemDateTime.NotSpecified, CosemDateTime.NotSpecified)],
        }),
        _ => new MBusDiagnosticObject(Name, new MBusDiagnostic
        {
            BroadcastFrames = [new BroadcastCounter(1, 2, CosemDateTime.NotSpecified)],
        }),
    };

    private sealed class Slave : IMBusSlave
    {
        public MethodAnswer Answer { get; init; } = MethodAnswer.Done;

        public List<string> Told { get; } = [];

        public MethodAnswer Install(byte primaryAddress) => Tell($"install {primaryAddress}");

        public MethodAnswer Capture() => Tell("capture");

        public MethodAnswer SynchronizeClock() => Tell("clock");

        public MethodAnswer Send(IReadOnlyList<MBusDatum> data) => Tell($"send {data.Count}");

        public MethodAnswer SetKey(Octets key) => Tell($"key {key.Length}");

        public MethodAnswer TransferKey(Octets key) => Tell($"transfer {key.Length}");

        private MethodAnswer Tell(string what)
        {
            Told.Add(what);
            return Answer;
        }
    }
}
