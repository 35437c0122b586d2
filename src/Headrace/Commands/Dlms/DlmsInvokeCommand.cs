using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms invoke</c>: invokes one method of a meter. Exit code 1 where the meter refuses.</summary>
internal static class DlmsInvokeCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("CLASS/OBIS/METHOD") { Description = "The method, such as 70/0-0:96.3.10.255/1." };
        var value = new Option<string>("--value")
        {
            Description = "The parameter: type and value, or a value tree. Most methods take 'integer 0'.",
            DefaultValueFactory = _ => "integer 0",
        };
        var none = new Option<bool>("--no-parameter") { Description = "Send no parameter at all." };
        var options = new MeterOptions();
        var command = new Command("invoke", "Invokes a method of a meter directly.") { target, value, none };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var method = Target.Method(parsed.GetRequiredValue(target));
            var parameter = parsed.GetValue(none) ? null : DlmsWriteCommand.Parse(() => DataText.Parse(parsed.GetRequiredValue(value)));
            return MeterConnection.UseAsync(options.Read(parsed), async (client, token) =>
            {
                var outcome = await client.ActionAsync(method, parameter, token);
                Output.Print(Result(method, outcome), options.Json(parsed));
                return outcome.Result == ActionResult.Success ? 0 : 1;
            }, cancellationToken);
        });
        return command;
    }

    private static JsonObject Result(CosemMethodDescriptor method, ActionOutcome outcome)
    {
        var json = new JsonObject
        {
            ["class"] = method.ClassId,
            ["obis"] = method.LogicalName.ToString(),
            ["method"] = method.MethodId,
            ["result"] = outcome.Result.Name(),
        };
        if (outcome.ReturnParameters is { Data: { } data }) json["data"] = DataJson.Tree(data);
        else if (outcome.ReturnParameters is { } refused) json["error"] = refused.Error.Name();
        return json;
    }
}
