using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Tests;

/// <summary>What a hosted meter is to be.</summary>
internal sealed record HostedMeterTerms
{
    public SecuritySuite Suite { get; init; }

    public AuthenticationMechanism Mechanism { get; init; } = AuthenticationMechanism.HighLevelGmac;

    /// <summary>Of version 1 of the security setup.</summary>
    public byte Policy { get; init; }

    public bool ShortNames { get; init; }
}

/// <summary>A small meter hosted by the library in this process, with the keys file of its management client.</summary>
internal sealed class HostedMeter : IAsyncDisposable
{
    public const string Energy = "3/1-0:1.8.0.255/2";
    private const int Rows = 96;
    private static readonly byte[] Title = [0x48, 0x44, 0x52, 1, 2, 3, 4, 5];
    private static readonly byte[] ClientTitle = [0x48, 0x44, 0x52, 9, 9, 9, 9, 9];
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly LogicalName CounterName = LogicalName.Parse("0-0:43.1.0.255");
    private static readonly LogicalName ProfileName = LogicalName.Parse("1-0:99.1.0.255");

    private readonly HostedMeterTerms _terms;
    private readonly SecuritySetupObject _security;

    public HostedMeter(HostedMeterTerms? terms = null, Func<DlmsServerOptions, LogicalDevice, DlmsServerOptions>? options = null)
    {
        _terms = terms ?? new HostedMeterTerms();
        _security = new SecuritySetupObject(LogicalName.Parse("0-0:43.0.0.255"), MakeKeys(), Title, _terms.Policy, suite: _terms.Suite,
            version: 1);
        Device = MakeDevice();
        var usual = new DlmsServerOptions();
        Server = new DlmsServer(options?.Invoke(usual, Device) ?? usual, Device);
    }

    public DataFolder Folder { get; } = new();

    public LogicalDevice Device { get; }

    public DlmsServer Server { get; }

    public string Keys => Folder.File("keys.json");

    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    /// <summary>Runs a verb as the management client.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(int port, string verb, params string[] arguments) =>
        RunAsync("127.0.0.1", ["--port", port.ToString(CultureInfo.InvariantCulture), .. arguments], verb);

    /// <summary>Runs a verb as the management client on a serial line.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunSerialAsync(string device, string verb, params string[] arguments) =>
        RunAsync(device, ["--transport", "serial", .. arguments], verb);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string host, string[] arguments, string verb)
    {
        string[] names = _terms.ShortNames ? ["--short-names"] : [];
        return HeadraceProcess.RunAsync(["dlms", verb, "--host", host, "--keys", Keys, "--timeout", "10",
            "--auth", _terms.Mechanism == AuthenticationMechanism.HighLevelEcdsa ? "ecdsa" : "gmac",
            "--suite", ((int)_terms.Suite).ToString(CultureInfo.InvariantCulture), .. names, .. arguments]);
    }

    /// <summary>Makes keys, writes the client's into its file, and returns the meter's.</summary>
    private SecurityKeys MakeKeys()
    {
        var size = ApduCipher.KeySize(_terms.Suite);
        var (guek, gak) = (RandomNumberGenerator.GetBytes(size), RandomNumberGenerator.GetBytes(size));
        var kek = RandomNumberGenerator.GetBytes(size);
        var keys = new SecurityKeys(guek, gak).With(KeyId.Master, kek);
        var json = new JsonObject
        {
            ["system_title"] = Hex(Title),
            ["client_system_title"] = Hex(ClientTitle),
            ["guek"] = Hex(guek),
            ["gak"] = Hex(gak),
            ["kek"] = Hex(kek),
            ["tls_password"] = "the key's own",
        };
        if (_terms.Suite != SecuritySuite.Suite0)
        {
            var (sign, agree) = (EllipticKeys.Generate(_terms.Suite), EllipticKeys.Generate(_terms.Suite));
            var (ownSign, ownAgree) = (EllipticKeys.Generate(_terms.Suite), EllipticKeys.Generate(_terms.Suite));
            keys.WithSignatureKey(ownSign.PrivateKey).WithAgreementKey(ownAgree.PrivateKey)
                .WithPeerSignatureKey(sign.PublicKey, ClientTitle).WithPeerAgreementKey(agree.PublicKey, ClientTitle);
            json["signature_key"] = Hex(sign.PrivateKey);
            json["agreement_key"] = Hex(agree.PrivateKey);
            json["server_signature_key"] = Hex(ownSign.PublicKey);
            json["server_agreement_key"] = Hex(ownAgree.PublicKey);
        }
        File.WriteAllText(Keys, json.ToJsonString());
        return keys;
    }

    private LogicalDevice MakeDevice()
    {
        var device = new LogicalDevice(1, Title);
        device.Add(new DataObject(LogicalName.Parse("0-0:42.0.0.255"), CosemData.OctetString("HDR1030773044321"u8)));
        device.Add(new RegisterObject(LogicalName.Parse("1-0:1.8.0.255"), () => CosemData.DoubleLongUnsigned(123_456),
            new ScalerUnit(0, Unit.WattHour)));
        device.Add(new DataObject(LogicalName.Parse("0-0:96.1.9.255"), CosemData.OctetString("short"u8), writable: true));
        device.Add(new DisconnectControlObject(LogicalName.Parse("0-0:96.3.10.255"), 4));
        device.Add(new DataObject(CounterName, () => CosemData.DoubleLongUnsigned(_security.LastReceivedCounter)));
        device.Add(_security);
        device.Add(Profile());
        device.Add(new ClockObject(LogicalName.Parse("0-0:1.0.0.255"), () => CosemDateTime.From(TimeProvider.System.GetUtcNow()),
            _ => true, _ => true, new ClockPlace(0, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 60, false)));
        if (!_terms.ShortNames) device.Add(AssociationSettings.Public(CounterName));
        else device.Add(PublicByShortNames());
        device.Add(new AssociationSettings
        {
            ClientSap = 1,
            LogicalName = LogicalName.Parse("0-0:40.0.2.255"),
            UsesShortNames = _terms.ShortNames,
            Conformance = _terms.ShortNames ? AssociationSettings.ShortNameConformance : AssociationSettings.FullConformance,
            Mechanism = _terms.Mechanism,
            IsCiphered = true,
            Security = _security,
        });
        return device;
    }

    private static AssociationSettings PublicByShortNames() => new()
    {
        ClientSap = 16,
        UsesShortNames = true,
        Conformance = AssociationSettings.ShortNameConformance,
        AttributeRights = (found, _, rights) => found.LogicalName == CounterName || found.ClassId == 12 ? rights.WithoutWrite()
            : AccessRights.None,
        MethodRights = (_, _, _) => AccessRights.None,
    };

    private static ProfileGenericObject Profile()
    {
        var buffer = new KeptProfileBuffer(1000, ProfileGenericObject.AsUtc);
        for (var i = 0; i < Rows; i++)
        {
            var clock = CosemData.OctetString(CosemDateTime.From(Start.AddMinutes(15 * i)));
            buffer.Add([clock, CosemData.DoubleLongUnsigned((uint)(1000 + i))]);
        }
        return new ProfileGenericObject(ProfileName, new ProfileSettings
        {
            CaptureObjects =
            [
                new(8, LogicalName.Parse("0-0:1.0.0.255"), 2, 0), new(3, LogicalName.Parse("1-0:1.8.0.255"), 2, 0),
            ],
            CapturePeriod = TimeSpan.FromMinutes(15),
            ProfileEntries = 1000,
        }, buffer);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
