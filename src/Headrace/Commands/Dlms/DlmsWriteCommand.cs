using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms write</c>: writes one attribute of a meter. Exit code 1 where the meter refuses.</summary>
internal static class DlmsWriteCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("CLASS/OBIS/ATTR") { Description = "The attribute, such as 3/1-0:1.8.0.255/2." };
        var value = new Option<string>("--value")
        {
            Description = "Type and value, such as 'double-long-unsigned 900', or a value tree; with --like the value alone.",
            Required = true,
        };
        var like = new Option<bool>("--like")
        {
            Description = "Read the attribute first and take its type: meters insist on the exact one.",
        };
        var options = new MeterOptions();
        var command = new Command("write", "Writes an attribute of a meter directly.") { target, value, like };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var attribute = Target.Attribute(parsed.GetRequiredValue(target));
            var text = parsed.GetRequiredValue(value);
            var given = parsed.GetValue(like) ? null : Parse(() => DataText.Parse(text));
            return MeterConnection.UseAsync(options.Read(parsed), async (client, token) =>
            {
                var data = given ?? await LikeAsync(client, attribute, text, token);
                var result = await client.SetAsync(attribute, data, token);
                Output.Print(new JsonObject
                {
                    ["class"] = attribute.ClassId,
                    ["obis"] = attribute.LogicalName.ToString(),
                    ["attr"] = attribute.AttributeId,
                    ["data"] = DataJson.Tree(data),
                    ["result"] = result.Name(),
                }, options.Json(parsed));
                return result == DataAccessResult.Success ? 0 : 1;
            }, cancellationToken);
        });
        return command;
    }

    /// <summary>Reads a value, or says in one sentence what is wrong with it.</summary>
    public static CosemData Parse(Func<CosemData> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure($"The value cannot be used: {wrong.Message}.", wrong);
        }
    }

    private static async Task<CosemData> LikeAsync(DlmsClient client, CosemAttributeDescriptor attribute, string text,
        CancellationToken cancellationToken)
    {
        var before = await client.GetAsync(attribute, cancellationToken);
        if (before.Data is not { } pattern)
            throw new CommandFailure($"--like cannot read the attribute: {before.Error.Name()}. Give the type with --value.");
        return Parse(() => DataText.Like(pattern, text));
    }
}
