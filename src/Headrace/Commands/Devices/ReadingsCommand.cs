using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Headrace.Commands.Devices;

/// <summary><c>headrace readings</c>: the stored values of a meter.</summary>
internal static class ReadingsCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "Serial number of the meter.", Required = true };
        var from = new Option<string>("--from")
        {
            Description = "First instant, ISO 8601, such as 2026-11-20 or 2026-11-20T06:00:00Z.",
            Required = true,
        };
        var to = new Option<string>("--to") { Description = "Instant that is no longer part of it, ISO 8601.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV." };
        var url = DeviceCommand.UrlOption();
        var command = new Command("readings", "Prints the stored values of a meter.") { device, from, to, json, csv, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HeadEndClient(parsed.GetRequiredValue(url));
            var path = string.Create(CultureInfo.InvariantCulture,
                $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(device))}/readings" +
                $"?from={Uri.EscapeDataString(parsed.GetRequiredValue(from))}&to={Uri.EscapeDataString(parsed.GetRequiredValue(to))}");
            if (parsed.GetValue(csv))
            {
                await using var output = Console.OpenStandardOutput();
                await client.CopyAsync(path + "&format=csv", output, cancellationToken);
                return 0;
            }

            var answer = await client.GetAsync(path, cancellationToken);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(answer, Indented));
            else TextTable.Print(answer, "time", "profile", "obis", "attribute", "value", "unit", "status");
            return 0;
        });
        return command;
    }
}
