using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.ShortNames;

/// <summary>The test meter with clients that refer by short names beside its others.</summary>
internal sealed class ShortNameMeter
{
    private const ushort Low = 32, Public = 33, Md5 = 34, High = 35, Plain5 = 36;

    public ShortNameMeter(int rows = 96, ushort maxPdu = 1224, Conformance conformance = AssociationSettings.ShortNameConformance)
    {
        Meter = new TestMeter(rows, maxPdu);
        Meter.Device.Add(new AssociationSettings
        {
            ClientSap = Public,
            UsesShortNames = true,
            Conformance = conformance & ~Conformance.Write,
            MaxPduSize = maxPdu,
            AttributeRights = (found, _, rights) => found.LogicalName == TestMeter.Energy || found.ClassId == 12
                ? rights.WithoutWrite() : AccessRights.None,
            MethodRights = (_, _, _) => AccessRights.None,
        });
        Add(Low, AuthenticationMechanism.LowLevel, null, maxPdu, conformance);
        Add(Md5, AuthenticationMechanism.HighLevelMd5, null, maxPdu, conformance);
        Add(Plain5, AuthenticationMechanism.HighLevelGmac, Meter.Security, maxPdu, conformance);
        Meter.Device.Add(new AssociationSettings
        {
            ClientSap = High,
            UsesShortNames = true,
            AssociationShortNameVersion = 4,
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = Meter.Security,
            Conformance = conformance,
            MaxPduSize = maxPdu,
        });
    }

    public TestMeter Meter { get; }

    public static (ClientOptions Options, SecurityKeys Keys, ushort Sap) ClientOf(string way)
    {
        var (options, keys, _) = TestMeter.ClientOf(way);
        return (options.ByShortNames(), keys, way switch
        {
            "public" => Public,
            "low" => Low,
            "md5" => Md5,
            "gmac-plain" => Plain5,
            _ => High,
        });
    }

    public static (ClientAssociation Client, ushort Sap) NewClient(string way, Func<ClientOptions, ClientOptions>? change = null)
    {
        var (options, keys, sap) = ClientOf(way);
        return (new ClientAssociation(change?.Invoke(options) ?? options, keys), sap);
    }

    /// <summary>An open association that knows the objects.</summary>
    public (ClientAssociation Client, ushort Sap) Connect(string way, Func<ClientOptions, ClientOptions>? change = null)
    {
        var (client, sap) = NewClient(way, change);
        Assert.IsType<Associated>(Meter.Exchange(client, sap, client.Open()));
        var list = Meter.Exchange(client, sap, client.Get(new CosemAttributeDescriptor(12, AssociationObject.Current, 2)));
        client.ShortNames!.Map = ShortNameMap.FromObjectList(Assert.IsType<GetCompleted>(list).Result.Data!);
        return (client, sap);
    }

    private void Add(ushort sap, AuthenticationMechanism mechanism, SecuritySetupObject? security, ushort maxPdu,
        Conformance conformance) =>
        Meter.Device.Add(new AssociationSettings
        {
            ClientSap = sap,
            UsesShortNames = true,
            Mechanism = mechanism,
            Security = security,
            Secrets = SecurityKeys.OfSecret(TestMeter.Password),
            Conformance = conformance,
            MaxPduSize = maxPdu,
        });
}
