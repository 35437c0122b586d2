using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>One client of one small device, asked by raw APDUs.</summary>
internal sealed class ServedDevice
{
    public const ushort Sap = 5;
    public static readonly LogicalName Number = LogicalName.Parse("0-0:96.1.1.255");
    public static readonly LogicalName Text = LogicalName.Parse("0-0:96.1.2.255");
    public static readonly LogicalName Mirror = LogicalName.Parse("0-0:96.99.0.255");

    public ServedDevice(AssociationSettings? settings = null, int textLength = 300)
    {
        Device = new LogicalDevice(1, TestMeter.ServerTitle);
        NumberObject = Device.Add(new DataObject(Number, CosemData.LongUnsigned(7), writable: true));
        TextObject = Device.Add(new DataObject(Text, CosemData.OctetString(new byte[textLength]), writable: true));
        MirrorObject = Device.Add(new CosemObject(9000, 0, Mirror)
            .WithMethod(1, parameter => new MethodAnswer(ActionResult.Success, parameter))
            .WithMethod(2, _ => ActionResult.TemporaryFailure));
        Settings = settings ?? new AssociationSettings { ClientSap = Sap, Conformance = AssociationSettings.FullConformance };
        Device.Add(Settings);
        Association = new ServerAssociation(Device, Settings);
    }

    public LogicalDevice Device { get; }

    public AssociationSettings Settings { get; }

    public ServerAssociation Association { get; }

    public CosemObject NumberObject { get; }

    public CosemObject TextObject { get; }

    public CosemObject MirrorObject { get; }

    /// <summary>Opens in the clear.</summary>
    public ServedDevice Open(Conformance conformance = (Conformance)0xFFFFFF, ushort maxPdu = 0)
    {
        Assert.Equal(0x61, Association.Handle(OpenRequest(conformance, maxPdu)).Span[0]);
        Assert.Equal(ServerAssociationState.Associated, Association.State);
        return this;
    }

    public static byte[] OpenRequest(Conformance conformance = (Conformance)0xFFFFFF, ushort maxPdu = 0) => Convert.FromHexString(
        "601DA109060760857405080101BE10040E01000000065F1F0400" + ((uint)conformance).ToString("X6", null) + maxPdu.ToString("X4", null));

    public string Ask(string hex) => Convert.ToHexString(Association.Handle(Convert.FromHexString(hex)).Span);

    public XdlmsApdu Ask(XdlmsApdu request) => XdlmsApdu.Decode(Association.Handle(request.Encode()));

    /// <summary>All APDUs that one request leads to before the client is heard again.</summary>
    public List<byte[]> AskAll(ReadOnlyMemory<byte> request)
    {
        var answers = new List<byte[]>();
        var output = new ArrayBufferWriter<byte>();
        for (var more = Association.Handle(request, output); more; more = Association.WriteNext(output))
        {
            answers.Add(output.WrittenSpan.ToArray());
            output.ResetWrittenCount();
        }
        return answers;
    }

    public static InvokeIdAndPriority Id { get; } = InvokeIdAndPriority.Of(1, confirmed: true, highPriority: false);

    public static GetRequestNormal Get(ushort classId, LogicalName name, sbyte attribute = 2) =>
        new(Id, new CosemAttributeDescriptor(classId, name, attribute));
}
