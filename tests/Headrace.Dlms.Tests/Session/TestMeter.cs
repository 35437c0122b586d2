using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>A small meter with one client of each kind, and the clients' options for it.</summary>
internal sealed class TestMeter
{
    public static readonly byte[] Guek = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
    public static readonly byte[] Gak = Convert.FromHexString("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF");
    public static readonly byte[] Master = Convert.FromHexString("00112233445566778899AABBCCDDEEFF");
    public static readonly byte[] ServerTitle = [0x48, 0x44, 0x52, 1, 2, 3, 4, 5];
    public static readonly byte[] ClientTitle = [0x48, 0x44, 0x52, 9, 9, 9, 9, 9];
    public static readonly byte[] Password = "12345678"u8.ToArray();

    public static readonly LogicalName Energy = LogicalName.Parse("1-0:1.8.0.255");
    public static readonly LogicalName Profile = LogicalName.Parse("1-0:99.1.0.255");
    public static readonly LogicalName Clock = LogicalName.Parse("0-0:1.0.0.255");
    public static readonly LogicalName Text = LogicalName.Parse("0-0:96.1.9.255");
    public static readonly LogicalName Second = LogicalName.Parse("0-0:96.1.8.255");
    public static readonly LogicalName Switch = LogicalName.Parse("0-0:96.3.10.255");
    public static readonly LogicalName Mirror = LogicalName.Parse("0-0:96.99.0.255");
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private const ushort Low = 2, High = 1, Public = 16, Plain5 = 3, Pre = 102, Md5 = 4, Sha1 = 5, Sha256 = 6;

    public TestMeter(int rows = 96, ushort maxPdu = 1224, bool compress = false)
    {
        Security = new SecuritySetupObject(
            LogicalName.Parse("0-0:43.0.0.255"), new SecurityKeys(Guek, Gak).With(KeyId.Master, Master), ServerTitle,
            keyChanged: KeysChanged.Add);
        Device = new LogicalDevice(1, ServerTitle);
        Device.Add(new DataObject(LogicalName.Parse("0-0:42.0.0.255"), CosemData.OctetString("HDR1030773044321"u8)));
        Device.Add(new RegisterObject(Energy, () => CosemData.DoubleLongUnsigned(123_456), new ScalerUnit(0, Unit.WattHour)));
        Device.Add(new DataObject(Text, CosemData.OctetString("short"u8), writable: true));
        Device.Add(new DataObject(Second, CosemData.LongUnsigned(7), writable: true));
        Device.Add(new ClockObject(Clock, () => Now, t => { Now = t; return true; }, _ => true,
            new ClockPlace(-60, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 60, true)));
        SwitchObject = Device.Add(new DisconnectControlObject(Switch, 4));
        Device.Add(new DataObject(LogicalName.Parse("0-0:43.1.0.255"), () => CosemData.DoubleLongUnsigned(Security.LastReceivedCounter)));
        Device.Add(new CosemObject(9000, 0, Mirror)
            .WithMethod(1, parameter => new MethodAnswer(ActionResult.Success, parameter))
            .WithMethod(2, _ => ActionResult.TemporaryFailure));
        Device.Add(Security);
        var buffer = new KeptProfileBuffer(1000, ProfileGenericObject.AsUtc);
        for (var i = 0; i < rows; i++)
            buffer.Add([CosemData.OctetString(CosemDateTime.From(Start.AddMinutes(15 * i))),
                CosemData.Unsigned(0), CosemData.DoubleLongUnsigned((uint)(1000 + i))]);
        Device.Add(new ProfileGenericObject(Profile, new ProfileSettings
        {
            CaptureObjects = [new(8, Clock, 2, 0), new(1, LogicalName.Parse("0-0:96.10.1.255"), 2, 0), new(3, Energy, 2, 0)],
            CapturePeriod = TimeSpan.FromMinutes(15),
            ProfileEntries = 1000,
            CompressRepeats = compress,
        }, buffer));
        AddClients(maxPdu);
        Server = new DeviceServer(Device);
    }

    public LogicalDevice Device { get; }

    public SecuritySetupObject Security { get; }

    public DisconnectControlObject SwitchObject { get; }

    public DeviceServer Server { get; }

    public List<KeyId> KeysChanged { get; } = [];

    public CosemDateTime Now { get; private set; } = CosemDateTime.From(Start);

    public static uint Counter { get; set; } = 100;

    public static CosemAttributeDescriptor Attribute(ushort classId, LogicalName name, sbyte attribute = 2) =>
        new(classId, name, attribute);

    /// <summary>Options, keys and client SAP of a way in.</summary>
    public static (ClientOptions Options, SecurityKeys Keys, ushort Sap) ClientOf(string way)
    {
        var secured = new ClientOptions
        {
            Authentication = AuthenticationMechanism.HighLevelGmac,
            SystemTitle = ClientTitle,
            InvocationCounter = () => ++Counter,
            Ciphering = ClientCiphering.Global,
        };
        return way switch
        {
            "public" => (new ClientOptions(), new SecurityKeys(), Public),
            "low" => (new ClientOptions { Authentication = AuthenticationMechanism.LowLevel }, SecurityKeys.OfSecret(Password), Low),
            "glo" => (secured, new SecurityKeys(Guek, Gak), High),
            "general-glo" => (secured with { GeneralProtection = true }, new SecurityKeys(Guek, Gak), High),
            "ded" => (secured with { Ciphering = ClientCiphering.Dedicated }, new SecurityKeys(Guek, Gak), High),
            "general-ded" =>
                (secured with { Ciphering = ClientCiphering.Dedicated, GeneralProtection = true }, new SecurityKeys(Guek, Gak), High),
            "gmac-plain" => (secured with { Ciphering = ClientCiphering.None }, new SecurityKeys(Guek, Gak), Plain5),
            "md5" => (new ClientOptions { Authentication = AuthenticationMechanism.HighLevelMd5 }, SecurityKeys.OfSecret(Password), Md5),
            "sha1" => (new ClientOptions { Authentication = AuthenticationMechanism.HighLevelSha1 }, SecurityKeys.OfSecret(Password), Sha1),
            "sha256" => (new ClientOptions
            {
                Authentication = AuthenticationMechanism.HighLevelSha256,
                SystemTitle = ClientTitle,
                ServerSystemTitle = ServerTitle,
            }, SecurityKeys.OfSecret(Password), Sha256),
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
        };
    }

    public static (ClientAssociation Client, ushort Sap) NewClient(string way, Func<ClientOptions, ClientOptions>? change = null)
    {
        var (options, keys, sap) = ClientOf(way);
        return (new ClientAssociation(change?.Invoke(options) ?? options, keys), sap);
    }

    /// <summary>Carries APDUs to and fro until something is told.</summary>
    public SessionEvent Exchange(ClientAssociation client, ushort sap, ReadOnlyMemory<byte> request)
    {
        var told = ExchangeAll(client, sap, request);
        return told.Count > 0 ? told[^1] : throw new InvalidOperationException("nothing was told");
    }

    public List<SessionEvent> ExchangeAll(ClientAssociation client, ushort sap, ReadOnlyMemory<byte> request)
    {
        var told = new List<SessionEvent>();
        while (!request.IsEmpty)
        {
            var answer = Server.Handle(sap, 1, request);
            if (answer.IsEmpty) break;
            var step = client.Receive(answer);
            if (step.Event is not null) told.Add(step.Event);
            request = step.Send;
        }
        return told;
    }

    private void AddClients(ushort maxPdu)
    {
        Device.Add(
            AssociationSettings.Public(Energy, Clock, Profile, LogicalName.Parse("0-0:43.1.0.255"), LogicalName.Parse("0-0:42.0.0.255")));
        Device.Add(new AssociationSettings
        {
            ClientSap = High,
            LogicalName = Name(2),
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = Security,
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings
        {
            ClientSap = Low,
            LogicalName = Name(3),
            Mechanism = AuthenticationMechanism.LowLevel,
            Secrets = SecurityKeys.OfSecret(Password),
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings
        {
            ClientSap = Plain5,
            LogicalName = Name(4),
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            Security = Security,
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings
        {
            ClientSap = Md5,
            LogicalName = Name(5),
            Mechanism = AuthenticationMechanism.HighLevelMd5,
            Secrets = SecurityKeys.OfSecret(Password),
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings
        {
            ClientSap = Sha1,
            LogicalName = Name(6),
            Mechanism = AuthenticationMechanism.HighLevelSha1,
            Secrets = SecurityKeys.OfSecret(Password),
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings
        {
            ClientSap = Sha256,
            LogicalName = Name(7),
            Mechanism = AuthenticationMechanism.HighLevelSha256,
            Secrets = SecurityKeys.OfSecret(Password),
            MaxPduSize = maxPdu,
        });
        Device.Add(new AssociationSettings { ClientSap = Pre, LogicalName = Name(8), IsPreEstablished = true, MaxPduSize = maxPdu });
    }

    private static LogicalName Name(byte e) => new(0, 0, 40, 0, e, 255);
}
