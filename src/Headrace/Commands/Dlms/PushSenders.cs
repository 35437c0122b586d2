using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Security;
using Headrace.Dlms.Translation;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary>Whose pushes can be opened: the meter of a keys file, or those of a devices file.</summary>
internal sealed class PushSenders
{
    private readonly Dictionary<string, PushSender> _byTitle = new(StringComparer.Ordinal);
    private PushSender? _any;

    /// <summary>Reads a keys file (an object) or a devices file (an array of such objects).</summary>
    public static PushSenders Read(FileInfo? file)
    {
        var senders = new PushSenders();
        if (file is null) return senders;
        return KeysFile.Read(file, json =>
        {
            foreach (var entry in json as JsonArray ?? [json?.DeepClone()])
                senders.Add(TranslationKeys.FromJson(entry as JsonObject ?? throw new ProtocolException("an entry is no object")));
            return senders;
        });
    }

    /// <summary>What is known of a sender; null for nothing.</summary>
    public PushSender? Find(ReadOnlySpan<byte> title) => _byTitle.GetValueOrDefault(Convert.ToHexStringLower(title)) ?? _any;

    private void Add(TranslationKeys keys)
    {
        if (keys.GlobalUnicastEncryptionKey is not { } encryption) return;
        var sender = new PushSender
        {
            EncryptionKey = encryption,
            AuthenticationKey = keys.AuthenticationKey ?? [],
            BroadcastKey = keys.GlobalBroadcastEncryptionKey ?? [],
            Suite = encryption.Length == 32 ? SecuritySuite.Suite2 : SecuritySuite.Suite0,
            SystemTitle = keys.SystemTitle ?? [],
            AcceptUnauthenticated = true,
            Tolerance = ApduTolerance.All,
        };
        if (keys.SystemTitle is { } title) _byTitle[Convert.ToHexStringLower(title)] = sender;
        else _any = sender;
    }
}
