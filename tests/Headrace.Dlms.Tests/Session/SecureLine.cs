using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>A client and a server of one suite, each with keys of every kind, wired by calls.</summary>
internal sealed class SecureLine : ICosemAccess, IDisposable
{
    public static readonly LogicalName Setup = LogicalName.Parse("0-0:43.0.0.255");
    public static readonly LogicalName Value = LogicalName.Parse("0-0:96.1.9.255");
    public static readonly CosemAttributeDescriptor Attribute = new(1, Value, 2);
    public static readonly byte[] Thirds = [0x48, 0x44, 0x52, 7, 7, 7, 7, 7];

    private readonly DeviceServer _server;
    private uint _counter;

    public SecureLine(
        SecuritySuite suite, AuthenticationMechanism mechanism = AuthenticationMechanism.HighLevelGmac, byte policy = 0, byte version = 1,
        Func<ClientOptions, ClientOptions>? change = null, CertificateStore? certificates = null)
    {
        Suite = suite;
        var size = ApduCipher.KeySize(suite);
        Guek = Enumerable.Range(1, size).Select(i => (byte)i).ToArray();
        Gak = Enumerable.Range(101, size).Select(i => (byte)i).ToArray();
        Master = Enumerable.Range(201, size).Select(i => (byte)i).ToArray();
        ClientKeys = Symmetric();
        ServerKeys = Symmetric();
        if (suite != SecuritySuite.Suite0) MakeEllipticKeys();
        Security = new SecuritySetupObject(Setup, ServerKeys, TestMeter.ServerTitle, policy, suite: suite, version: version,
            certificates: certificates, keyChanged: Changed.Add);
        Device = new LogicalDevice(1, TestMeter.ServerTitle);
        Device.Add(new DataObject(Value, CosemData.OctetString("quiet water"u8), writable: true));
        Device.Add(Security);
        Device.Add(new AssociationSettings { ClientSap = 1, Mechanism = mechanism, IsCiphered = true, Security = Security });
        _server = new DeviceServer(Device);
        var options = new ClientOptions
        {
            Authentication = mechanism,
            Ciphering = ClientCiphering.Global,
            SystemTitle = TestMeter.ClientTitle,
            Protection = SecurityControl.Of(suite, true, true),
            InvocationCounter = () => ++_counter,
        };
        Options = change?.Invoke(options) ?? options;
        Client = new ClientAssociation(Options, ClientKeys);
    }

    public SecuritySuite Suite { get; }

    public byte[] Guek { get; }

    public byte[] Gak { get; }

    public byte[] Master { get; }

    public SecurityKeys ClientKeys { get; }

    public SecurityKeys ServerKeys { get; }

    public byte[] ClientSignature { get; private set; } = [];

    public byte[] ServerSignaturePublic { get; private set; } = [];

    public byte[] ThirdSignature { get; private set; } = [];

    public SecuritySetupObject Security { get; }

    public LogicalDevice Device { get; }

    public ClientOptions Options { get; }

    public ClientAssociation Client { get; private set; }

    public List<KeyId> Changed { get; } = [];

    /// <summary>What went over the line last, both ways.</summary>
    public byte[] LastRequest { get; private set; } = [];

    public byte[] LastResponse { get; private set; } = [];

    public SessionEvent? Open() => Exchange(Client.Open());

    public SessionEvent? Get() => Exchange(Client.Get(Attribute));

    /// <summary>A new association of the same client, with its keys as they are now.</summary>
    public SessionEvent? Reopen(Func<ClientOptions, ClientOptions>? change = null)
    {
        Client.Dispose();
        Client = new ClientAssociation(change?.Invoke(Options) ?? Options, ClientKeys);
        return Open();
    }

    public ReadOnlyMemory<byte> Serve(ReadOnlyMemory<byte> request) => _server.Handle(1, 1, request);

    public SessionEvent? Exchange(ReadOnlyMemory<byte> request)
    {
        SessionEvent? told = null;
        while (!request.IsEmpty)
        {
            LastRequest = request.ToArray();
            LastResponse = Serve(request).ToArray();
            if (LastResponse.Length == 0) break;
            var step = Client.Receive(LastResponse);
            told = step.Event ?? told;
            request = step.Send;
        }
        return told;
    }

    public ValueTask<GetDataResult> GetAsync(
        CosemAttributeDescriptor attribute, SelectiveAccess? selection, CancellationToken cancellationToken) =>
        new(Assert.IsType<GetCompleted>(Exchange(Client.Get(attribute, selection))).Result);

    public ValueTask<DataAccessResult> SetAsync(
        CosemAttributeDescriptor attribute, CosemData value, CancellationToken cancellationToken) =>
        new(Assert.IsType<SetCompleted>(Exchange(Client.Set(attribute, value))).Results[0]);

    public ValueTask<ActionOutcome> ActionAsync(
        CosemMethodDescriptor method, CosemData? parameter, CancellationToken cancellationToken) =>
        new(Assert.IsType<ActionCompleted>(Exchange(Client.Action(method, parameter))).Outcomes[0]);

    public void Dispose()
    {
        Client.Dispose();
        _server.Dispose();
        ClientKeys.Dispose();
    }

    private SecurityKeys Symmetric() =>
        new SecurityKeys(Guek, Gak).With(KeyId.Master, Master).With(KeyId.GlobalBroadcast, [.. Guek.Reverse()]);

    private void MakeEllipticKeys()
    {
        var (clientSignature, clientAgreement) = (EllipticKeys.Generate(Suite), EllipticKeys.Generate(Suite));
        var (serverSignature, serverAgreement) = (EllipticKeys.Generate(Suite), EllipticKeys.Generate(Suite));
        var third = EllipticKeys.Generate(Suite);
        (ClientSignature, ThirdSignature) = (clientSignature.PrivateKey, third.PrivateKey);
        ServerSignaturePublic = serverSignature.PublicKey;
        ClientKeys.WithSignatureKey(clientSignature.PrivateKey).WithAgreementKey(clientAgreement.PrivateKey)
            .WithPeerSignatureKey(serverSignature.PublicKey).WithPeerAgreementKey(serverAgreement.PublicKey);
        ServerKeys.WithSignatureKey(serverSignature.PrivateKey).WithAgreementKey(serverAgreement.PrivateKey)
            .WithPeerSignatureKey(clientSignature.PublicKey, TestMeter.ClientTitle)
            .WithPeerAgreementKey(clientAgreement.PublicKey, TestMeter.ClientTitle)
            .WithPeerSignatureKey(third.PublicKey, Thirds);
    }
}
