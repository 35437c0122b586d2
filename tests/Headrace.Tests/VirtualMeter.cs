using System.Globalization;
using System.Text.Json;
using Headrace.Simulation.Fleet;

namespace Headrace.Tests;

/// <summary>A virtual E450 in this process for the verbs of <c>headrace dlms</c>, with a file of its keys.</summary>
internal sealed class VirtualMeter : IAsyncDisposable
{
    private readonly VirtualFleet _fleet;
    private readonly DataFolder _folder = new();

    private VirtualMeter(VirtualFleet fleet) => _fleet = fleet;

    /// <summary>The folder of its files.</summary>
    public DataFolder Folder => _folder;

    /// <summary>Path of the keys file.</summary>
    public string Keys => _folder.File("keys.json");

    /// <summary>Path of the devices file.</summary>
    public string Devices => _folder.File("devices.json");

    private VirtualMeterInfo Info => _fleet.Meters.First(meter => meter.Address is not null);

    /// <summary>Starts a fleet of one meter.</summary>
    /// <param name="pushTo">Where it pushes to.</param>
    public static async Task<VirtualMeter> StartAsync(string pushTo = "127.0.0.1:9")
    {
        var meter = new VirtualMeter(new VirtualFleet(new FleetOptions
        {
            Meters = 1,
            PushTarget = pushTo,
            ListenHost = "127.0.0.1",
            FirstPort = 0,
            Zone = TimeZoneInfo.Utc,
        }));
        await meter._fleet.StartAsync(TestContext.Current.CancellationToken);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["system_title"] = Hex(meter.Info.SystemTitle),
            ["guek"] = Hex(meter.Info.GlobalUnicastKey),
            ["gak"] = Hex(meter.Info.AuthenticationKey),
            ["password"] = Hex(meter.Info.Password),
        };
        await File.WriteAllTextAsync(meter.Keys, JsonSerializer.Serialize(keys), TestContext.Current.CancellationToken);
        DevicesFile.Write(meter.Devices, meter._fleet.Meters);
        return meter;
    }

    /// <summary>Runs a verb of <c>headrace dlms</c> as the management client.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string verb, params string[] arguments) =>
        HeadraceProcess.RunAsync(["dlms", verb, .. Where, "--auth", "gmac", "--keys", Keys, .. arguments]);

    /// <summary>Runs a verb of <c>headrace dlms</c> as the public client.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunPublicAsync(string verb, params string[] arguments) =>
        HeadraceProcess.RunAsync(["dlms", verb, .. Where, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        _folder.Dispose();
    }

    private string[] Where => ["--host", "127.0.0.1", "--port",
        int.Parse(Info.Address!.Split(':')[^1], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)];

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
