using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 15, Association LN, version 1 (IEC 62056-6-2, 4.4.4): what a client sees of its association, the object list above
/// all.</summary>
public sealed class AssociationObject : CosemObject
{
    /// <summary>The name under which every client finds its own association.</summary>
    public static readonly LogicalName Current = new(0, 0, 40, 0, 0, 255);

    /// <summary>reply_to_HLS_authentication; answered by the association itself.</summary>
    internal const sbyte ReplyToHls = 1;

    private readonly LogicalDevice _device;
    private readonly AssociationSettings _settings;

    /// <summary>The association object of one client.</summary>
    /// <param name="name"><see cref="Current"/>, or the one of the settings.</param>
    /// <param name="device">Its logical device.</param>
    /// <param name="settings">What holds for the client.</param>
    public AssociationObject(LogicalName name, LogicalDevice device, AssociationSettings settings) : base(15, 1, name)
    {
        (_device, _settings) = (device, settings);
        WithAttribute(2, ObjectList);
        WithAttribute(3,
            CosemData.Structure(CosemData.Integer((sbyte)Math.Min(settings.ClientSap, (ushort)127)), CosemData.LongUnsigned(device.Sap)));
        WithAttribute(4,
            ObjectIdentifier(1, settings.IsCiphered ? (byte)ApplicationContext.LogicalNamesCiphered
                : (byte)ApplicationContext.LogicalNames));
        WithAttribute(5, ContextInformation);
        WithAttribute(6, ObjectIdentifier(2, (byte)settings.Mechanism));
        WithAttribute(8, () => CosemData.Enum(State));
        WithAttribute(9, CosemData.OctetString(settings.Security is { } security ? security.LogicalName.ToArray() : []));
        if (settings.Mechanism == AuthenticationMechanism.LowLevel)
        {
            WithAttribute(7, () => CosemData.OctetString([]), ChangeSecret);
            WithAccess(7, AttributeAccessMode.WriteOnly);
        }
        if (settings.Mechanism < AuthenticationMechanism.HighLevelManufacturer) return;
        WithMethod(ReplyToHls, _ => ActionResult.ReadWriteDenied);
        if (settings.Mechanism != AuthenticationMechanism.HighLevelGmac) WithMethod(2, parameter => (ActionResult)ChangeSecret(parameter));
    }

    /// <summary>Services negotiated; those of the settings before.</summary>
    internal Conformance? Negotiated { get; set; }

    /// <summary>Longest APDU the client takes.</summary>
    internal ushort ClientMaxPdu { get; set; }

    /// <summary>0 not associated, 1 pending, 2 associated.</summary>
    internal byte State { get; set; }

    private CosemData ContextInformation()
    {
        var conformance = (uint)(Negotiated ?? _settings.Conformance);
        return CosemData.Structure(
            CosemData.BitString(24, [(byte)(conformance >> 16), (byte)(conformance >> 8 & 0xFF), (byte)(conformance & 0xFF)]),
            CosemData.LongUnsigned(_settings.MaxPduSize), CosemData.LongUnsigned(ClientMaxPdu),
            CosemData.Unsigned(InitiateRequest.DlmsVersion), CosemData.Integer(0), CosemData.OctetString([]));
    }

    private DataAccessResult ChangeSecret(CosemData given)
    {
        if (given.Tag is not (CosemTag.OctetString or CosemTag.VisibleString)) return DataAccessResult.TypeUnmatched;
        if (given.AsOctets().IsEmpty) return DataAccessResult.OtherReason;
        _settings.Secrets.WithSecret(given.AsOctets().Span);
        return DataAccessResult.Success;
    }

    /// <summary>The objects this client can do something with, its current association first.</summary>
    private CosemData ObjectList()
    {
        var entries = new List<CosemData> { Entry(this) };
        entries.AddRange(_device.Objects.Where(IsVisible).Select(Entry));
        return CosemData.Array(entries);
    }

    private bool IsVisible(CosemObject found) =>
        found.LogicalName != LogicalName
        && (found.Attributes.Any(a => _settings.RightsOf(found, a) != AttributeAccessMode.NoAccess)
            || found.Methods.Any(m => _settings.MethodRightsOf(found, m) != MethodAccessMode.NoAccess));

    private CosemData Entry(CosemObject found) => CosemData.Structure(
        CosemData.LongUnsigned(found.ClassId), CosemData.Unsigned(found.Version), CosemData.OctetString(found.LogicalName),
        CosemData.Structure(
            CosemData.Array([.. found.Attributes.Select(a => CosemData.Structure(
                CosemData.Integer(a), CosemData.Enum((byte)_settings.RightsOf(found, a)), Selectors(found, a)))]),
            CosemData.Array([.. found.Methods.Select(m => CosemData.Structure(
                CosemData.Integer(m), CosemData.Enum((byte)_settings.MethodRightsOf(found, m))))])));

    private static CosemData Selectors(CosemObject found, sbyte attribute) => found.SelectorsOf(attribute) is { Count: > 0 } selectors
        ? CosemData.Array([.. selectors.Select(s => CosemData.Integer((sbyte)s))])
        : CosemData.Null;

    /// <summary>2.16.756.5.8.x.y as a structure of its arcs.</summary>
    private static CosemData ObjectIdentifier(byte kind, byte id) => CosemData.Structure(
        CosemData.Unsigned(2), CosemData.Unsigned(16), CosemData.LongUnsigned(756), CosemData.Unsigned(5), CosemData.Unsigned(8),
            CosemData.Unsigned(kind), CosemData.Unsigned(id));
}
