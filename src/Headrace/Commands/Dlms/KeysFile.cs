using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Translation;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary>
/// A keys file: a JSON object with <c>system_title</c> (the meter's), <c>client_system_title</c>, <c>guek</c>, <c>gak</c>,
/// <c>dedicated</c>, <c>kek</c> (the master key, for wrapped keys), for ECDSA and signing <c>signature_key</c> and
/// <c>server_signature_key</c>, for agreed keys <c>agreement_key</c> and <c>server_agreement_key</c> (all hexadecimal), <c>password</c>,
/// <c>tls_password</c> (of the own private key) and <c>invocation_counter</c> (number). Nothing in it is ever printed.
/// </summary>
/// <remarks>
/// A password is text, or hexadecimal where its digits stand for characters that can be typed (<c>3132333435363738</c> is
/// <c>12345678</c>) or <c>password_hex</c> says so.
/// </remarks>
internal sealed class KeysFile
{
    private static readonly string[] HexNames =
    [
        "system_title", "client_system_title", "guek", "gbek", "gak", "kek", "dedicated", "signature_key", "server_signature_key",
        "agreement_key", "server_agreement_key",
    ];

    /// <summary>Keys and titles.</summary>
    public TranslationKeys Translation { get; private init; } = TranslationKeys.None;

    /// <summary>The password of low-level security, as bytes; null where none is given.</summary>
    public byte[]? Password { get; private init; }

    /// <summary>The password of the private key of TLS; null where none is given.</summary>
    public string? TlsPassword { get; private init; }

    /// <summary>The counter to use next for own messages; null where it is to be read from the meter.</summary>
    public uint? InvocationCounter { get; private init; }

    /// <summary>Reads the file, or gives no keys where there is none.</summary>
    public static KeysFile Read(FileInfo? file)
    {
        if (file is null) return new KeysFile();
        return Read(file, json =>
            From(file, json as JsonObject ?? throw new CommandFailure($"The keys file {file.FullName} is not a JSON object.")));
    }

    /// <summary>Reads a file with keys; what is wrong with it is one sentence that tells nothing of what it holds.</summary>
    public static T Read<T>(FileInfo file, Func<JsonNode?, T> take)
    {
        try
        {
            return take(JsonNode.Parse(File.ReadAllText(file.FullName)));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"The keys file {file.FullName} cannot be read: {wrong.Message}", wrong);
        }
        catch (JsonException wrong)
        {
            throw new CommandFailure($"The keys file {file.FullName} is not JSON (line {wrong.LineNumber + 1}).", wrong);
        }
        catch (ProtocolException wrong)
        {
            throw new CommandFailure($"In the keys file {file.FullName} {wrong.Message}.", wrong);
        }
    }

    private static KeysFile From(FileInfo file, JsonObject json)
    {
        foreach (var name in HexNames)
            if (json[name] is { } value
                && (value.GetValueKind() != JsonValueKind.String || !HexText.TryParse(value.GetValue<string>(), out _)))
                throw new CommandFailure($"{name} in the keys file {file.FullName} is not hexadecimal text.");
        return new KeysFile
        {
            Translation = TranslationKeys.FromJson(json),
            Password = ReadPassword(file, json),
            TlsPassword = json["tls_password"] is { } tls ? Text(file, tls, "tls_password") : null,
            InvocationCounter = json["invocation_counter"] is { } counter ? Counter(file, counter) : null,
        };
    }

    private static byte[]? ReadPassword(FileInfo file, JsonObject json)
    {
        if (json["password_hex"] is { } digits)
            return HexText.TryParse(Text(file, digits, "password_hex"), out var bytes)
                ? bytes
                : throw new CommandFailure($"password_hex in the keys file {file.FullName} is not hexadecimal text.");
        if (json["password"] is not { } password) return null;
        var text = Text(file, password, "password");
        var typed = HexText.TryParse(text, out var decoded) && decoded.Length > 0 && decoded.All(b => b is >= 0x20 and <= 0x7E);
        return typed ? decoded : Encoding.UTF8.GetBytes(text);
    }

    private static string Text(FileInfo file, JsonNode value, string name) => value.GetValueKind() == JsonValueKind.String
        ? value.GetValue<string>()
        : throw new CommandFailure($"{name} in the keys file {file.FullName} is not text.");

    private static uint Counter(FileInfo file, JsonNode value)
    {
        if (value.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<uint>(out var number)) return number;
        if (value.GetValueKind() == JsonValueKind.String && HexText.TryParse(value.GetValue<string>(), out var bytes) && bytes.Length == 4)
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        throw new CommandFailure($"invocation_counter in the keys file {file.FullName} is neither a 32-bit number nor 8 hex digits.");
    }
}
