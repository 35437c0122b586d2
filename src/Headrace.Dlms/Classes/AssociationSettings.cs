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

    /// <summary>Every service a server has: the usual ones, general block transfer, the access service and attribute 0 with SET.</summary>
    public const Conformance FullConformance = UsualConformance | Conformance.GeneralBlockTransfer | Conformance.Access
        | Conformance.Attribute0SupportedWithSet;

    /// <summary>The services a server has for clients that refer by short names.</summary>
    public const Conformance ShortNameConformance =
        Conformance.GeneralProtection | Conformance.Read | Conformance.Write | Conformance.UnconfirmedWrite
        | Conformance.BlockTransferWithGetOrRead | Conformance.BlockTransferWithSetOrWrite | Conformance.MultipleReferences
        | Conformance.InformationReport | Conformance.DataNotification | Conformance.ParameterizedAccess;

    private readonly Lock _gate = new();
    private AssociationUsers? _users;
    private ObjectListChanges? _listChanges;

    /// <summary>The client's SAP: 16 public, 1 management, 102 pre-established.</summary>
    public required ushort ClientSap { get; init; }

    /// <summary>The client refers by short names: contexts SN plain and SN ciphered, with an Association SN at FA00 in place of an
    /// association object of its own name. Goes with <see cref="ShortNameConformance"/>.</summary>
    public bool UsesShortNames { get; init; }

    /// <summary>Version of its Association SN, 2 to 4; from 3 on with the security setup, from 4 on with users.</summary>
    public byte AssociationShortNameVersion { get; init; } = 3;

    /// <summary>Name of its association object, 0-0:40.0.e.255.</summary>
    public LogicalName LogicalName { get; init; } = new(0, 0, 40, 0, 1, 255);

    /// <summary>Version of its association object, 0 to 3; from 3 on rights are told as masks, from 2 on there are users.</summary>
    public byte AssociationVersion { get; init; } = 1;

    /// <summary>Users of the client, from version 2 on. Where there are any, an AARQ has to name one as calling-AE-invocation-id.</summary>
    public IReadOnlyList<AssociationUser> Users { get; init; } = [];

    /// <summary>The client may take objects out of its object list, and put them back, by methods 3 and 4 of its association object; and
    /// users by methods 5 and 6 from version 2 on.</summary>
    public bool MayChangeLists { get; init; }

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

    /// <summary>General blocks the server takes without confirming them, 1 to 63.</summary>
    public byte GeneralBlockWindow { get; init; } = 8;

    /// <summary>Longest value taken in blocks, in bytes.</summary>
    public int MaxValueSize { get; init; } = 1 << 20;

    /// <summary>Longest answer made, all its blocks together, in bytes; a longer one is refused as pdu-too-long.</summary>
    public int MaxAnswerSize { get; init; } = 8 << 20;

    /// <summary>Open without AARQ: broadcasts and firmware.</summary>
    public bool IsPreEstablished { get; init; }

    /// <summary>Narrows what the object allows with an attribute; by default not at all.</summary>
    public Func<CosemObject, sbyte, AccessRights, AccessRights> AttributeRights { get; init; } = (_, _, rights) => rights;

    /// <summary>Narrows what the object allows with a method; by default not at all.</summary>
    public Func<CosemObject, sbyte, AccessRights, AccessRights> MethodRights { get; init; } = (_, _, rights) => rights;

    /// <summary>The public client: SAP 16, no authentication, reads the named objects and its own association.</summary>
    public static AssociationSettings Public(params IReadOnlyCollection<LogicalName> visible) => new()
    {
        ClientSap = 16,
        LogicalName = new LogicalName(0, 0, 40, 0, 1, 255),
        Conformance = Conformance.Get | Conformance.BlockTransferWithGetOrRead | Conformance.SelectiveAccess
            | Conformance.MultipleReferences,
        AttributeRights = (found, _, rights) => found.ClassId == 15 || visible.Contains(found.LogicalName) ? rights.WithoutWrite()
            : AccessRights.None,
        MethodRights = (_, _, _) => AccessRights.None,
    };

    /// <summary>Takes a new password of LLS or secret of HLS from the client.</summary>
    internal DataAccessResult ChangeSecret(CosemData given)
    {
        if (given.Tag is not (CosemTag.OctetString or CosemTag.VisibleString)) return DataAccessResult.TypeUnmatched;
        if (!HighLevelProof.IsSecret(Mechanism, given.AsOctets().Length)) return DataAccessResult.OtherReason;
        Secrets.WithSecret(given.AsOctets().Span);
        return DataAccessResult.Success;
    }

    /// <summary>True where the client can do something with an object.</summary>
    internal bool Sees(CosemObject found) =>
        found.Attributes.Any(a => RightsOf(found, a) != AccessRights.None)
        || found.Methods.Any(m => MethodRightsOf(found, m) != AccessRights.None);

    /// <summary>The users as they are now. Shared by all connections.</summary>
    internal AssociationUsers UserList
    {
        get
        {
            lock (_gate) return _users ??= new AssociationUsers(Users);
        }
    }

    /// <summary>What the client has changed in its object list; null for nothing. Shared by all connections.</summary>
    internal ObjectListChanges? ListChanges => Volatile.Read(ref _listChanges);

    /// <summary>The same, made where there is none yet.</summary>
    internal ObjectListChanges ChangeList()
    {
        lock (_gate) return _listChanges ??= new ObjectListChanges();
    }

    internal AccessRights RightsOf(CosemObject found, sbyte attribute)
    {
        var rights = AttributeRights(found, attribute, found.RightsOf(attribute));
        return ListChanges is { } changes ? changes.Narrow(found, attribute, rights) : rights;
    }

    internal AccessRights MethodRightsOf(CosemObject found, sbyte method)
    {
        var rights = MethodRights(found, method, found.MethodRightsOf(method));
        return ListChanges is { } changes ? changes.NarrowMethod(found, method, rights) : rights;
    }
}
