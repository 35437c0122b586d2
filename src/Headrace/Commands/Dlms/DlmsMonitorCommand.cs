using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms monitor</c>: listens for pushes and prints them decoded, until told to end.</summary>
internal static class DlmsMonitorCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address and port, on TCP (wrapper, HDLC, M-Bus: found out) and UDP.",
            DefaultValueFactory = _ => "127.0.0.1:4059",
        };
        var keys = new Option<FileInfo?>("--keys") { Description = "A keys file, or a devices file with the keys of several meters." };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON for each push." };
        var xml = new Option<bool>("--xml") { Description = "Print each push as XML." };
        var limit = new Option<int?>("--for") { Description = "End after so many seconds." };
        var count = new Option<int?>("--count") { Description = "End after so many pushes." };
        var command = new Command("monitor", "Listens for pushes and prints them decoded.") { listen, keys, json, xml, limit, count };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > 31_536_000) throw new CommandFailure("--for takes 1 second to a year.");
            if (parsed.GetValue(count) is < 1) throw new CommandFailure("--count takes 1 or more.");
            var print = parsed.GetValue(json) ? Json : parsed.GetValue(xml) ? (Action<DlmsNotification>)Xml : Text;
            var senders = PushSenders.Read(parsed.GetValue(keys));
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (parsed.GetValue(limit) is { } seconds) ending.CancelAfter(TimeSpan.FromSeconds(seconds));
            await RunAsync(At(parsed.GetRequiredValue(listen)), senders, print, parsed.GetValue(count) ?? int.MaxValue, ending.Token);
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(IPEndPoint at, PushSenders senders, Action<DlmsNotification> print, int count,
        CancellationToken cancellationToken)
    {
        await using var listener = new DlmsListener(new DlmsListenerOptions
        {
            AcceptPlain = true,
            PlainTolerance = ApduTolerance.All,
            FindSender = (origin, _) => new(senders.Find(origin.SystemTitle.Span)),
            Refused = (origin, verdict, reason) => Console.Error.WriteLine(
                $"not taken: {Words(verdict)}, from {origin.Remote}{Title(origin)}: {reason}"),
        });
        try
        {
            var tcp = listener.ListenTcp(at);
            listener.ListenUdp(tcp);
            await Console.Error.WriteLineAsync($"Listening at {tcp} on TCP and UDP.");
        }
        catch (IOException taken)
        {
            throw new CommandFailure($"--listen: {taken.Message}", taken);
        }
        var withoutProof = 0;
        try
        {
            await foreach (var push in listener.ReadAllAsync(cancellationToken))
            {
                if (push.Proof == PushProof.None) withoutProof++;
                if (TryPrint(push, print) && --count == 0) return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end, or the time is over: that is what was waited for.
        }
        finally
        {
            await Console.Error.WriteLineAsync(Summary(listener, withoutProof));
        }
    }

    /// <summary>False for a push whose body breaks the rules: whoever sends such a one does not end the monitor.</summary>
    private static bool TryPrint(DlmsNotification push, Action<DlmsNotification> print)
    {
        try
        {
            print(push);
            return true;
        }
        catch (ProtocolException broken)
        {
            Console.Error.WriteLine($"cannot be shown: {broken.Message}, from {push.Remote}: {HexText.Of(push.Apdu.Span)}");
            return false;
        }
    }

    /// <summary>How many messages were taken, and how many not and why.</summary>
    private static string Summary(DlmsListener listener, int withoutProof)
    {
        var words = new List<string> { $"{listener.Count(PushVerdict.Taken)} taken" };
        if (withoutProof > 0) words[0] += $" ({withoutProof} without proof)";
        foreach (var verdict in Enum.GetValues<PushVerdict>().Where(v => v != PushVerdict.Taken && listener.Count(v) > 0))
            words.Add($"{listener.Count(verdict)} {Words(verdict)}");
        return string.Join(", ", words) + ".";
    }

    private static string Words(PushVerdict verdict) => verdict switch
    {
        PushVerdict.Duplicate => "doubled",
        PushVerdict.Replayed => "replayed",
        PushVerdict.UnknownSender => "of unknown senders",
        PushVerdict.NotProtected => "without the protection due",
        PushVerdict.NotAuthentic => "that the keys do not open",
        PushVerdict.Malformed => "malformed",
        _ => "dropped",
    };

    private static string Title(in PushOrigin origin) =>
        origin.SystemTitle.IsEmpty ? "" : $", title {HexText.Of(origin.SystemTitle.Span)}";

    private static void Json(DlmsNotification push) => Console.WriteLine(Told(push).ToJsonString(Output.OneLine));

    private static void Text(DlmsNotification push)
    {
        Output.Print(Told(push), json: false);
        Console.WriteLine();
    }

    private static void Xml(DlmsNotification push) =>
        Console.WriteLine(XmlTranslator.Decode(push.Apdu, DlmsFraming.Apdu, TranslationKeys.None));

    private static JsonObject Told(DlmsNotification push)
    {
        var json = new JsonObject
        {
            ["received"] = push.ReceivedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture),
            ["from"] = push.Remote?.ToString(),
        };
        if (!push.SystemTitle.IsEmpty) json["system_title"] = HexText.Of(push.SystemTitle.Span);
        json["proof"] = push.Proof switch
        {
            PushProof.Authenticated => "authenticated",
            PushProof.EncryptedOnly => "encrypted only",
            _ => "none",
        };
        if (push.Proof != PushProof.None) json["invocation_counter"] = push.InvocationCounter;
        if (push.Device is { } device)
            json["device"] = new JsonObject
            {
                ["network"] = device.NetworkId,
                ["address"] = HexText.Of(device.PhysicalDeviceAddress.Span),
            };
        foreach (var (name, value) in DlmsTranslator.Decode(push.Apdu, DlmsFraming.Apdu, TranslationKeys.None))
            json[name] = value?.DeepClone();
        return json;
    }

    private static IPEndPoint At(string text)
    {
        var (host, port) = SimulateCommand.ParseListen(text);
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : throw new CommandFailure($"--listen: '{host}' is no address such as 127.0.0.1 or 0.0.0.0.");
    }
}
