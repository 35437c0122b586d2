using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Headrace.Core.Metering;

namespace Headrace.Operations.Registry;

/// <summary>The file that registers meters: a JSON array of objects, or an object with such an array under <c>devices</c>.</summary>
/// <remarks>
/// Fields: serial, system_title, device_type, guek, gak, kek, password (hex), address, contact (pushes, answers, dials-in),
/// logical_device_name, expected_from (ISO 8601 with offset). Camel case is taken as well; other fields are ignored.
/// </remarks>
/// <param name="Rows">Rows whose fields have the right form.</param>
/// <param name="Refused">Rows that have not, with the reason.</param>
public sealed record DevicesFile(IReadOnlyList<DeviceRegistration> Rows, IReadOnlyList<ImportRow> Refused)
{
    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a file. The stream is read to its end.</summary>
    /// <exception cref="FormatException">The file is not JSON or not an array of objects; the message says where.</exception>
    public static async ValueTask<DevicesFile> ParseAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(stream, Options, cancellationToken);
            return FromRoot(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw NotJson(broken);
        }
    }

    /// <summary>Reads a file. The stream is read to its end.</summary>
    /// <exception cref="FormatException">The file is not JSON or not an array of objects; the message says where.</exception>
    public static DevicesFile Parse(Stream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(stream, Options);
            return FromRoot(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw NotJson(broken);
        }
    }

    private static FormatException NotJson(JsonException broken) =>
        new($"The devices file is not JSON: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}.", broken);

    private static DevicesFile FromRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("devices", out var devices)) root = devices;
        if (root.ValueKind != JsonValueKind.Array)
            throw new FormatException($"The devices file is not an array of meters but {root.ValueKind}.");
        var rows = new List<DeviceRegistration>(root.GetArrayLength());
        var refused = new List<ImportRow>();
        var number = 0;
        foreach (var element in root.EnumerateArray())
        {
            number++;
            var row = new RowReader(number, element);
            try
            {
                if (row.Read() is { } good) rows.Add(good);
                else refused.Add(row.Refusal!);
            }
            catch (InvalidOperationException)
            {
                // JsonElement's way of saying that a string's bytes are not UTF-8 or its escapes no characters.
                refused.Add(new ImportRow(number, "", ImportVerdict.Refused, "row", "text in UTF-8", "other bytes"));
            }
        }

        return new DevicesFile(rows, refused);
    }

    private sealed class RowReader(int number, JsonElement element)
    {
        private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.OrdinalIgnoreCase);
        private string _serial = "";

        public ImportRow? Refusal { get; private set; }

        public DeviceRegistration? Read()
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                Fail("row", "an object", element.ValueKind.ToString());
                return null;
            }

            foreach (var field in element.EnumerateObject()) _fields[field.Name.Replace("_", "", StringComparison.Ordinal)] = field.Value;
            _serial = Text("serial") ?? "";
            var row = new DeviceRegistration
            {
                Row = number,
                Serial = _serial,
                SystemTitle = Text("system_title"),
                DeviceType = Text("device_type") ?? "",
                Guek = Bytes("guek"),
                Gak = Bytes("gak"),
                Kek = Bytes("kek"),
                Password = Bytes("password"),
                Address = Text("address"),
                Contact = Modes(),
                LogicalDeviceName = Text("logical_device_name"),
                ExpectedFrom = Instant("expected_from"),
            };
            if (Refusal is null) return row;
            row.Wipe();
            return null;
        }

        private JsonElement? Field(string name) =>
            _fields.TryGetValue(name.Replace("_", "", StringComparison.Ordinal), out var value) && value.ValueKind != JsonValueKind.Null
                ? value : null;

        private string? Text(string name)
        {
            if (Field(name) is not { } value) return null;
            if (value.ValueKind == JsonValueKind.Number && name == "serial") return value.GetRawText();
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            Fail(name, "a string", value.ValueKind.ToString());
            return null;
        }

        // Straight from the document's bytes: a key never becomes a string, which nobody could wipe.
        private byte[] Bytes(string name)
        {
            if (Field(name) is not { } value) return [];
            if (value.ValueKind != JsonValueKind.String)
            {
                Fail(name, "a string of hex digits", value.ValueKind.ToString());
                return [];
            }

            var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
            var bytes = new byte[raw.Length / 2];
            if (raw.Length % 2 == 0 && Convert.FromHexString(raw, bytes, out _, out _) == System.Buffers.OperationStatus.Done) return bytes;
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
            Fail(name, "an even number of hex digits", $"{Encoding.UTF8.GetCharCount(raw)} characters that are not");
            return [];
        }

        private ContactModes? Modes()
        {
            if (Field("contact") is not { } value) return null;
            var words = value.ValueKind switch
            {
                JsonValueKind.String =>
                    value.GetString()!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                JsonValueKind.Array =>
                    [.. value.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : e.ValueKind.ToString())],
                _ => [value.ValueKind.ToString()],
            };
            var modes = ContactModes.None;
            foreach (var word in words)
            {
                switch (word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant())
                {
                    case "PUSHES" or "PUSH": modes |= ContactModes.Pushes; break;
                    case "ANSWERS": modes |= ContactModes.Answers; break;
                    case "DIALSIN": modes |= ContactModes.DialsIn; break;
                    default: Fail("contact", "pushes, answers or dials-in", $"'{(word.Length > 40 ? word[..40] : word)}'"); break;
                }
            }

            return modes;
        }

        private DateTimeOffset? Instant(string name)
        {
            if (Text(name) is not { Length: > 0 } text) return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                return instant;
            Fail(name, "a date and time of ISO 8601", $"'{(text.Length > 40 ? text[..40] : text)}'");
            return null;
        }

        private void Fail(string field, string expected, string got) =>
            Refusal ??= new ImportRow(number, _serial.Length > 64 ? _serial[..64] : _serial, ImportVerdict.Refused, field, expected, got);
    }
}
