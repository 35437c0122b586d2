using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Dlms.Tests.ShortNames;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>A server that stays and clients that come to it one after another, in one of the ways there are.</summary>
internal sealed class Scene
{
    private static readonly string[] LogicalNames =
        ["public", "low", "glo", "general-glo", "ded", "general-ded", "gmac-plain", "md5", "sha1", "sha256"];

    private static readonly LogicalName Current = LogicalName.Parse("0-0:40.0.0.255");
    private static readonly string[] ByShortNames = ["public", "low", "glo", "md5"];

    private static readonly Dictionary<string, Func<Scene>> Makers = Make();

    /// <summary>Serves one APDU.</summary>
    public required Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Serve { get; init; }

    /// <summary>The next APDU of an answer that streams.</summary>
    public Func<ReadOnlyMemory<byte>> Next { get; private init; } = () => default;

    /// <summary>A client that is to open.</summary>
    public required Func<ClientAssociation> NewClient { get; init; }

    /// <summary>What a hostile party that has the keys does with a plain APDU, as the client or as the server; null in the clear.</summary>
    public Func<byte[], bool, byte[]>? Seal { get; private init; }

    /// <summary>Sessions this scene is worth: elliptic curves take their time.</summary>
    public int Sessions { get; private init; } = 120;

    public static IEnumerable<string> Names => Makers.Keys;

    public static Scene Of(string name) => Makers[name]();

    /// <summary>Something a client may ask, by number; empty where it may not in this association.</summary>
    public static ReadOnlyMemory<byte> Ask(ClientAssociation client, int what)
    {
        var (energy, text, profile) = (TestMeter.Attribute(3, TestMeter.Energy), TestMeter.Attribute(1, TestMeter.Text),
            TestMeter.Attribute(7, TestMeter.Profile));
        var mirror = new CosemMethodDescriptor(9000, TestMeter.Mirror, 1);
        var entries = new EntryDescriptor(1, 3).ToSelectiveAccess();
        try
        {
            return (what % 12) switch
            {
                0 => client.Get(energy),
                1 => client.Get(profile),
                2 => client.Get(profile, entries, streaming: true),
                3 => client.Get([new AttributeSelection(energy), new AttributeSelection(profile, entries), new AttributeSelection(text)]),
                4 => client.Set(text, CosemData.OctetString(new byte[what % 7 * 300])),
                5 => client.Set([new AttributeSelection(text), new AttributeSelection(energy)],
                    [CosemData.OctetString(new byte[what % 5 * 400]), CosemData.Null]),
                6 => client.Action(mirror, CosemData.OctetString(new byte[what % 9 * 200])),
                7 => client.Action([mirror, mirror], [CosemData.Long(7), CosemData.OctetString(new byte[700])]),
                8 => client.Access([new AccessGet(energy, null), new AccessSet(text, null), new AccessAction(mirror)],
                    [CosemData.Null, CosemData.OctetString(new byte[5]), CosemData.Boolean(true)], breakOnError: false),
                9 => client.Get(new CosemAttributeDescriptor((ushort)(client.ShortNames is null ? 15 : 12), Current, 2)),
                10 => client.SetUnconfirmed([new AttributeSelection(text)], [CosemData.OctetString(new byte[3])]),
                _ => client.Release(),
            };
        }
        catch (InvalidOperationException)
        {
            return default; // not agreed, too long, or not now: the caller's own fault
        }
    }

    private static Dictionary<string, Func<Scene>> Make()
    {
        var all = new Dictionary<string, Func<Scene>>(StringComparer.Ordinal);
        foreach (var way in LogicalNames)
        {
            all["ln " + way] = () => OfMeter(way, o => o);
            if (way is "low" or "glo")
            {
                all["ln blocks " + way] = () => OfMeter(way, o => o with { MaxPduSize = 128 });
            }
        }
        foreach (var ciphered in new[] { false, true })
        {
            all[ciphered ? "all services, ciphered" : "all services"] = () => OfAllServices(ciphered, 1224);
            all["all services in general blocks" + (ciphered ? ", ciphered" : "")] = () => OfAllServices(ciphered, 160);
        }
        foreach (var way in ByShortNames) all["sn " + way] = () => OfShortNames(way);
        foreach (var suite in new[] { SecuritySuite.Suite0, SecuritySuite.Suite1, SecuritySuite.Suite2 })
        {
            all[$"{suite}"] = () => OfSuite(suite, AuthenticationMechanism.HighLevelGmac, null, 60);
            all[$"{suite} wrapped keys"] =
                () => OfSuite(suite, AuthenticationMechanism.HighLevelGmac, new PartyProtection { Ciphering = PartyKey.Wrapped }, 40);
            if (suite == SecuritySuite.Suite0) continue;
            all[$"{suite} signed"] = () => OfSuite(suite, AuthenticationMechanism.HighLevelEcdsa,
                new PartyProtection { Ciphering = PartyKey.GlobalUnicast, Signed = true }, 10);
            all[$"{suite} agreed keys"] = () => OfSuite(suite, AuthenticationMechanism.HighLevelGmac,
                new PartyProtection { Ciphering = PartyKey.OnePass, SignedInside = true }, 10);
        }
        return all;
    }

    private static Scene OfMeter(string way, Func<ClientOptions, ClientOptions> change)
    {
        var meter = new TestMeter(rows: 12);
        var (_, _, sap) = TestMeter.ClientOf(way);
        return new Scene
        {
            Serve = apdu => meter.Server.Handle(sap, 1, apdu),
            NewClient = () => TestMeter.NewClient(way, change).Client,
            Seal = way is "glo" or "general-glo" ? Sealing(TestMeter.Guek, TestMeter.Gak, SecuritySuite.Suite0,
                () => ++TestMeter.Counter) : null,
        };
    }

    /// <summary>A client to whom the server grants ACCESS, general blocks and all else there is.</summary>
    private static Scene OfAllServices(bool ciphered, ushort maxPdu)
    {
        const ushort Sap = 90;
        var meter = new TestMeter(rows: 12);
        meter.Device.Add(new AssociationSettings
        {
            ClientSap = Sap,
            LogicalName = LogicalName.Parse("0-0:40.0.90.255"),
            Mechanism = ciphered ? AuthenticationMechanism.HighLevelGmac : AuthenticationMechanism.Lowest,
            IsCiphered = ciphered,
            Security = ciphered ? meter.Security : null,
            Conformance = AssociationSettings.FullConformance,
            MaxPduSize = maxPdu,
            GeneralBlockWindow = 3,
            MaxValueSize = 1 << 16,
        });
        return new Scene
        {
            Serve = apdu => meter.Server.Handle(Sap, 1, apdu),
            Next = () =>
            {
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                return meter.Server.WriteNext(Sap, 1, output) ? output.WrittenMemory : default;
            },
            NewClient = () => TestMeter.NewClient(ciphered ? "glo" : "public", o => o with
            {
                MaxPduSize = maxPdu,
                GeneralBlockWindow = 3,
                Conformance = AssociationSettings.FullConformance,
                MaxValueSize = 1 << 16,
            }).Client,
            Seal = ciphered ? Sealing(TestMeter.Guek, TestMeter.Gak, SecuritySuite.Suite0, () => ++TestMeter.Counter) : null,
        };
    }

    private static Scene OfShortNames(string way)
    {
        var meter = new ShortNameMeter(rows: 12);
        var (_, _, sap) = ShortNameMeter.ClientOf(way);
        var (first, _) = meter.Connect(way);
        var map = first.ShortNames!.Map;
        return new Scene
        {
            Serve = apdu => meter.Meter.Server.Handle(sap, 1, apdu),
            NewClient = () =>
            {
                var client = ShortNameMeter.NewClient(way).Client;
                client.ShortNames!.Map = map;
                return client;
            },
            Seal = way == "glo" ? Sealing(TestMeter.Guek, TestMeter.Gak, SecuritySuite.Suite0, () => ++TestMeter.Counter) : null,
        };
    }

    private static Scene OfSuite(SecuritySuite suite, AuthenticationMechanism mechanism, PartyProtection? party, int sessions)
    {
        var line = new SecureLine(suite, mechanism, change: o => o with
        {
            Party = party,
            BroadcastInvocationCounter = o.InvocationCounter,
        });
        return new Scene
        {
            Sessions = sessions,
            Serve = line.Serve,
            NewClient = () => new ClientAssociation(line.Options, line.ClientKeys),
            Seal = Sealing(line.Guek, line.Gak, suite, () => line.Options.InvocationCounter!()),
        };
    }

    private static Func<byte[], bool, byte[]> Sealing(byte[] key, byte[] authentication, SecuritySuite suite, Func<uint> counter)
    {
        var cipher = new ApduCipher(key, authentication, suite);
        uint ofServer = 1 << 20;
        return (plain, asClient) =>
        {
            var title = asClient ? TestMeter.ClientTitle : TestMeter.ServerTitle;
            var content = cipher.Encrypt(title, SecurityControl.Of(suite, true, true), asClient ? counter() : ofServer += 10, plain);
            var tag = plain.Length == 0 ? default : ((ApduTag)plain[0]).ToGlobal();
            return tag == default || plain.Length % 4 == 0 ? new GeneralGloCiphering(title, content).Encode()
                : new CipheredApdu(tag, content).Encode();
        };
    }
}
