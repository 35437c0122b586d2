using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary>Prints a result as indented JSON or as text.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        MaxDepth = 256,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>JSON on one line.</summary>
    public static readonly JsonSerializerOptions OneLine = new()
    {
        MaxDepth = 256,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Print(JsonNode result, bool json) =>
        Console.Write(json ? result.ToJsonString(Indented) + "\n" : HumanText.Of(result));
}
