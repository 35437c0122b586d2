using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 15, Association LN, versions 0 to 3 (IEC 62056-6-2, 4.4.4): what a client sees of its association, the object list above
/// all.</summary>
public sealed class AssociationObject : CosemObject
{
    /// <summary>The name under which every client finds its own association.</summary>
    public static readonly LogicalName Current = new(0, 0, 40, 0, 0, 255);

    /// <summary>object_list of the association a client is in: what it sees of the device.</summary>
    public static readonly CosemAttributeDescriptor CurrentObjectList = new(15, Current, ObjectListAttribute);

    /// <summary>reply_to_HLS_authentication of the association a client is in; answered by the association itself.</summary>
    internal static readonly CosemMethodDescriptor ReplyToHls = new(15, Current, 1);

    private const sbyte ObjectListAttribute = 2;
    private static readonly byte[] ObjectListSelectors = [1, 2, 3, 4];

    private readonly LogicalDevice _device;
    private readonly AssociationSettings _settings;
    private readonly ServerTerms? _terms;

    /// <summary>The association object of one client, in the version that its settings name.</summary>
    /// <param name="name"><see cref="Current"/>, or the one of the settings.</param>
    /// <param name="device">Its logical device.</param>
    /// <param name="settings">What holds for the client.</param>
    public AssociationObject(LogicalName name, LogicalDevice device, AssociationSettings settings) : this(name, device, settings, null)
    {
    }

    /// <summary>The same, of one connection: tells what was negotiated on it.</summary>
    internal AssociationObject(LogicalName name, LogicalDevice device, AssociationSettings settings, ServerTerms? terms)
        : base(15, settings.AssociationVersion, name)
    {
        (_device, _settings, _terms) = (device, settings, terms);
        WithAttribute(ObjectListAttribute, () => ObjectList(null));
        WithAttribute(3,
            CosemData.Structure(CosemData.Integer((sbyte)Math.Min(settings.ClientSap, (ushort)127)), CosemData.LongUnsigned(device.Sap)));
        WithAttribute(4,
            ObjectIdentifier(1, settings.IsCiphered ? (byte)ApplicationContext.LogicalNamesCiphered
                : (byte)ApplicationContext.LogicalNames));
        WithAttribute(5, ContextInformation);
        WithAttribute(6, ObjectIdentifier(2, (byte)settings.Mechanism));
        WithAttribute(8, () => CosemData.Enum(Status));
        if (Version >= 1)
            WithAttribute(9, CosemData.OctetString(settings.Security is { } security ? security.LogicalName.ToArray() : []));
        AddSecret();
        if (Version >= 2) AddUsers();
        if (!settings.MayChangeLists) return;
        WithMethod(3, AddObject);
        WithMethod(4, RemoveObject);
    }

    private byte Status => _terms?.State switch
    {
        ServerAssociationState.Pending => 1,
        ServerAssociationState.Associated or ServerAssociationState.PreEstablished => 2,
        _ => 0,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<byte> SelectorsOf(sbyte attribute) => attribute == ObjectListAttribute ? ObjectListSelectors : [];

    /// <inheritdoc/>
    /// <remarks>Selectors of the object list: 1 by class_id (array), 2 by logical name (array of names, or of class and name), 3 by class
    /// and name (one or an array), 4 all. What the standard gives for each is not confirmed by a vector.</remarks>
    public override AttributeAnswer Get(sbyte attribute, SelectiveAccess? selection)
    {
        if (attribute != ObjectListAttribute || selection is null) return base.Get(attribute, selection);
        return selection.Selector switch
        {
            1 => ObjectList(ByClass(selection.Parameter)),
            2 or 3 => ObjectList(ByName(selection.Parameter)),
            4 => ObjectList(null),
            _ => AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated),
        };
    }

    private static Func<CosemObject, bool> ByClass(CosemData parameter)
    {
        var classes = parameter.AsArray().Select(Descriptor.Number<ushort>).ToHashSet();
        return found => classes.Contains(found.ClassId);
    }

    private static Func<CosemObject, bool> ByName(CosemData parameter)
    {
        var wanted = parameter.Tag == CosemTag.Array ? parameter.Items : [parameter];
        var names = new HashSet<(ushort? ClassId, LogicalName Name)>();
        foreach (var item in wanted)
        {
            if (item.Tag == CosemTag.OctetString) names.Add((null, item.AsLogicalName()));
            else names.Add((Descriptor.Number<ushort>(item.AsStructure(2)[0]), item.Items[1].AsLogicalName()));
        }
        return found => names.Contains((null, found.LogicalName)) || names.Contains((found.ClassId, found.LogicalName));
    }

    private void AddSecret()
    {
        if (_settings.Mechanism == AuthenticationMechanism.LowLevel)
        {
            WithAttribute(7, () => CosemData.OctetString([]), ChangeSecret);
            WithAccess(7, AttributeAccessMode.WriteOnly);
        }
        if (_settings.Mechanism < AuthenticationMechanism.HighLevelManufacturer) return;
        WithMethod(ReplyToHls.MethodId, _ => ActionResult.ReadWriteDenied);
        // The keys of GMAC are changed by the security setup, and a key pair by its own methods.
        if (_settings.Mechanism is not (AuthenticationMechanism.HighLevelGmac or AuthenticationMechanism.HighLevelEcdsa))
            WithMethod(2, parameter => (ActionResult)ChangeSecret(parameter));
    }

    private void AddUsers()
    {
        WithAttribute(10, () => CosemData.Array([.. _settings.UserList.All.Select(u => u.ToData())]));
        WithAttribute(11, () => _settings.UserList.All.FirstOrDefault(u => u.Id == _terms?.UserId, new AssociationUser(0, "")).ToData());
        if (!_settings.MayChangeLists) return;
        WithMethod(5, parameter =>
        {
            _settings.UserList.Add(AssociationUser.FromData(parameter));
            return MethodAnswer.Done;
        });
        WithMethod(6, parameter => _settings.UserList.Remove(AssociationUser.FromData(parameter)) ? MethodAnswer.Done
            : ActionResult.ObjectUndefined);
    }

    private CosemData ContextInformation()
    {
        var conformance = (uint)(_terms?.Conformance ?? _settings.Conformance);
        return CosemData.Structure(
            CosemData.BitString(24, [(byte)(conformance >> 16), (byte)(conformance >> 8 & 0xFF), (byte)(conformance & 0xFF)]),
            CosemData.LongUnsigned(_settings.MaxPduSize), CosemData.LongUnsigned(_terms?.ClientMaxPdu ?? 0),
            CosemData.Unsigned(InitiateRequest.DlmsVersion), CosemData.Integer(0), CosemData.OctetString([]));
    }

    private DataAccessResult ChangeSecret(CosemData given)
    {
        if (given.Tag is not (CosemTag.OctetString or CosemTag.VisibleString)) return DataAccessResult.TypeUnmatched;
        if (!HighLevelProof.IsSecret(_settings.Mechanism, given.AsOctets().Length)) return DataAccessResult.OtherReason;
        _settings.Secrets.WithSecret(given.AsOctets().Span);
        return DataAccessResult.Success;
    }

    private MethodAnswer AddObject(CosemData element)
    {
        if (!TryFind(element, out var name)) return ActionResult.ObjectUndefined;
        _settings.ChangeList().Add(name, element.Items[3], Version);
        return MethodAnswer.Done;
    }

    private MethodAnswer RemoveObject(CosemData element)
    {
        if (!TryFind(element, out var name)) return ActionResult.ObjectUndefined;
        _settings.ChangeList().Remove(name);
        return MethodAnswer.Done;
    }

    /// <summary>The object that an <c>object_list_element</c> names; false where the device has no such one.</summary>
    private bool TryFind(CosemData element, out LogicalName name)
    {
        var fields = element.AsStructure(4);
        name = fields[2].AsLogicalName();
        return _device.Find(name) is { } found && found.ClassId == fields[0].AsInteger() && found.Version == fields[1].AsInteger();
    }

    /// <summary>The objects this client can do something with, its current association first.</summary>
    private CosemData ObjectList(Func<CosemObject, bool>? wanted)
    {
        var entries = new List<CosemData>();
        if (wanted is null || wanted(this)) entries.Add(Entry(this));
        foreach (var found in _device.Objects)
        {
            if (IsVisible(found) && (wanted is null || wanted(found))) entries.Add(Entry(found));
        }
        return CosemData.Array(entries);
    }

    private bool IsVisible(CosemObject found) =>
        found.LogicalName != LogicalName
        && (found.Attributes.Any(a => _settings.RightsOf(found, a) != AccessRights.None)
            || found.Methods.Any(m => _settings.MethodRightsOf(found, m) != AccessRights.None));

    private CosemData Entry(CosemObject found) => CosemData.Structure(
        CosemData.LongUnsigned(found.ClassId), CosemData.Unsigned(found.Version), CosemData.OctetString(found.LogicalName),
        CosemData.Structure(
            CosemData.Array([.. found.Attributes.Select(a => CosemData.Structure(
                CosemData.Integer(a), AttributeMode(_settings.RightsOf(found, a)), Selectors(found, a)))]),
            CosemData.Array([.. found.Methods.Select(m => CosemData.Structure(
                CosemData.Integer(m), MethodMode(_settings.MethodRightsOf(found, m))))])));

    private CosemData AttributeMode(AccessRights rights) =>
        CosemData.Enum(Version >= 3 ? (byte)rights : (byte)rights.ToAttributeMode());

    // Version 0 tells the right to a method as a boolean.
    private CosemData MethodMode(AccessRights rights) => Version switch
    {
        0 => CosemData.Boolean(rights.ToMethodMode() != MethodAccessMode.NoAccess),
        < 3 => CosemData.Enum((byte)rights.ToMethodMode()),
        _ => CosemData.Enum((byte)rights),
    };

    private static CosemData Selectors(CosemObject found, sbyte attribute) => found.SelectorsOf(attribute) is { Count: > 0 } selectors
        ? CosemData.Array([.. selectors.Select(s => CosemData.Integer((sbyte)s))])
        : CosemData.Null;

    /// <summary>2.16.756.5.8.x.y as a structure of its arcs.</summary>
    private static CosemData ObjectIdentifier(byte kind, byte id) => CosemData.Structure(
        CosemData.Unsigned(2), CosemData.Unsigned(16), CosemData.LongUnsigned(756), CosemData.Unsigned(5), CosemData.Unsigned(8),
            CosemData.Unsigned(kind), CosemData.Unsigned(id));
}
