// Reads clock, energy and load profile of a DLMS/COSEM meter as its public client: ReadMeter HOST [PORT]
using System.Globalization;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Data;

if (args is not [var host, .. var rest])
{
    Console.Error.WriteLine("Usage: ReadMeter HOST [PORT]");
    return 2;
}
var port = rest is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : DlmsConnection.DefaultPort;
using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    await using var meter = await DlmsConnection.OpenTcpAsync(host, port, new DlmsConnectionOptions { ClientSap = 16 }, patience.Token);

    // A refusal is a result, not an exception: not every meter lets the public client at everything.
    var clock = await new ClockProxy(meter.Client, LogicalName.Parse("0-0:1.0.0.255")).Time.ReadAsync(patience.Token);
    Console.WriteLine(clock.IsSuccess ? $"clock   {clock.Value}" : $"clock   refused: {clock.Result}");

    var energy = new RegisterProxy(meter.Client, LogicalName.Parse("1-0:1.8.0.255"));
    var unit = await energy.ScalerUnit.ReadAsync(patience.Token);
    var count = await energy.Value.ReadAsync(patience.Token);
    Console.WriteLine(unit.IsSuccess && count.IsSuccess
        ? $"energy  {unit.Value.Apply(count.Value.AsInteger())} {unit.Value.Unit.Symbol()}"
        : $"energy  refused: {count.Result}");

    var profile = new ProfileGenericProxy(meter.Client, LogicalName.Parse("1-0:99.1.0.255"));
    var entries = await profile.EntriesInUse.ReadAsync(patience.Token);
    Console.WriteLine(entries.IsSuccess ? $"profile {entries.Value} rows" : $"profile refused: {entries.Result}");
    if (!entries.IsSuccess) return 0;
    await foreach (var row in profile.ReadRowsAsync(patience.Token))
        Console.WriteLine($"        {string.Join("  ", row.Items.Select(item => item.TryGetDateTime(out var at) ? $"{at}" : $"{item}"))}");
    return 0;
}
catch (Exception e) when (e is IOException or TimeoutException or Headrace.Wire.ProtocolException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
