using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Headrace.Commands.Devices;

/// <summary><c>headrace device import|add|list|get</c>: the registry of a running head-end.</summary>
internal static class DeviceCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var url = UrlOption();
        return new Command("device", "Registers meters with a running head-end, lists and shows them.")
        {
            Import(url), Add(url), List(url), Get(url),
        };
    }

    /// <summary>The option that names the head-end, for every verb that speaks to one.</summary>
    public static Option<string> UrlOption() => new("--url")
    {
        Description = "Address of the head-end.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    private static Command Import(Option<string> url)
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "Devices file: a JSON array with serial, system_title, device_type, keys, address, contact.",
        };
        var json = JsonOption();
        var command = new Command("import", "Registers all meters of a devices file; known serials are updated.") { file, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!path.Exists) throw new CommandFailure($"There is no file {path.FullName}.");
            await using var content = path.OpenRead();
            return await PostAsync(parsed.GetRequiredValue(url), content, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static Command Add(Option<string> url)
    {
        var serial = new Argument<string>("SERIAL") { Description = "Serial number as printed on the meter." };
        var type = new Option<string>("--type") { Description = "Device type, such as idis-e450.", Required = true };
        var title = new Option<string?>("--system-title") { Description = "DLMS system title, 16 hex digits." };
        var address = new Option<string?>("--address") { Description = "Where the meter listens, host:port." };
        var contact = new Option<string[]>("--contact")
        {
            Description = "How it is reached: pushes, answers, dials-in (repeat for several).",
            DefaultValueFactory = _ => ["pushes"],
        };
        var keys = new Option<FileInfo?>("--keys")
        {
            Description = "JSON file with guek, gak, kek (hex) and password; keys are never taken from the command line.",
        };
        var json = JsonOption();
        var command = new Command("add", "Registers one meter.") { serial, type, title, address, contact, keys, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var row = new Dictionary<string, object?>(StringComparer.Ordinal);
            if (parsed.GetValue(keys) is { } keyFile) ReadKeys(keyFile, row);
            row["serial"] = parsed.GetRequiredValue(serial);
            row["device_type"] = parsed.GetRequiredValue(type);
            row["system_title"] = parsed.GetValue(title) ?? row.GetValueOrDefault("system_title");
            row["address"] = parsed.GetValue(address);
            row["contact"] = parsed.GetRequiredValue(contact);
            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new[] { row }));
            return await PostAsync(parsed.GetRequiredValue(url), content, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static Command List(Option<string> url)
    {
        var search = new Option<string>("--search")
        {
            Description = "Part of a serial, system title or type.",
            DefaultValueFactory = _ => "",
        };
        var offset = new Option<int>("--offset") { Description = "Meters to leave out at the start.", DefaultValueFactory = _ => 0 };
        var limit = new Option<int>("--limit") { Description = "Meters at the most.", DefaultValueFactory = _ => 100 };
        var json = JsonOption();
        var command = new Command("list", "Lists registered meters.") { search, offset, limit, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HeadEndClient(parsed.GetRequiredValue(url));
            var query = string.Create(CultureInfo.InvariantCulture,
                $"devices?search={Uri.EscapeDataString(parsed.GetRequiredValue(search))}" +
                $"&offset={parsed.GetValue(offset)}&limit={parsed.GetValue(limit)}");
            var answer = await client.GetAsync(query, cancellationToken);
            if (parsed.GetValue(json)) return PrintJson(answer);
            var items = answer.ValueKind == JsonValueKind.Array ? answer : answer.GetProperty("items");
            TextTable.Print(items, "serial", "device_type", "contact", "address", "last_seen");
            return 0;
        });
        return command;
    }

    private static Command Get(Option<string> url)
    {
        var serial = new Argument<string>("SERIAL") { Description = "Serial number." };
        var command = new Command("get", "Shows one meter as JSON.") { serial, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HeadEndClient(parsed.GetRequiredValue(url));
            return PrintJson(await client.GetAsync($"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(serial))}", cancellationToken));
        });
        return command;
    }

    private static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    private static async Task<int> PostAsync(string url, Stream devices, bool json, CancellationToken cancellationToken)
    {
        using var client = new HeadEndClient(url);
        var answer = await client.PostAsync("devices/import", devices, cancellationToken);
        var refused = answer.GetProperty("refused").GetInt32();
        if (json)
        {
            PrintJson(answer);
        }
        else
        {
            Console.WriteLine($"{answer.GetProperty("accepted").GetInt32()} accepted, " +
                $"{answer.GetProperty("updated").GetInt32()} updated, {refused} refused");
            foreach (var row in answer.GetProperty("rows").EnumerateArray())
            {
                if (row.TryGetProperty("reason", out var reason)
                    && reason.ValueKind == JsonValueKind.String
                    && reason.GetString()!.Length > 0)
                    Console.Error.WriteLine($"  {row.GetProperty("serial").GetString()}: {reason.GetString()}");
            }
        }

        return refused == 0 ? 0 : 1;
    }

    private static void ReadKeys(FileInfo file, Dictionary<string, object?> row)
    {
        if (!file.Exists) throw new CommandFailure($"There is no keys file {file.FullName}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file.FullName, Encoding.UTF8));
            foreach (var name in new[] { "guek", "gak", "kek", "password", "system_title" })
            {
                if (document.RootElement.TryGetProperty(name, out var value)) row[name] = value.GetString();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new CommandFailure($"{file.FullName} is not a keys file: a JSON object of hex texts was expected.", error);
        }
    }

    private static int PrintJson(JsonElement answer)
    {
        Console.WriteLine(JsonSerializer.Serialize(answer, Indented));
        return 0;
    }
}
