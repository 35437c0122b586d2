using System.CommandLine;
using System.Globalization;
using Headrace.Hosting;
using Headrace.Simulation.Fleet;
using Microsoft.Extensions.Logging;

namespace Headrace.Commands;

/// <summary><c>headrace simulate</c>: virtual meters against any head-end.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var meters = new Option<int>("--meters") { Description = "Number of meters.", Required = true };
        var push = new Option<string>("--push") { Description = "Head-end that meters push and dial to, host:port.", Required = true };
        var listen = ListenOption("127.0.0.1:14060");
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of serials, keys and households; equal seeds give equal meters.",
            DefaultValueFactory = _ => 1,
        };
        var devicesOut = new Option<FileInfo?>("--devices-out")
        {
            Description = "Writes a file for 'device import'. It holds keys: mode 0600.",
        };
        var zone = ServeCommand.ZoneOption();
        var verbose = ServeCommand.VerboseOption();
        var command = new Command("simulate", "Runs virtual meters that push, listen and dial in.")
        {
            meters, push, listen, seed, devicesOut, zone, verbose
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var loggers = Logs.Create(parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Warning);
            var (host, port) = ParseListen(parsed.GetRequiredValue(listen));
            await using var fleet = Make(new FleetOptions
            {
                Meters = parsed.GetRequiredValue(meters),
                Seed = parsed.GetValue(seed),
                PushTarget = parsed.GetRequiredValue(push),
                ListenHost = host,
                FirstPort = port,
                Zone = HeadEndOptions.ParseZone(parsed.GetValue(zone)),
                LoggerFactory = loggers,
            });
            await StartAsync(fleet, cancellationToken);
            if (parsed.GetValue(devicesOut) is { } file) WriteDevices(file.FullName, fleet);
            Console.WriteLine($"""
                A fleet of {fleet.Meters.Count} virtual meters is running.
                  Pushes to:  {parsed.GetRequiredValue(push)}
                  Listens at: {host}, from port {port}
                Ctrl-C ends it.
                """);
            await Ending.WaitAsync(null, cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<string> ListenOption(string address) => new("--listen")
    {
        Description = "Address and first port that meters listen on, host:port; each meter listens one port higher.",
        DefaultValueFactory = _ => address,
    };

    public static (string Host, int Port) ParseListen(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port <= ushort.MaxValue
            ? (text[..colon].Trim('[', ']'), port)
            : throw new CommandFailure($"--listen: '{text}' is not an address and port such as 127.0.0.1:14060.");
    }

    /// <summary>Makes a fleet, or says in one sentence what option is wrong.</summary>
    public static VirtualFleet Make(FleetOptions options)
    {
        try
        {
            return new VirtualFleet(options);
        }
        catch (ArgumentException failure)
        {
            throw new CommandFailure($"The virtual meters cannot be made: {failure.Message}", failure);
        }
    }

    /// <summary>Starts a fleet, or says in one sentence why not.</summary>
    public static async Task StartAsync(VirtualFleet fleet, CancellationToken cancellationToken)
    {
        try
        {
            await fleet.StartAsync(cancellationToken);
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"The virtual meters cannot start: {failure.Message}", failure);
        }
    }

    private static void WriteDevices(string path, VirtualFleet fleet)
    {
        try
        {
            DevicesFile.Write(path, fleet.Meters);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"--devices-out: {path} cannot be written: {failure.Message}", failure);
        }
    }
}
