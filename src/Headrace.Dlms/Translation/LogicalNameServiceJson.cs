using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>GET, SET, ACTION and ACCESS by logical name as JSON.</summary>
internal static class LogicalNameServiceJson
{
    /// <summary>The fields of a service APDU by logical name; null for any other APDU.</summary>
    public static JsonObject? Of(XdlmsApdu apdu) => apdu switch
    {
        GetRequest get => Get(get),
        GetResponse get => Get(get),
        SetRequest set => Set(set),
        SetResponse set => Set(set),
        ActionRequest action => Action(action),
        ActionResponse action => Action(action),
        AccessRequest access => Access(access),
        AccessResponse access => Access(access),
        _ => null,
    };

    public static JsonObject InvokeId(InvokeIdAndPriority id) => new()
    {
        ["raw"] = id.Value.ToString("x2", CultureInfo.InvariantCulture),
        ["invoke_id"] = id.InvokeId,
        ["confirmed"] = id.Confirmed,
        ["high_priority"] = id.HighPriority,
    };

    public static JsonObject LongInvokeId(LongInvokeIdAndPriority id) => new()
    {
        ["raw"] = id.Value.ToString("x8", CultureInfo.InvariantCulture),
        ["invoke_id"] = id.InvokeId,
        ["self_descriptive"] = id.SelfDescriptive,
        ["break_on_error"] = id.BreakOnError,
        ["confirmed"] = id.Confirmed,
        ["high_priority"] = id.HighPriority,
    };

    public static JsonObject Attribute(CosemAttributeDescriptor attribute) => new()
    {
        ["class"] = attribute.ClassId,
        ["obis"] = attribute.LogicalName.ToString(),
        ["attr"] = attribute.AttributeId,
    };

    public static JsonObject Method(CosemMethodDescriptor method) => new()
    {
        ["class"] = method.ClassId,
        ["obis"] = method.LogicalName.ToString(),
        ["method"] = method.MethodId,
    };

    public static JsonObject? Selection(SelectiveAccess? selection) => selection is null
        ? null
        : new JsonObject { ["selector"] = selection.Selector, ["parameter"] = DataJson.Tree(selection.Parameter) };

    public static JsonObject Result(GetDataResult result) => result.Data is { } data
        ? new JsonObject { ["data"] = DataJson.Tree(data) }
        : new JsonObject { ["error"] = result.Error.Name() };

    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> one) => new([.. items.Select(one)]);

    private static JsonObject Head(string name, InvokeIdAndPriority id) => new() { ["apdu"] = name, ["iip"] = InvokeId(id) };

    private static JsonObject Get(GetRequest request)
    {
        switch (request)
        {
            case GetRequestNormal normal:
                var json = Head("get-request-normal", request.InvokeId);
                json["attribute"] = Attribute(normal.Attribute);
                json["selection"] = Selection(normal.Selection);
                return json;
            case GetRequestNext next:
                return With(Head("get-request-next", request.InvokeId), "block", next.BlockNumber);
            default:
                return With(Head("get-request-with-list", request.InvokeId), "items", Targets(((GetRequestWithList)request).Attributes));
        }
    }

    private static JsonObject Get(GetResponse response)
    {
        switch (response)
        {
            case GetResponseNormal normal:
                return With(Head("get-response-normal", response.InvokeId), "result", Result(normal.Result));
            case GetResponseWithDatablock block:
                var json = Head("get-response-with-datablock", response.InvokeId);
                json["last"] = block.LastBlock;
                json["block"] = block.BlockNumber;
                if (block.RawData is { } raw) json["raw"] = HexText.Of(raw.Span);
                else json["error"] = block.Error.Name();
                return json;
            default:
                return With(Head("get-response-with-list", response.InvokeId), "results", List(((GetResponseWithList)response).Results,
                    Result));
        }
    }

    private static JsonObject Set(SetRequest request)
    {
        switch (request)
        {
            case SetRequestNormal normal:
                return With(Target(Head("set-request-normal", request.InvokeId), normal.Target), "data", DataJson.Tree(normal.Value));
            case SetRequestWithFirstDatablock first:
                return Block(Target(Head("set-request-with-first-datablock", request.InvokeId), first.Target), first.Block);
            case SetRequestWithDatablock block:
                return Block(Head("set-request-with-datablock", request.InvokeId), block.Block);
            case SetRequestWithList list:
                var json = With(Head("set-request-with-list", request.InvokeId), "items", Targets(list.Targets));
                return With(json, "data", DataJson.Trees(list.Values));
            default:
                var firstOfList = (SetRequestWithListAndFirstDatablock)request;
                return Block(With(Head("set-request-with-list-and-first-datablock", request.InvokeId), "items",
                    Targets(firstOfList.Targets)), firstOfList.Block);
        }
    }

    private static JsonObject Set(SetResponse response)
    {
        switch (response)
        {
            case SetResponseNormal normal:
                return With(Head("set-response-normal", response.InvokeId), "result", normal.Result.Name());
            case SetResponseDatablock block:
                return With(Head("set-response-datablock", response.InvokeId), "block", block.BlockNumber);
            case SetResponseLastDatablock last:
                return With(With(Head("set-response-last-datablock", response.InvokeId), "result", last.Result.Name()), "block",
                    last.BlockNumber);
            case SetResponseLastDatablockWithList last:
                var json = Head("set-response-last-datablock-with-list", response.InvokeId);
                return With(With(json, "results", List(last.Results, result => result.Name())), "block", last.BlockNumber);
            default:
                return With(Head("set-response-with-list", response.InvokeId), "results", List(((SetResponseWithList)response).Results,
                    result => result.Name()));
        }
    }

    private static JsonObject Action(ActionRequest request)
    {
        switch (request)
        {
            case ActionRequestNormal normal:
                var json = With(Head("action-request-normal", request.InvokeId), "method", Method(normal.Method));
                return With(json, "parameter", normal.Parameter is null ? null : DataJson.Tree(normal.Parameter));
            case ActionRequestNextPblock next:
                return With(Head("action-request-next-pblock", request.InvokeId), "block", next.BlockNumber);
            case ActionRequestWithList list:
                return With(With(Head("action-request-with-list", request.InvokeId), "methods", List(list.Methods, Method)), "data",
                    DataJson.Trees(list.Parameters));
            case ActionRequestWithFirstPblock first:
                return Block(With(Head("action-request-with-first-pblock", request.InvokeId), "method", Method(first.Method)), first.Block);
            case ActionRequestWithListAndFirstPblock first:
                return Block(With(Head("action-request-with-list-and-first-pblock", request.InvokeId), "methods", List(first.Methods,
                    Method)), first.Block);
            default:
                return Block(Head("action-request-with-pblock", request.InvokeId), ((ActionRequestWithPblock)request).Block);
        }
    }

    private static JsonObject Action(ActionResponse response)
    {
        switch (response)
        {
            case ActionResponseNormal normal:
                return Outcome(Head("action-response-normal", response.InvokeId), normal.Outcome);
            case ActionResponseWithPblock block:
                return Block(Head("action-response-with-pblock", response.InvokeId), block.Block);
            case ActionResponseNextPblock next:
                return With(Head("action-response-next-pblock", response.InvokeId), "block", next.BlockNumber);
            default:
                var results = List(((ActionResponseWithList)response).Outcomes, outcome => Outcome([], outcome));
                return With(Head("action-response-with-list", response.InvokeId), "results", results);
        }
    }

    private static JsonObject Access(AccessRequest request) => new()
    {
        ["apdu"] = "access-request",
        ["long_invoke_id"] = LongInvokeId(request.InvokeId),
        ["date_time"] = NotificationJson.Time(request.Time),
        ["specs"] = List(request.Specifications, Specification),
        ["data"] = DataJson.Trees(request.Data),
    };

    private static JsonObject Access(AccessResponse response) => new()
    {
        ["apdu"] = "access-response",
        ["long_invoke_id"] = LongInvokeId(response.InvokeId),
        ["date_time"] = NotificationJson.Time(response.Time),
        ["request_specs"] = response.Specifications is null ? null : List(response.Specifications, Specification),
        ["data"] = DataJson.Trees(response.Data),
        ["results"] = List(response.Outcomes, outcome => new JsonObject
        {
            ["service"] = AccessSpecificationName(outcome.Service),
            ["result"] = outcome.Service == AccessSpecificationKind.Action
                ? ((ActionResult)outcome.Result).Name() : ((DataAccessResult)outcome.Result).Name(),
        }),
    };

    private static string AccessSpecificationName(AccessSpecificationKind service) => service switch
    {
        AccessSpecificationKind.Get => "get",
        AccessSpecificationKind.Set => "set",
        AccessSpecificationKind.Action => "action",
        _ => ((byte)service).ToString(CultureInfo.InvariantCulture),
    };

    private static JsonObject Specification(AccessSpecification specification) => specification switch
    {
        AccessGet get => WithSelection(new JsonObject { ["get"] = Attribute(get.Attribute) }, get.Selection),
        AccessSet set => WithSelection(new JsonObject { ["set"] = Attribute(set.Attribute) }, set.Selection),
        AccessAction action => new JsonObject { ["action"] = Method(action.Method) },
        _ => [],
    };

    private static JsonObject WithSelection(JsonObject json, SelectiveAccess? selection) =>
        selection is null ? json : With(json, "selection", Selection(selection));

    private static JsonArray Targets(IEnumerable<AttributeSelection> targets) => List(targets, target => Target([], target));

    private static JsonObject Target(JsonObject json, AttributeSelection target)
    {
        json["attribute"] = Attribute(target.Attribute);
        json["selection"] = Selection(target.Selection);
        return json;
    }

    private static JsonObject Outcome(JsonObject json, ActionOutcome outcome)
    {
        json["result"] = outcome.Result.Name();
        json["return"] = outcome.ReturnParameters is { } returned ? Result(returned) : null;
        return json;
    }

    private static JsonObject Block(JsonObject json, DataBlock block)
    {
        json["last"] = block.LastBlock;
        json["block"] = block.BlockNumber;
        json["raw"] = HexText.Of(block.RawData.Span);
        return json;
    }

    private static JsonObject With(JsonObject json, string name, JsonNode? value)
    {
        json[name] = value;
        return json;
    }
}
