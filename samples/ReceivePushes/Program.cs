// Receives the pushes of DLMS/COSEM meters over TCP and UDP: ReceivePushes PORT KEYSFILE
// The file holds, by system title in hex, the keys: { "4852430102030405": { "encryption": "...", "authentication": "..." } }
using System.Globalization;
using System.Net;
using System.Text.Json;
using Headrace.Dlms.Connections;

if (args is not [var portText, var file])
{
    Console.Error.WriteLine("Usage: ReceivePushes PORT KEYSFILE");
    return 2;
}
using var known = JsonDocument.Parse(await File.ReadAllTextAsync(file));

ValueTask<PushSender?> FindAsync(PushOrigin origin, CancellationToken cancellationToken)
{
    var title = Convert.ToHexString(origin.SystemTitle.Span);
    if (!known.RootElement.TryGetProperty(title, out var keys)) return new((PushSender?)null);
    return new(new PushSender
    {
        EncryptionKey = Convert.FromHexString(keys.GetProperty("encryption").GetString()!),
        AuthenticationKey = Convert.FromHexString(keys.GetProperty("authentication").GetString()!),
    });
}

await using var listener = new DlmsListener(new DlmsListenerOptions
{
    FindSender = FindAsync,
    Refused = (origin, verdict, why) => Console.Error.WriteLine($"{origin.Remote}: {verdict}: {why}"),
});
var door = listener.ListenTcp(new IPEndPoint(IPAddress.Any, int.Parse(portText, CultureInfo.InvariantCulture)));
listener.ListenUdp(door);
Console.WriteLine($"Listening on {door}, TCP and UDP.");
using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ending.Cancel();
};
try
{
    await foreach (var push in listener.ReadAllAsync(ending.Token))
    {
        Console.WriteLine($"{push.ReceivedAt:u} {Convert.ToHexString(push.SystemTitle.Span)} {push.Readings.Count} values, {push.Proof}");
        foreach (var reading in push.Readings) Console.WriteLine($"    {reading}");
    }
}
catch (OperationCanceledException)
{
    // Ctrl+C
}
return 0;
