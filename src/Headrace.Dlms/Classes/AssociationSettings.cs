using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes;

/// <summary>One way in which a client may reach a logical device: who it is, how it proves that, and what it may do.</summary>
public sealed class AssociationSettings
{
    /// <summary>The services a server has.</summary>
    public const Conformance UsualConformance =
        Conformance.GeneralProtection | Conformance.BlockTransferWithGetOrRead | Conformance.BlockTransferWithSetOrWrite
        | Conformance.BlockTransferWithAction | Conformance.MultipleReferences | Conformance.Get | Conformance.Set
        | Conformance.SelectiveAccess | Conformance.EventNotification | Conformance.Action | Conformance.DataNotification
        | Conformance.Attribute0SupportedWithGet | Conformance.PriorityMgmtSupported;

    /// <summary>The client's SAP: 16 public, 1 management, 102 pre-established.</summary>
    public required ushort ClientSap { get; init; }

    /// <summary>Name of its association object, 0-0:40.0.e.255.</summary>
    public LogicalName LogicalName { get; init; } = new(0, 0, 40, 0, 1, 255);

    /// <summary>How the client has to prove who it is.</summary>
    public AuthenticationMechanism Mechanism { get; init; } = AuthenticationMechanism.Lowest;

    /// <summary>Context LN ciphered; needs <see cref="Security"/>.</summary>
    public bool IsCiphered { get; init; }

    /// <summary>Keys, counters and policy; needed for ciphering and for HLS 5 and 7.</summary>
    public SecuritySetupObject? Security { get; init; }

    /// <summary>Password of LLS or secret of HLS 2, 3, 4 and 6.</summary>
    public SecurityKeys Secrets { get; init; } = new();

    /// <summary>Services this client may be granted.</summary>
    public Conformance Conformance { get; init; } = UsualConformance;

    /// <summary>Longest APDU the server takes and sends, in bytes.</summary>
    public ushort MaxPduSize { get; init; } = 1224;

    /// <summary>Longest value taken in blocks, in bytes.</summary>
    public int MaxValueSize { get; init; } = 1 << 20;

    /// <summary>Open without AARQ: broadcasts and firmware.</summary>
    public bool IsPreEstablished { get; init; }

    /// <summary>Narrows what the object allows with an attribute; by default not at all.</summary>
    public Func<CosemObject, sbyte, AttributeAccessMode, AttributeAccessMode> AttributeRights { get; init; } = (_, _, mode) => mode;

    /// <summary>Narrows what the object allows with a method; by default not at all.</summary>
    public Func<CosemObject, sbyte, MethodAccessMode, MethodAccessMode> MethodRights { get; init; } = (_, _, mode) => mode;

    /// <summary>The public client: SAP 16, no authentication, reads the named objects and its own association.</summary>
    public static AssociationSettings Public(params IReadOnlyCollection<LogicalName> visible) => new()
    {
        ClientSap = 16,
        LogicalName = new LogicalName(0, 0, 40, 0, 1, 255),
        Conformance = Conformance.Get | Conformance.BlockTransferWithGetOrRead | Conformance.SelectiveAccess
            | Conformance.MultipleReferences,
        AttributeRights = (found, _, mode) => found.ClassId == 15 || visible.Contains(found.LogicalName) ? mode.WithoutWrite()
            : AttributeAccessMode.NoAccess,
        MethodRights = (_, _, _) => MethodAccessMode.NoAccess,
    };

    internal AttributeAccessMode RightsOf(CosemObject found, sbyte attribute) =>
        AttributeRights(found, attribute, found.AccessOf(attribute));

    internal MethodAccessMode MethodRightsOf(CosemObject found, sbyte method) => MethodRights(found, method, found.MethodAccessOf(method));
}
