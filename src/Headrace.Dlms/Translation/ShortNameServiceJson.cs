using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Translation;

/// <summary>READ, WRITE and INFORMATION REPORT by short name as JSON.</summary>
internal static class ShortNameServiceJson
{
    /// <summary>The fields of a service APDU by short name; null for any other APDU.</summary>
    public static JsonObject? Of(XdlmsApdu apdu) => apdu switch
    {
        ReadRequest read => new JsonObject { ["apdu"] = "read-request", ["items"] = Variables(read.Variables) },
        ReadResponse read => new JsonObject { ["apdu"] = "read-response", ["items"] = LogicalNameServiceJson.List(read.Results, Result) },
        WriteRequest write => Write("write-request", write.Variables, write.Values),
        UnconfirmedWriteRequest write => Write("unconfirmed-write-request", write.Variables, write.Values),
        WriteResponse write =>
            new JsonObject { ["apdu"] = "write-response", ["items"] = LogicalNameServiceJson.List(write.Results, Result) },
        InformationReport report => Report(report),
        _ => null,
    };

    private static JsonObject Write(string name, IReadOnlyList<VariableAccess> variables, IReadOnlyList<Data.CosemData> values) =>
        new() { ["apdu"] = name, ["items"] = Variables(variables), ["data"] = DataJson.Trees(values) };

    private static JsonObject Report(InformationReport report)
    {
        var json = Write("information-report-request", report.Variables, report.Values);
        json["time"] = report.CurrentTime is { } time ? HexText.Of(time.Span) : null;
        return json;
    }

    private static JsonArray Variables(IReadOnlyList<VariableAccess> variables) => LogicalNameServiceJson.List(variables, Variable);

    private static JsonObject Variable(VariableAccess access) => access switch
    {
        VariableName name => new JsonObject { ["variable-name"] = Hex(name.Name) },
        ParameterizedAccess part => new JsonObject
        {
            ["parameterised-access"] = Hex(part.Name),
            ["selector"] = part.Selection.Selector,
            ["parameter"] = DataJson.Tree(part.Selection.Parameter),
        },
        BlockNumberAccess block => new JsonObject { ["block-number-access"] = block.BlockNumber },
        ReadDataBlockAccess block =>
            new JsonObject { ["read-data-block-access"] = Block(block.LastBlock, block.BlockNumber, block.RawData) },
        WriteDataBlockAccess block => new JsonObject
        {
            ["write-data-block-access"] = new JsonObject { ["last"] = block.LastBlock, ["block"] = block.BlockNumber },
        },
        _ => [],
    };

    private static JsonNode? Result(ReadResult result) => result switch
    {
        ReadData data => new JsonObject { ["data"] = DataJson.Tree(data.Value) },
        ReadError error => new JsonObject { ["error"] = error.Error.Name() },
        ReadDataBlock block => new JsonObject { ["data-block"] = Block(block.LastBlock, block.BlockNumber, block.RawData) },
        ReadBlockNumber block => new JsonObject { ["block-number"] = block.BlockNumber },
        _ => null,
    };

    private static JsonNode Result(WriteResult result)
    {
        if (result.BlockNumber is { } block) return new JsonObject { ["block-number"] = block };
        return result.Error == DataAccessResult.Success ? JsonValue.Create("success") : new JsonObject { ["error"] = result.Error.Name() };
    }

    private static JsonObject Block(bool last, ushort block, ReadOnlyMemory<byte> raw) =>
        new() { ["last"] = last, ["block"] = block, ["raw"] = HexText.Of(raw.Span) };

    private static string Hex(ushort name) => name.ToString("x4", CultureInfo.InvariantCulture);
}
