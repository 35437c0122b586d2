// Hosts a small DLMS/COSEM meter: HostMeter [PORT]
// The public client (16) reads clock, register and profile; the management client (1) needs the keys below, which are of this sample only.
using System.Globalization;
using System.Net;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

var port = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 4059;
var clock = LogicalName.Parse("0-0:1.0.0.255");
var energy = LogicalName.Parse("1-0:1.8.0.255");
var loadProfile = LogicalName.Parse("1-0:99.1.0.255");
byte[] title = [.. "SMP"u8, 1, 2, 3, 4, 5];
var keys = new SecurityKeys(
    Convert.FromHexString("000102030405060708090A0B0C0D0E0F"), Convert.FromHexString("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"));

// What the meter holds.
var started = TimeProvider.System.GetUtcNow();
CosemData Count() => CosemData.DoubleLongUnsigned((uint)(TimeProvider.System.GetUtcNow() - started).TotalSeconds);
var rows = new KeptProfileBuffer(capacity: 96, ProfileGenericObject.AsUtc);
for (var quarter = 0; quarter < 4; quarter++)
{
    var at = started.AddMinutes(15 * (quarter - 4));
    rows.Add([CosemData.OctetString(CosemDateTime.From(at)), CosemData.DoubleLongUnsigned((uint)(1_000 + 25 * quarter))]);
}
var security = new SecuritySetupObject(LogicalName.Parse("0-0:43.0.0.255"), keys, title);
var meter = new LogicalDevice(sap: 1, title);
meter.Add(security);
meter.Add(new ClockObject(clock, () => CosemDateTime.From(TimeProvider.System.GetUtcNow()), set: _ => false, shift: _ => false,
    new ClockPlace(0, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 0, false)));
meter.Add(new RegisterObject(energy, Count, new ScalerUnit(0, Unit.WattHour)));
meter.Add(new ProfileGenericObject(loadProfile, new ProfileSettings
{
    CaptureObjects = [new(8, clock, 2, 0), new(3, energy, 2, 0)],
    CapturePeriod = TimeSpan.FromMinutes(15),
    ProfileEntries = 96,
}, rows));

// Who may come in.
meter.Add(AssociationSettings.Public(clock, energy, loadProfile));
meter.Add(new AssociationSettings
{
    ClientSap = 1,
    LogicalName = LogicalName.Parse("0-0:40.0.2.255"),
    Mechanism = AuthenticationMechanism.HighLevelGmac,
    IsCiphered = true,
    Security = security,
});

await using var server = new DlmsServer(new DlmsServerOptions(), meter);
Console.WriteLine($"The meter answers on {server.ListenTcp(new IPEndPoint(IPAddress.Loopback, port))}; press Enter to end.");
await Console.In.ReadLineAsync();
