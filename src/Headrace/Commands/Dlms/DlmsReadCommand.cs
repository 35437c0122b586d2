using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms read</c>: reads attributes of a meter.</summary>
internal static class DlmsReadCommand
{
    public static Command Create()
    {
        var attributes = new Argument<string[]>("CLASS/OBIS/ATTR")
        {
            Description = "Attributes, such as 3/1-0:1.8.0.255/2.",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new MeterOptions();
        var command = new Command("read", "Reads attributes of a meter directly.") { attributes };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(attributes).Select(Target.Attribute).ToList();
            return MeterConnection.UseAsync(options.Read(parsed), async (client, token) =>
            {
                var results = await client.GetListAsync([.. wanted.Select(attribute => new AttributeSelection(attribute))], token);
                var list = new JsonArray();
                for (var i = 0; i < wanted.Count; i++) list.Add((JsonNode)Result(wanted[i], results[i]));
                Output.Print(list, options.Json(parsed));
                return results.All(result => result.IsData) ? 0 : 1;
            }, cancellationToken);
        });
        return command;
    }

    private static JsonObject Result(CosemAttributeDescriptor attribute, GetDataResult result)
    {
        var json = new JsonObject
        {
            ["class"] = attribute.ClassId,
            ["obis"] = attribute.LogicalName.ToString(),
            ["attr"] = attribute.AttributeId
        };
        if (result.Data is { } data) json["data"] = DataJson.Tree(data);
        else json["error"] = result.Error.Name();
        return json;
    }
}
