using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms objects</c>: the objects a meter shows to this client.</summary>
internal static class DlmsObjectsCommand
{
    public static Command Create()
    {
        var options = new MeterOptions();
        var command = new Command("objects", "Lists the objects of a meter.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => MeterConnection.UseAsync(options.Read(parsed), async (client, token) =>
        {
            var result = await client.GetAsync(ObjectListReading.AttributeOf(client), token);
            if (result.Data is not { } list) throw new CommandFailure($"The meter does not tell its objects: {result.Error.Name()}.");
            var objects = BulkTranslation.ObjectList(list);
            if (options.Json(parsed)) Output.Print(objects, json: true);
            else PrintText(objects["objects"]!.AsArray());
            return 0;
        }, cancellationToken));
        return command;
    }

    private static void PrintText(JsonArray objects)
    {
        foreach (var entry in objects)
        {
            var obis = entry!["obis"]!.GetValue<string>();
            var words = LogicalName.TryParse(obis, out var name) ? ObisText.Describe(name) : null;
            Console.WriteLine($"{entry["class"],5}  {entry["version"],2}  {obis,-22}  {words}".TrimEnd());
        }
        Console.WriteLine($"{objects.Count} objects");
    }
}
