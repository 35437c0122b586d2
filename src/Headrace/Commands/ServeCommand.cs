using System.CommandLine;
using Headrace.Hosting;
using Microsoft.Extensions.Logging;

namespace Headrace.Commands;

/// <summary><c>headrace serve</c>: a head-end until it is told to end.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Directory of the database and the key file; made if it is not there.",
            Required = true,
        };
        var http = HttpOption();
        var dlms = DlmsOption("0.0.0.0:4059");
        var zone = ZoneOption();
        var verbose = VerboseOption();
        var command = new Command("serve", "Runs a head-end.") { data, http, dlms, zone, verbose };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new HeadEndOptions
            {
                DataDirectory = parsed.GetRequiredValue(data).FullName,
                Http = HeadEndOptions.ParseHttp(parsed.GetRequiredValue(http)),
                Dlms = parsed.GetRequiredValue(dlms),
                Zone = HeadEndOptions.ParseZone(parsed.GetValue(zone)),
            };
            using var loggers = Logs.Create(parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Information);
            await using var headEnd = await RunningHeadEnd.StartAsync(options, TimeProvider.System, loggers, cancellationToken);
            Console.WriteLine($"""
                Headrace head-end is running.
                  Web:    {headEnd.Web}
                  Meters: {headEnd.Meters} (TCP and UDP)
                  Data:   {options.DataDirectory}
                Ctrl-C ends it.
                """);
            await Ending.WaitAsync(null, cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<string> HttpOption() => new("--http")
    {
        Description = "Address of web application and API; loopback only.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    public static Option<string> DlmsOption(string address) => new("--dlms")
    {
        Description = "Where meters reach the head-end, host:port, TCP and UDP.",
        DefaultValueFactory = _ => address,
    };

    public static Option<string?> ZoneOption() =>
        new("--zone") { Description = "Time zone of the utility, such as Europe/Berlin; the machine's where not given." };

    public static Option<bool> VerboseOption() => new("--verbose") { Description = "Log more." };
}
