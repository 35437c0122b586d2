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
        var partners = new AssociatedPartners((sbyte)Math.Min(settings.ClientSap, (ushort)sbyte.MaxValue), device.Sap);
        var context = settings.IsCiphered ? ApplicationContext.LogicalNamesCiphered : ApplicationContext.LogicalNames;
        WithAttribute(3, partners.ToData());
        WithAttribute(4, AssociationNames.Context.ToData(context));
        WithAttribute(5, () => ContextInformation().ToData());
        WithAttribute(6, AssociationNames.Mechanism.ToData(settings.Mechanism));
        WithAttribute(8, CosemTypes.Enum<AssociationStatus>(), () => Status);
        if (Version >= 1) WithAttribute(9, AssociationNames.Reference.ToData(settings.Security?.LogicalName ?? default));
        AddSecret();
        if (Version >= 2) settings.UserList.Show(this, list: 10, current: 11, () => _terms?.UserId);
        if (!settings.MayChangeLists) return;
        if (Version >= 2) settings.UserList.LetChange(this, add: 5, remove: 6);
        WithMethod(3, AddObject);
        WithMethod(4, RemoveObject);
    }

    private AssociationStatus Status => _terms?.State switch
    {
        ServerAssociationState.Pending => AssociationStatus.AssociationPending,
        ServerAssociationState.Associated or ServerAssociationState.PreEstablished => AssociationStatus.Associated,
        _ => AssociationStatus.NonAssociated,
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
            WithAttribute(7, () => CosemData.OctetString([]), _settings.ChangeSecret);
            WithAccess(7, AttributeAccessMode.WriteOnly);
        }
        if (_settings.Mechanism < AuthenticationMechanism.HighLevelManufacturer) return;
        WithMethod(ReplyToHls.MethodId, _ => ActionResult.ReadWriteDenied);
        // The keys of GMAC are changed by the security setup, and a key pair by its own methods.
        if (_settings.Mechanism is not (AuthenticationMechanism.HighLevelGmac or AuthenticationMechanism.HighLevelEcdsa))
            WithMethod(2, parameter => (ActionResult)_settings.ChangeSecret(parameter));
    }

    private XdlmsContextInformation ContextInformation() =>
        new(_terms?.Conformance ?? _settings.Conformance, _settings.MaxPduSize, _terms?.ClientMaxPdu ?? 0);

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
            if (found.LogicalName != LogicalName && _settings.Sees(found) && (wanted is null || wanted(found))) entries.Add(Entry(found));
        }
        return CosemData.Array(entries);
    }

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
}
