using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 64, Security setup, versions 0 and 1, of a server (IEC 62056-6-2, 4.4.7).</summary>
public sealed class SecuritySetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 64, logicalName)
{
    private static readonly CosemType<IReadOnlyList<KeyData>> Keys = CosemTypes.Array<KeyData>();
    private static readonly CosemType<CertificateIdentification> Identification = CosemTypes.Structure<CertificateIdentification>();

    /// <summary>Attribute 2: see <see cref="SecurityPolicy.TryParse"/>.</summary>
    public AttributeProxy<byte> SecurityPolicy => Attribute(2, EnumNumber);

    /// <summary>Attribute 3.</summary>
    public AttributeProxy<SecuritySuite> SecuritySuite => Attribute(3, CosemTypes.Enum<SecuritySuite>());

    /// <summary>Attribute 4: of the client associated.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> ClientSystemTitle => Attribute(4, CosemTypes.OctetString);

    /// <summary>Attribute 5.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> ServerSystemTitle => Attribute(5, CosemTypes.OctetString);

    /// <summary>Attribute 6, version 1.</summary>
    public AttributeProxy<IReadOnlyList<CertificateInfo>> Certificates => Attribute(6, CosemTypes.Array<CertificateInfo>());

    /// <summary>Method 1: strengthens the policy.</summary>
    public MethodProxy<byte> SecurityActivate => Method(1, EnumNumber);

    /// <summary>Method 2: gives keys wrapped under the master key.</summary>
    public MethodProxy<IReadOnlyList<KeyData>> KeyTransfer => Method(2, Keys);

    /// <summary>Method 3, version 1: agrees keys.</summary>
    public MethodProxy<IReadOnlyList<KeyData>, IReadOnlyList<KeyData>> KeyAgreement => Method(3, Keys, Keys);

    /// <summary>Method 4, version 1: the server makes a key pair of its own.</summary>
    public MethodProxy<CertificateUse> GenerateKeyPair => Method(4, CosemTypes.Enum<CertificateUse>());

    /// <summary>Method 5, version 1: returns a certificate signing request (PKCS#10) in DER.</summary>
    public MethodProxy<CertificateUse, ReadOnlyMemory<byte>> GenerateCertificateRequest =>
        Method(5, CosemTypes.Enum<CertificateUse>(), CosemTypes.OctetString);

    /// <summary>Method 6, version 1: takes a certificate in DER.</summary>
    public MethodProxy<ReadOnlyMemory<byte>> ImportCertificate => Method(6, CosemTypes.OctetString);

    /// <summary>Method 7, version 1: returns a certificate in DER.</summary>
    public MethodProxy<CertificateIdentification, ReadOnlyMemory<byte>> ExportCertificate =>
        Method(7, Identification, CosemTypes.OctetString);

    /// <summary>Method 8, version 1.</summary>
    public MethodProxy<CertificateIdentification> RemoveCertificate => Method(8, Identification);

    private static CosemType<byte> EnumNumber { get; } = new(CosemTypes.AsNumber<byte>, CosemData.Enum, CosemTag.Enum);

    /// <summary>Method 2: wraps keys under the master key and gives them. The server's answer is still under the old keys; keep both until
    /// a request under the new ones is answered.</summary>
    /// <param name="master">The master key in force.</param>
    /// <param name="keys">The new keys.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<ActionResult> TransferKeysAsync(
        ReadOnlyMemory<byte> master, IReadOnlyDictionary<KeyId, ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken) =>
        KeyTransfer.InvokeAsync([.. keys.Select(k => new KeyData(k.Key, KeyWrap.Wrap(master.Span, k.Value.Span)))], cancellationToken);

    /// <summary>Method 3: agrees one key by C(2e, 0s). It holds from the next request on; the caller wipes it.</summary>
    /// <param name="id">Which key.</param>
    /// <param name="own">The client's signature key.</param>
    /// <param name="peer">The server's signature key.</param>
    /// <param name="clientTitle">Eight bytes.</param>
    /// <param name="serverTitle">Eight bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ProtectionException">The server's part is not authentic or cannot be agreed on.</exception>
    public async ValueTask<ReadResult<byte[]>> AgreeKeyAsync(
        KeyId id, SignatureKey own, SignatureKey peer, ReadOnlyMemory<byte> clientTitle, ReadOnlyMemory<byte> serverTitle,
        CancellationToken cancellationToken)
    {
        using var agreement = new EphemeralAgreement(id, own);
        var answer = await KeyAgreement.InvokeAsync([new KeyData(id, agreement.Data)], cancellationToken);
        if (!answer.IsSuccess) return ReadResult<byte[]>.Refused(answer.Result);
        if (answer.Value is not [{ } given] || given.Id != id)
            throw new ProtectionException(ProtectionFailure.AgreedKey, "key agreement answered for another key");
        return ReadResult<byte[]>.Of(agreement.Complete(given.Octets.Span, peer, clientTitle.Span, serverTitle.Span));
    }
}
