using Headrace.Dlms.Data;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 12, Association SN, of a server: the current association at FA00 (IEC 62056-6-2, 4.4.3).</summary>
public sealed class AssociationShortNameProxy(ICosemAccess server) : CosemProxy(server, 12, AssociationObject.Current)
{
    private static readonly CosemType<ShortNameMap> Objects = new(
        ShortNameMap.FromObjectList, map => CosemData.Array([.. map.Objects.Select(o => o.ToData())]), CosemTag.Array);

    private static readonly CosemType<CosemAttributeDescriptor> Identification = new(IdentificationFrom, IdentificationOf,
        CosemTag.Structure);

    private static readonly CosemType<IReadOnlyList<CosemData>> Values = new(
        data => data.Tag is CosemTag.Array or CosemTag.Structure ? data.Items : throw new ProtocolException($"{data.Tag} for a list"),
        values => CosemData.Structure([.. values]));

    private static readonly CosemType<AssociationUser> User = CosemTypes.Structure<AssociationUser>();

    /// <summary>Attribute 2: the objects with their base names.</summary>
    public AttributeProxy<ShortNameMap> ObjectList => Attribute(2, Objects);

    /// <summary>Attribute 3: the rights to attributes and methods.</summary>
    public AttributeProxy<IReadOnlyList<ShortNameRights>> AccessRights => Attribute(3, CosemTypes.Array<ShortNameRights>());

    /// <summary>Attribute 4 (version 3): the security setup that holds for the association; all zeros for none.</summary>
    public AttributeProxy<LogicalName> SecuritySetupReference => Attribute(4, AssociationNames.Reference);

    /// <summary>Attribute 5 (version 4): the users let in; none lets any in.</summary>
    public AttributeProxy<IReadOnlyList<AssociationUser>> UserList => Attribute(5, CosemTypes.Array<AssociationUser>());

    /// <summary>Attribute 6 (version 4): the user of now; id 0 for none.</summary>
    public AttributeProxy<AssociationUser> CurrentUser => Attribute(6, User);

    /// <summary>Method 3: reads attributes by logical names, in their order; null-data for those that cannot be read.</summary>
    public MethodProxy<IReadOnlyList<CosemAttributeDescriptor>, IReadOnlyList<CosemData>> ReadByLogicalName =>
        Method(3, CosemTypes.Array(Identification), Values);

    /// <summary>Method 5: a new password of LLS.</summary>
    public MethodProxy<ReadOnlyMemory<byte>> ChangeSecret => Method(5, CosemTypes.OctetString);

    /// <summary>Method 6: a new secret of HLS.</summary>
    public MethodProxy<ReadOnlyMemory<byte>> ChangeHlsSecret => Method(6, CosemTypes.OctetString);

    /// <summary>Method 9 (version 4): lets a user in.</summary>
    public MethodProxy<AssociationUser> AddUser => Method(9, User);

    /// <summary>Method 10 (version 4): takes a user out.</summary>
    public MethodProxy<AssociationUser> RemoveUser => Method(10, User);

    /// <summary>Reads an attribute_identification: class, logical name, attribute.</summary>
    /// <exception cref="ProtocolException">Another form.</exception>
    internal static CosemAttributeDescriptor IdentificationFrom(CosemData data)
    {
        var items = data.AsStructure(3);
        return new CosemAttributeDescriptor(items[0].AsNumber<ushort>(), items[1].AsLogicalName(), items[2].AsNumber<sbyte>());
    }

    private static CosemData IdentificationOf(CosemAttributeDescriptor attribute) => CosemData.Structure(
        CosemData.LongUnsigned(attribute.ClassId), CosemData.OctetString(attribute.LogicalName),
        CosemData.Integer(attribute.AttributeId));
}
