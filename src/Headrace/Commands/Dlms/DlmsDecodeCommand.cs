using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms decode</c>: the whole of a message, as text, JSON or XML, and batches of vectors.</summary>
internal static class DlmsDecodeCommand
{
    private const int MaxMessageBytes = 16 * 1024 * 1024;

    public static Command Create()
    {
        var hex = new Argument<string[]>("HEX")
        {
            Description = "The message; several arguments are one stream, - reads standard input.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var framing = new Option<string>("--framing")
        {
            Description = "What the bytes are; auto finds out.",
            DefaultValueFactory = _ =>
            "auto"
        };
        framing.AcceptOnlyFromAmong("auto", "wrapper", "hdlc", "mbus", "apdu", "axdr");
        var keys = new Option<FileInfo?>("--keys") { Description = "JSON file with system_title, guek, gak, dedicated (hex)." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var xml = new Option<bool>("--xml") { Description = "Print XML, which 'encode' reads back." };
        var batch = new Option<FileInfo?>("--batch")
        {
            Description = "JSON array of {id, kind, hex, keys}; prints one line of JSON for each.",
        };
        var command = new Command("decode", "Decodes a telegram: frames, ciphering, message, values.")
        {
            hex, framing, keys, json, xml, batch
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(batch) is { } file) return await BatchAsync(file, cancellationToken);
            var bytes = await ReadHexAsync(parsed.GetRequiredValue(hex), cancellationToken);
            var kind = Framing(parsed.GetRequiredValue(framing));
            var known = KeysFile.Read(parsed.GetValue(keys)).Translation;
            if (parsed.GetValue(xml))
            {
                Console.WriteLine(Tried(() => XmlTranslator.Decode(bytes, kind, known)));
                return 0;
            }
            var message = Tried(() => DlmsTranslator.Decode(bytes, kind, known));
            Output.Print(message, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static T Tried<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (ProtocolException broken)
        {
            throw new CommandFailure($"The message cannot be decoded: {broken.Message}.", broken);
        }
    }

    private static DlmsFraming Framing(string name) => name switch
    {
        "wrapper" => DlmsFraming.Wrapper,
        "hdlc" => DlmsFraming.Hdlc,
        "mbus" => DlmsFraming.MBus,
        "apdu" => DlmsFraming.Apdu,
        "axdr" => DlmsFraming.Axdr,
        _ => DlmsFraming.Auto,
    };

    private static async Task<byte[]> ReadHexAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var argument in arguments)
            text.Append(argument == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : argument).Append(' ');
        if (text.Length > 4 * MaxMessageBytes) throw new CommandFailure("The message is longer than 16 MiB.");
        try
        {
            var bytes = Hex.Parse(text.ToString());
            return bytes.Length > 0
                ? bytes : throw new CommandFailure("There is no message: give its bytes in hexadecimal, or - for standard input.");
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure($"The message is not hexadecimal: {wrong.Message}.", wrong);
        }
    }

    /// <summary>One line of JSON per vector, whatever is wrong with it.</summary>
    private static async Task<int> BatchAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var vectors = await ReadBatchAsync(file, cancellationToken);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 1 << 16);
        foreach (var vector in vectors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await output.WriteAsync(Line(vector));
            await output.WriteAsync('\n');
        }
        return 0;
    }

    private static async Task<JsonArray> ReadBatchAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            var options = new JsonDocumentOptions { MaxDepth = 256 };
            return await JsonNode.ParseAsync(stream, documentOptions: options, cancellationToken: cancellationToken) as JsonArray
                ?? throw new CommandFailure($"{file.FullName} is not a JSON array of vectors.");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandFailure($"The vectors in {file.FullName} cannot be read: {wrong.Message}", wrong);
        }
    }

    private static string Line(JsonNode? vector)
    {
        var line = new JsonObject { ["id"] = (vector as JsonObject)?["id"]?.DeepClone() };
        try
        {
            line["result"] = VectorTranslator.Translate(vector as JsonObject ?? throw new ProtocolException("a vector is a JSON object"));
            return line.ToJsonString(Output.OneLine);
        }
        catch (Exception wrong)
        {
            // whatever it is, the other vectors are still to be done
            line.Remove("result");
            line["error"] = wrong is ProtocolException ? wrong.Message : $"{wrong.GetType().Name}: {wrong.Message}";
            return line.ToJsonString(Output.OneLine);
        }
    }
}
