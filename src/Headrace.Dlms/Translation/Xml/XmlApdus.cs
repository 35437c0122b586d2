using System.Buffers;
using System.Xml.Linq;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;
using static Headrace.Dlms.Translation.Xml.XmlShapes;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>The xDLMS APDUs as forms (IEC 62056-5-3, <c>XDLMS-APDU</c>), field by field with the standard's names.</summary>
internal static class XmlApdus
{
    private const int MaxNesting = 6;

    private static readonly Dictionary<ApduTag, XmlForm> Forms = new()
    {
        [ApduTag.InitiateRequest] = new GroupForm("InitiateRequest",
            new OptionalForm(new OctetsForm("DedicatedKey")), new OptionalForm(new NumberForm("ResponseAllowed", 1)),
            new OptionalForm(new NumberForm("ProposedQualityOfService", 1)), new NumberForm("ProposedDlmsVersionNumber", 1),
            new ConformanceForm("ProposedConformance"), new NumberForm("ProposedMaxPduSize", 2)),
        [ApduTag.InitiateResponse] = new GroupForm("InitiateResponse",
            new OptionalForm(new NumberForm("NegotiatedQualityOfService", 1)), new NumberForm("NegotiatedDlmsVersionNumber", 1),
            new ConformanceForm("NegotiatedConformance"), new NumberForm("NegotiatedMaxPduSize", 2), new NumberForm("VaaName", 2)),
        [ApduTag.GetRequest] = Service("GetRequest",
            (1, new GroupForm("GetRequestNormal", InvokeId, XmlShapes.Attribute, Selection)),
            (2, new GroupForm("GetRequestNext", InvokeId, BlockNumber)),
            (3, new GroupForm("GetRequestWithList", InvokeId, AttributeList))),
        [ApduTag.GetResponse] = Service("GetResponse",
            (1, new GroupForm("GetResponseNormal", InvokeId, new GroupForm("Result", DataResult))),
            (2, new GroupForm("GetResponseWithDatablock", InvokeId, new GroupForm("Result",
                new NumberForm("LastBlock", 1), BlockNumber, new ChoiceForm("datablock",
                    (0, new OctetsForm("RawData")), (1, new NumberForm("DataAccessError", 1, AccessResults)))))),
            (3, new GroupForm("GetResponseWithList", InvokeId, new ListForm("Result", DataResult, 2)))),
        [ApduTag.SetRequest] = Service("SetRequest",
            (1, new GroupForm("SetRequestNormal", InvokeId, XmlShapes.Attribute, Selection, new DataForm("Value"))),
            (2, new GroupForm("SetRequestWithFirstDatablock", InvokeId, XmlShapes.Attribute, Selection, Block)),
            (3, new GroupForm("SetRequestWithDatablock", InvokeId, Block)),
            (4, new GroupForm("SetRequestWithList", InvokeId, AttributeList, ValueList)),
            (5, new GroupForm("SetRequestWithListAndFirstDatablock", InvokeId, AttributeList, Block))),
        [ApduTag.SetResponse] = Service("SetResponse",
            (1, new GroupForm("SetResponseNormal", InvokeId, new NumberForm("Result", 1, AccessResults))),
            (2, new GroupForm("SetResponseDatablock", InvokeId, BlockNumber)),
            (3, new GroupForm("SetResponseLastDatablock", InvokeId, new NumberForm("Result", 1, AccessResults), BlockNumber)),
            (4, new GroupForm("SetResponseLastDatablockWithList", InvokeId, AccessResultList(), BlockNumber)),
            (5, new GroupForm("SetResponseWithList", InvokeId, AccessResultList()))),
        [ApduTag.ActionRequest] = Service("ActionRequest",
            (1, new GroupForm("ActionRequestNormal", InvokeId, Method, new OptionalForm(new DataForm("MethodInvocationParameters")))),
            (2, new GroupForm("ActionRequestNextPblock", InvokeId, BlockNumber)),
            (3, new GroupForm("ActionRequestWithList", InvokeId, MethodList, ValueList)),
            (4, new GroupForm("ActionRequestWithFirstPblock", InvokeId, Method, Block)),
            (5, new GroupForm("ActionRequestWithListAndFirstPblock", InvokeId, MethodList, Block)),
            (6, new GroupForm("ActionRequestWithPblock", InvokeId, Block))),
        [ApduTag.ActionResponse] = Service("ActionResponse",
            (1, new GroupForm("ActionResponseNormal", InvokeId, XmlShapes.ActionOutcome)),
            (2, new GroupForm("ActionResponseWithPblock", InvokeId, Block)),
            (3, new GroupForm("ActionResponseWithList", InvokeId, new ListForm("ListOfResponses", XmlShapes.ActionOutcome, 2))),
            (4, new GroupForm("ActionResponseNextPblock", InvokeId, BlockNumber))),
        [ApduTag.DataNotification] = new GroupForm("DataNotification", LongInvokeId, Time, new DataForm("NotificationBody")),
        [ApduTag.DataNotificationConfirm] = new GroupForm("DataNotificationConfirm", LongInvokeId, new NumberForm("Result", 1)),
        [ApduTag.EventNotification] = new GroupForm("EventNotificationRequest",
            new OptionalForm(Time), XmlShapes.Attribute, new DataForm("AttributeValue")),
        [ApduTag.AccessRequest] = new GroupForm("AccessRequest", LongInvokeId, Time, AccessSpecification(), AccessData()),
        [ApduTag.AccessResponse] = new GroupForm("AccessResponse", LongInvokeId, Time, new OptionalForm(AccessSpecification()),
            AccessData(), new ListForm("AccessResponseListOfSpecifications", new ChoiceForm("access-response-specification",
                (1, new NumberForm("AccessResponseGet", 1, AccessResults)), (2, new NumberForm("AccessResponseSet", 1, AccessResults)),
                (3, new NumberForm("AccessResponseAction", 1, ActionResults))), 2)),
        [ApduTag.GeneralBlockTransfer] = new GroupForm("GeneralBlockTransfer", new NumberForm("BlockControl", 1),
            new NumberForm("BlockNumber", 2), new NumberForm("BlockNumberAck", 2), new OctetsForm("BlockData")),
        [ApduTag.GatewayRequest] = Gateway("GatewayRequest"),
        [ApduTag.GatewayResponse] = Gateway("GatewayResponse"),
        [ApduTag.ReadRequest] = new GroupForm("ReadRequest", Variables()),
        [ApduTag.WriteRequest] = new GroupForm("WriteRequest", Variables(), ValueList),
        [ApduTag.UnconfirmedWriteRequest] = new GroupForm("UnconfirmedWriteRequest", Variables(), ValueList),
        [ApduTag.InformationReport] = new GroupForm("InformationReportRequest",
            new OptionalForm(new OctetsForm("CurrentTime")), Variables(), ValueList),
        [ApduTag.ReadResponse] = new GroupForm("ReadResponse", new ListForm("Results", new ChoiceForm("read-response",
            (0, new DataForm("Data")), (1, new NumberForm("DataAccessError", 1, AccessResults)),
            (2, new GroupForm("DataBlockResult", new NumberForm("LastBlock", 1), new NumberForm("BlockNumber", 2),
                new OctetsForm("RawData"))),
            (3, new NumberForm("BlockNumber", 2))), 2)),
        [ApduTag.WriteResponse] = new GroupForm("WriteResponse", new ListForm("Results", new ChoiceForm("write-response",
            (0, new EmptyForm("Success")), (1, new NumberForm("DataAccessError", 1, AccessResults)),
            (2, new NumberForm("BlockNumber", 2))))),
        [ApduTag.ConfirmedServiceError] = new GroupForm("ConfirmedServiceError",
            new NumberForm("Service", 1), new NumberForm("ServiceErrorClass", 1), new NumberForm("ServiceErrorValue", 1)),
        [ApduTag.ExceptionResponse] = new ExceptionForm(),
        [ApduTag.GeneralGloCiphering] = Ciphering("GeneralGloCiphering", new OctetsForm("SystemTitle")),
        [ApduTag.GeneralDedCiphering] = Ciphering("GeneralDedCiphering", new OctetsForm("SystemTitle")),
        [ApduTag.GeneralCiphering] = Ciphering("GeneralCiphering", [.. Header(), new OptionalForm(KeyInformation())]),
        [ApduTag.GeneralSigning] = new GroupForm("GeneralSigning", [.. Header(), new OctetsForm("Content"), new OctetsForm("Signature")]),
    };

    private static readonly Dictionary<string, ApduTag> Tags = MakeTags();

    /// <summary>True where an element of that name is an xDLMS APDU.</summary>
    public static bool IsApdu(string name) => Tags.ContainsKey(name);

    /// <summary>The element of a whole APDU, ACSE included.</summary>
    /// <exception cref="ProtocolException">The bytes are no APDU.</exception>
    public static XElement Read(ReadOnlyMemory<byte> apdu, int nesting = 0)
    {
        if (apdu.IsEmpty) throw new ProtocolException("an APDU of no bytes");
        if (nesting == MaxNesting) throw new ProtocolException($"APDUs nested deeper than {MaxNesting}");
        if (XmlAcse.IsAcse(apdu.Span[0])) return XmlAcse.Read(apdu, nesting);
        var holder = new XElement("Holder");
        var reader = new CosemReader(apdu.Span);
        var tag = (ApduTag)reader.ReadByte();
        if (!Forms.TryGetValue(tag, out var form)) throw reader.Malformed($"no XML form of APDU tag 0x{(byte)tag:X2}");
        form.Read(ref reader, holder);
        reader.ExpectEnd();
        var element = holder.Elements().First();
        element.Remove();
        return element;
    }

    /// <summary>The bytes of an APDU's element.</summary>
    /// <exception cref="ProtocolException">An element is missing, not known or wrong.</exception>
    public static byte[] Write(XElement element, int nesting = 0)
    {
        if (nesting == MaxNesting) throw new ProtocolException($"APDUs nested deeper than {MaxNesting}");
        if (XmlAcse.IsAcse(element.Name.LocalName)) return XmlAcse.Write(element, nesting);
        if (!Tags.TryGetValue(element.Name.LocalName, out var tag)) throw XmlText.Wrong(element, "is no APDU");
        var output = new ArrayBufferWriter<byte>();
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)tag);
        Forms[tag].Write(XmlCursor.Over(element), writer);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Puts an APDU inside an element, or its bytes where they are none.</summary>
    public static void ReadNested(ReadOnlyMemory<byte> apdu, XElement parent, int nesting = 0)
    {
        try
        {
            parent.Add(Read(apdu, nesting + 1));
        }
        catch (ProtocolException)
        {
            parent.RemoveNodes();
            parent.Add(new XAttribute("Value", Convert.ToHexString(apdu.Span)));
        }
    }

    /// <summary>The bytes of what <see cref="ReadNested"/> put inside an element.</summary>
    public static byte[] WriteNested(XElement parent, int nesting = 0) =>
        parent.Elements().FirstOrDefault() is { } apdu ? Write(apdu, nesting + 1) : XmlText.Octets(parent);

    private static ListForm AccessResultList() => new("Result", new NumberForm("Item", 1, AccessResults));

    private static ListForm AccessSpecification() => new("AccessRequestSpecification", new ChoiceForm("access-request-specification",
        (1, new GroupForm("AccessRequestGet", XmlShapes.Attribute)), (2, new GroupForm("AccessRequestSet", XmlShapes.Attribute)),
        (3, new GroupForm("AccessRequestAction", Method)),
        (4, new GroupForm("AccessRequestGetWithSelection", XmlShapes.Attribute, Selector("AccessSelection"))),
        (5, new GroupForm("AccessRequestSetWithSelection", XmlShapes.Attribute, Selector("AccessSelection")))), 10);

    private static ListForm AccessData() => new("ListOfData", new DataForm());

    private static GroupForm Gateway(string name) =>
        new(name, new NumberForm("NetworkId", 1), new OctetsForm("PhysicalDeviceAddress"), new RestForm("Pdu"));

    private static ListForm Variables() => new("VariableAccessSpecification", new ChoiceForm("variable-access-specification",
        (2, new NumberForm("VariableName", 2)),
        (4, new GroupForm("ParameterisedAccess", new NumberForm("VariableName", 2), new NumberForm("Selector", 1),
            new DataForm("Parameter"))),
        (5, new NumberForm("BlockNumberAccess", 2)),
        (6, new GroupForm("ReadDataBlockAccess", new NumberForm("LastBlock", 1), new NumberForm("BlockNumber", 2),
            new OctetsForm("RawData"))),
        (7, new GroupForm("WriteDataBlockAccess", new NumberForm("LastBlock", 1), new NumberForm("BlockNumber", 2)))), 3);

    private static XmlForm[] Header() =>
    [
        new OctetsForm("TransactionId"), new OctetsForm("OriginatorSystemTitle"), new OctetsForm("RecipientSystemTitle"),
        new OctetsForm("DateTime"), new OctetsForm("OtherInformation"),
    ];

    private static GroupForm KeyInformation() => new("KeyInfo", new ChoiceForm("key-info",
        (0, new NumberForm("IdentifiedKey", 1)),
        (1, new GroupForm("WrappedKey", new NumberForm("KekId", 1), new OctetsForm("KeyCipheredData"))),
        (2, new GroupForm("AgreedKey", new OctetsForm("KeyParameters"), new OctetsForm("KeyCipheredData")))));

    private static GroupForm Ciphering(string name, params XmlForm[] head) => new(name, [.. head, new OctetsForm("CipheredService")]);

    /// <summary>Adds the service-specific ciphered APDUs, which are one octet-string each, and turns names into tags.</summary>
    private static Dictionary<string, ApduTag> MakeTags()
    {
        foreach (var plain in Forms.Keys.ToArray())
        {
            foreach (var (prefix, tag) in new[] { ("glo_", plain.ToGlobal()), ("ded_", plain.ToDedicated()) })
            {
                if (tag != ApduTag.None) Forms.Add(tag, new OctetsForm(prefix + Forms[plain].Name));
            }
        }
        return Forms.ToDictionary(f => f.Value.Name, f => f.Key, StringComparer.Ordinal);
    }

    /// <summary>exception-response: the counter follows only where the error is about it.</summary>
    private sealed class ExceptionForm() : XmlForm("ExceptionResponse")
    {
        private static readonly Dictionary<byte, string> States =
            Enum.GetValues<StateError>().ToDictionary(r => (byte)r, r => r.ToString());

        private static readonly Dictionary<byte, string> Errors =
            Enum.GetValues<ServiceError>().ToDictionary(r => (byte)r, r => r.ToString());

        private static readonly XmlForm State = new NumberForm("StateError", 1, States);
        private static readonly XmlForm Error = new NumberForm("ServiceError", 1, Errors);
        private static readonly XmlForm Counter = new NumberForm("InvocationCounterError", 4);

        public override void Read(ref CosemReader reader, XElement parent)
        {
            var element = new XElement(Name);
            parent.Add(element);
            State.Read(ref reader, element);
            Error.Read(ref reader, element);
            if (!reader.AtEnd) Counter.Read(ref reader, element);
        }

        public override void Write(XmlCursor elements, CosemWriter writer)
        {
            var inside = new XmlCursor(elements.Take(Name));
            State.Write(inside, writer);
            Error.Write(inside, writer);
            if (!inside.AtEnd) Counter.Write(inside, writer);
            inside.ExpectEnd();
        }
    }
}
