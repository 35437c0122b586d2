using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>The shapes that several APDUs share, with the standard's names of their fields (IEC 62056-5-3).</summary>
internal static class XmlShapes
{
    /// <summary>invoke-id-and-priority.</summary>
    public static readonly XmlForm InvokeId = new NumberForm("InvokeIdAndPriority", 1);

    /// <summary>long-invoke-id-and-priority.</summary>
    public static readonly XmlForm LongInvokeId = new NumberForm("LongInvokeIdAndPriority", 4);

    /// <summary>block-number of four bytes.</summary>
    public static readonly XmlForm BlockNumber = new NumberForm("BlockNumber", 4);

    /// <summary>Data-Access-Result, by name.</summary>
    public static readonly Dictionary<byte, string> AccessResults =
        Enum.GetValues<DataAccessResult>().ToDictionary(r => (byte)r, r => r.ToString());

    /// <summary>Action-Result, by name.</summary>
    public static readonly Dictionary<byte, string> ActionResults =
        Enum.GetValues<ActionResult>().ToDictionary(r => (byte)r, r => r.ToString());

    /// <summary>Cosem-Attribute-Descriptor.</summary>
    public static readonly XmlForm Attribute = new GroupForm("AttributeDescriptor",
        new NumberForm("ClassId", 2), new FixedForm("InstanceId", 6), new NumberForm("AttributeId", 1));

    /// <summary>Cosem-Method-Descriptor.</summary>
    public static readonly XmlForm Method = new GroupForm("MethodDescriptor",
        new NumberForm("ClassId", 2), new FixedForm("InstanceId", 6), new NumberForm("MethodId", 1));

    /// <summary>Selective-Access-Descriptor, present or not.</summary>
    public static readonly XmlForm Selection = new OptionalForm(Selector("AccessSelection"));

    /// <summary>Cosem-Attribute-Descriptor-With-Selection.</summary>
    public static readonly XmlForm AttributeWithSelection = new GroupForm("AttributeDescriptorWithSelection", Attribute, Selection);

    /// <summary>A list of those.</summary>
    public static readonly XmlForm AttributeList = new ListForm("AttributeDescriptorList", AttributeWithSelection, 10);

    /// <summary>A list of methods.</summary>
    public static readonly XmlForm MethodList = new ListForm("MethodDescriptorList", Method, 9);

    /// <summary>A list of values.</summary>
    public static readonly XmlForm ValueList = new ListForm("ValueList", new DataForm());

    /// <summary>DataBlock-SA.</summary>
    public static readonly XmlForm Block = new GroupForm("DataBlock",
        new NumberForm("LastBlock", 1), BlockNumber, new OctetsForm("RawData"));

    /// <summary>Get-Data-Result.</summary>
    public static readonly XmlForm DataResult = new ChoiceForm("get-data-result",
        (0, new DataForm("Data")), (1, new NumberForm("DataAccessError", 1, AccessResults)));

    /// <summary>Action-Response-With-Optional-Data.</summary>
    public static readonly XmlForm ActionOutcome = new GroupForm("SingleResponse",
        new NumberForm("Result", 1, ActionResults), new OptionalForm(new GroupForm("ReturnParameters", DataResult)));

    /// <summary>A date-time octet-string that may be empty.</summary>
    public static readonly XmlForm Time = new OctetsForm("DateTime");

    /// <summary>Selector and parameter.</summary>
    public static GroupForm Selector(string name) =>
        new(name, new NumberForm("AccessSelector", 1), new DataForm("AccessParameters"));

    /// <summary>An APDU that is a choice of services: one element of the APDU, one of the service.</summary>
    public static XmlForm Service(string name, params (byte Choice, XmlForm Form)[] services) =>
        new GroupForm(name, new ChoiceForm(name, services));
}
