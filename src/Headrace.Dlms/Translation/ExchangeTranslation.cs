using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Whole exchanges of APDUs without a lower layer: block transfers of every kind, image transfer.</summary>
internal static class ExchangeTranslation
{
    /// <summary>General block transfer: the blocks, what they carry, and the acknowledgements they ask for.</summary>
    public static JsonObject BlockTransfer(ReadOnlyMemory<byte> bytes, ApduTranslation apdus)
    {
        var acknowledgements = new JsonArray();
        var whole = BlockTranslation.Join([.. Split(bytes).Select(message => message.Bytes)], out var blocks, acknowledgements);
        var json = new JsonObject { ["blocks"] = blocks, ["acks_hex"] = acknowledgements };
        if (whole.Count == 0) return json;
        json["reassembled_hex"] = HexText.Of(whole[0].Span);
        var inner = apdus.Apdu(whole[0]);
        json["apdu"] = inner["apdu"]?.DeepClone();
        json["inner"] = inner;
        if (XdlmsApdu.Decode(whole[0], ApduTolerance.All) is GetResponseNormal { Result.Data: { } data }) AddRows(json, data, "rows");
        return json;
    }

    /// <summary>Service-specific blocks: one step per APDU, and the value that the blocks make together.</summary>
    public static JsonObject ServiceBlocks(ReadOnlyMemory<byte> bytes, ApduTranslation apdus)
    {
        var messages = Split(bytes);
        var json = new JsonObject { ["steps"] = Steps(messages, apdus) };
        var joined = new MemoryStream();
        var aborted = false;
        var list = false;
        foreach (var message in messages)
        {
            list |= message.Apdu is SetRequestWithListAndFirstDatablock or ActionRequestWithListAndFirstPblock or GetRequestWithList;
            aborted |= message.Apdu is GetResponseWithDatablock { RawData: null };
            foreach (var raw in RawData(message.Apdu)) joined.Write(raw.Span);
        }
        json["reassembled_hex"] = HexText.Of(joined.ToArray());
        if (aborted) json["aborted"] = true;
        else if (!list) AddJoined(json, joined.ToArray(), messages.Exists(message => message.Apdu is ReadResponse));
        return json;
    }

    /// <summary>Image transfer by the methods of class 18: one step per APDU, size, block size and identifier.</summary>
    public static JsonObject ImageTransfer(ReadOnlyMemory<byte> bytes, ApduTranslation apdus)
    {
        var messages = Split(bytes);
        var json = new JsonObject();
        for (var i = 0; i < messages.Count; i++)
        {
            var answer = i + 1 < messages.Count ? messages[i + 1].Apdu : null;
            if (messages[i].Apdu is ActionRequestNormal
                {
                    Method: { ClassId: ImageTransferClass, MethodId: 1 },
                    Parameter: { } initiate
                } && initiate.Items.Count == 2)
            {
                json["image_size"] = initiate.Items[1].AsInteger();
                json["identifier_hex"] = HexText.Of(initiate.Items[0].AsOctets().Span);
            }
            if (messages[i].Apdu is GetRequestNormal { Attribute: { ClassId: ImageTransferClass, AttributeId: 2 } }
                && answer is GetResponseNormal { Result.Data: { } size })
                json["block_size"] = size.AsInteger();
        }
        json["steps"] = Steps(messages, apdus);
        return json;
    }

    /// <summary>Cuts APDUs that follow each other without a frame.</summary>
    /// <exception cref="ProtocolException">One of them is broken.</exception>
    public static List<ExchangedApdu> Split(ReadOnlyMemory<byte> bytes)
    {
        var found = new List<ExchangedApdu>();
        while (!bytes.IsEmpty)
        {
            var apdu = XdlmsApdu.DecodeFirst(bytes, out var length);
            found.Add(new ExchangedApdu(bytes[..length], apdu));
            bytes = bytes[length..];
        }
        return found;
    }

    private const ushort ImageTransferClass = 18;

    private static JsonArray Steps(List<ExchangedApdu> messages, ApduTranslation apdus) =>
        LogicalNameServiceJson.List(messages, message => new JsonObject
        {
            ["dir"] = FromClient(message.Apdu.Tag) ? "client" : "server",
            ["hex"] = HexText.Of(message.Bytes.Span),
            ["apdu"] = apdus.Apdu(message.Bytes, FromClient(message.Apdu.Tag)),
        });

    /// <summary>True for the tags only a client sends.</summary>
    public static bool FromClient(ApduTag tag)
    {
        var plain = tag.IsServiceSpecificCiphered() ? tag.PlainOf() : tag;
        return plain is ApduTag.InitiateRequest or ApduTag.ReadRequest or ApduTag.WriteRequest or ApduTag.UnconfirmedWriteRequest
            or ApduTag.GetRequest or ApduTag.SetRequest or ApduTag.ActionRequest or ApduTag.AccessRequest
            or ApduTag.AssociationRequest or ApduTag.ReleaseRequest or ApduTag.GatewayRequest or ApduTag.DataNotificationConfirm;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> RawData(XdlmsApdu apdu) => apdu switch
    {
        GetResponseWithDatablock { RawData: { } raw } => [raw],
        SetRequestWithFirstDatablock first => [first.Block.RawData],
        SetRequestWithDatablock block => [block.Block.RawData],
        SetRequestWithListAndFirstDatablock first => [first.Block.RawData],
        ActionRequestWithFirstPblock first => [first.Block.RawData],
        ActionRequestWithListAndFirstPblock first => [first.Block.RawData],
        ActionRequestWithPblock block => [block.Block.RawData],
        ActionResponseWithPblock block => [block.Block.RawData],
        ReadResponse read => read.Results.OfType<ReadDataBlock>().Select(block => block.RawData),
        ReadRequest read => read.Variables.OfType<ReadDataBlockAccess>().Select(block => block.RawData),
        _ => [],
    };

    private static void AddJoined(JsonObject json, byte[] joined, bool shortNames)
    {
        CosemData data;
        try
        {
            data = CosemData.Decode(joined);
        }
        catch (ProtocolException)
        {
            return; // not one value, as an ACTION's return parameters need not be
        }
        json["data"] = DataJson.Tree(data);
        AddRows(json, data, shortNames ? "object_count" : "rows");
    }

    private static void AddRows(JsonObject json, CosemData data, string count)
    {
        if (data.Tag != CosemTag.Array || data.Items.Count == 0) return;
        json[count] = data.Items.Count;
        json["first_row"] = DataJson.Tree(data.Items[0]);
        json["last_row"] = DataJson.Tree(data.Items[^1]);
    }
}

/// <summary>One APDU of an exchange.</summary>
/// <param name="Bytes">Its encoding.</param>
/// <param name="Apdu">The APDU.</param>
internal readonly record struct ExchangedApdu(ReadOnlyMemory<byte> Bytes, XdlmsApdu Apdu);
