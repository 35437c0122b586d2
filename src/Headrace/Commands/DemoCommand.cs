using System.CommandLine;
using Headrace.Hosting;
using Headrace.Operations.Registry;
using Headrace.Simulation.Fleet;
using Microsoft.Extensions.Logging;

namespace Headrace.Commands;

/// <summary><c>headrace demo</c>: a head-end and virtual meters in one process.</summary>
internal static class DemoCommand
{
    /// <summary>Whole days before today that a demo's meters are expected to have: enough for a chart with a real day.</summary>
    private const int DaysBack = 2;

    /// <summary>
    /// So long the head-end cannot reach the meters that lose pushes: its first attempt fails, and one can see the gaps before it closes
    /// them.
    /// </summary>
    private static readonly TimeSpan LineDown = TimeSpan.FromSeconds(45);

    public static Command Create()
    {
        var meters = new Option<int>("--meters") { Description = "Number of virtual meters.", DefaultValueFactory = _ => 50 };
        var http = ServeCommand.HttpOption();
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Directory of the database and the key file.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("data", "demo")),
        };
        var limit = new Option<double?>("--for") { Description = "Ends by itself after so many seconds." };
        var dlms = ServeCommand.DlmsOption("127.0.0.1:4059");
        var listen = SimulateCommand.ListenOption("127.0.0.1:14060");
        var zone = ServeCommand.ZoneOption();
        var verbose = ServeCommand.VerboseOption();
        var command = new Command("demo", "Runs a head-end with virtual meters; the way to look at Headrace.")
        {
            meters, http, data, limit, dlms, listen, zone, verbose
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new HeadEndOptions
            {
                DataDirectory = parsed.GetRequiredValue(data).FullName,
                Http = HeadEndOptions.ParseHttp(parsed.GetRequiredValue(http)),
                Dlms = parsed.GetRequiredValue(dlms),
                Zone = HeadEndOptions.ParseZone(parsed.GetValue(zone)),
            };
            using var loggers = Logs.Create(parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Warning);
            await using var headEnd = await RunningHeadEnd.StartAsync(options, TimeProvider.System, loggers, cancellationToken);
            var (host, port) = SimulateCommand.ParseListen(parsed.GetRequiredValue(listen));
            var calendar = headEnd.HeadEnd.Calendar;
            var from = calendar.StartOf(calendar.DayOf(TimeProvider.System.GetUtcNow()).AddDays(-DaysBack));
            var fleetOptions = new FleetOptions
            {
                Meters = parsed.GetValue(meters),
                PushTarget = headEnd.Meters.ToString(),
                ListenHost = host,
                FirstPort = port,
                Zone = options.Zone,
                ExpectedFrom = from,
                BacklogFrom = from,
                LineDown = LineDown,
                LoggerFactory = loggers,
            };
            await using var fleet = SimulateCommand.Make(fleetOptions);
            if (port > 0) await RegisterAsync(headEnd, fleet, cancellationToken);
            await SimulateCommand.StartAsync(fleet, cancellationToken);
            if (port == 0) await RegisterAsync(headEnd, fleet, cancellationToken);
            Console.WriteLine($"""
                Headrace demo is running: a head-end and {fleet.Meters.Count} virtual meters.
                  Web:    {headEnd.Web}
                  Meters: {headEnd.Meters} (TCP and UDP); the virtual meters listen at {host} from port {port}
                  Data:   {options.DataDirectory}
                Ctrl-C ends it; a second start goes on with the stored data.
                """);
            await Ending.WaitAsync(parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken);
            return 0;
        });
        return command;
    }

    /// <summary>Registers the fleet as a person would: by its devices file. Meters that are known keep what is stored of them.</summary>
    private static async Task RegisterAsync(RunningHeadEnd headEnd, VirtualFleet fleet, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        fleet.DevicesJson(file);
        file.Position = 0;
        var devices = await Operations.Registry.DevicesFile.ParseAsync(file, cancellationToken);
        var answers = await headEnd.HeadEnd.Registration.ImportAsync(devices.Rows, "demo", cancellationToken);
        if (answers.Concat(devices.Refused).FirstOrDefault(row => row.Verdict == ImportVerdict.Refused) is { } refused)
            throw new CommandFailure($"A virtual meter could not be registered: {refused.Reason}");
    }
}
