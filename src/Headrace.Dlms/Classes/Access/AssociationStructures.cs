using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Where an association stands (IEC 62056-6-2, Association LN, association_status).</summary>
public enum AssociationStatus : byte
{
    /// <summary>Not open.</summary>
    NonAssociated = 0,
    /// <summary>The client has to prove itself.</summary>
    AssociationPending = 1,
    /// <summary>Open.</summary>
    Associated = 2,
}

/// <summary>The SAPs of an association (IEC 62056-6-2, Association LN, associated_partners_id).</summary>
/// <param name="ClientSap">The client's.</param>
/// <param name="ServerSap">The logical device's.</param>
public sealed record AssociatedPartners(sbyte ClientSap, ushort ServerSap) : ICosemStructure<AssociatedPartners>
{
    /// <inheritdoc/>
    public static AssociatedPartners FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new AssociatedPartners(items[0].AsNumber<sbyte>(), items[1].AsNumber<ushort>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.Integer(ClientSap), CosemData.LongUnsigned(ServerSap));
}

/// <summary>What was negotiated (IEC 62056-6-2, Association LN, xDLMS_context_info).</summary>
/// <param name="Conformance">The services.</param>
/// <param name="MaxReceivePduSize">Longest APDU the server takes, in bytes; 0 for no limit.</param>
/// <param name="MaxSendPduSize">Longest APDU the client takes, in bytes; 0 for no limit.</param>
/// <param name="DlmsVersionNumber">6.</param>
/// <param name="QualityOfService">0; not used.</param>
/// <param name="CypheringInfo">The dedicated key; servers give none away.</param>
public sealed record XdlmsContextInformation(
    Conformance Conformance, ushort MaxReceivePduSize, ushort MaxSendPduSize, byte DlmsVersionNumber = InitiateRequest.DlmsVersion,
    sbyte QualityOfService = 0, Octets CypheringInfo = default) : ICosemStructure<XdlmsContextInformation>
{
    private const int ConformanceSize = 24;

    /// <inheritdoc/>
    public static XdlmsContextInformation FromData(CosemData data)
    {
        var items = data.AsStructure(6);
        var bits = items[0].AsBits();
        if (bits.Length != ConformanceSize) throw new ProtocolException($"conformance of {bits.Length} bits");
        var conformance = bits.Aggregate(0u, (sum, bit) => sum << 1 | (bit ? 1u : 0));
        return new XdlmsContextInformation((Conformance)conformance, items[1].AsNumber<ushort>(), items[2].AsNumber<ushort>(),
            items[3].AsNumber<byte>(), items[4].AsNumber<sbyte>(), new Octets(items[5].AsOctets()));
    }

    /// <inheritdoc/>
    public CosemData ToData()
    {
        var bits = (uint)Conformance;
        return CosemData.Structure(
            CosemData.BitString(ConformanceSize, [(byte)(bits >> 16 & 0xFF), (byte)(bits >> 8 & 0xFF), (byte)(bits & 0xFF)]),
            CosemData.LongUnsigned(MaxReceivePduSize), CosemData.LongUnsigned(MaxSendPduSize), CosemData.Unsigned(DlmsVersionNumber),
            CosemData.Integer(QualityOfService), CosemData.OctetString(CypheringInfo.Bytes.Span));
    }
}

/// <summary>Names of an association: object identifiers below 2.16.756.5.8, and the reference to its security setup.</summary>
internal static class AssociationNames
{
    private const byte ContextArc = 1;
    private const byte MechanismArc = 2;

    // 2.16.756.5.8
    private static readonly byte[] DlmsUa = [0x60, 0x85, 0x74, 0x05, 0x08];

    /// <summary>application_context_name.</summary>
    public static CosemType<ApplicationContext> Context { get; } = new(
        data => (ApplicationContext)Last(data, ContextArc), value => Identifier(ContextArc, (byte)value), CosemTag.Structure);

    /// <summary>authentication_mechanism_name.</summary>
    public static CosemType<AuthenticationMechanism> Mechanism { get; } = new(
        data => (AuthenticationMechanism)Last(data, MechanismArc), value => Identifier(MechanismArc, (byte)value), CosemTag.Structure);

    /// <summary>security_setup_reference: a logical name, or no octets for none.</summary>
    public static CosemType<LogicalName> Reference { get; } = new(
        data => data.AsOctets().IsEmpty ? default : data.AsLogicalName(),
        name => name == default ? CosemData.OctetString([]) : CosemData.OctetString(name), CosemTag.OctetString);

    /// <summary>The identifier as a structure of its arcs.</summary>
    private static CosemData Identifier(byte arc, byte last) => CosemData.Structure(
        CosemData.Unsigned(2), CosemData.Unsigned(16), CosemData.LongUnsigned(756), CosemData.Unsigned(5), CosemData.Unsigned(8),
        CosemData.Unsigned(arc), CosemData.Unsigned(last));

    /// <summary>The last arc of an identifier, which is a structure of its arcs or the octets of BER.</summary>
    private static byte Last(CosemData data, byte arc)
    {
        if (data.Tag == CosemTag.OctetString)
        {
            var octets = data.AsOctets().Span;
            return octets.Length == DlmsUa.Length + 2 && octets.StartsWith(DlmsUa) && octets[^2] == arc
                ? octets[^1]
                : throw new ProtocolException($"object identifier {Convert.ToHexString(octets)}, which is not of DLMS");
        }
        var arcs = data.AsStructure(7);
        return arcs[5].AsNumber<byte>() == arc
            ? arcs[6].AsNumber<byte>()
            : throw new ProtocolException($"arc {arcs[5].AsNumber<byte>()} where {arc} was expected");
    }
}
