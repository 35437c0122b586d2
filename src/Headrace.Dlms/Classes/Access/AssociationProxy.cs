using Headrace.Dlms.Acse;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 15, Association LN, versions 0 to 3, of a server: what this client may do there, and its secret (IEC 62056-6-2,
/// 4.4.4).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name; null for the association the client is in.</param>
public sealed class AssociationProxy(ICosemAccess server, LogicalName? logicalName = null)
    : CosemProxy(server, 15, logicalName ?? AssociationObject.Current)
{
    private static readonly CosemType<AssociationUser> User = CosemTypes.Structure<AssociationUser>();

    /// <summary>Attribute 2, object_list: the objects with their rights; <see cref="ListedObject.FromData"/> takes it apart.</summary>
    public AttributeProxy<CosemData> ObjectList => Attribute(2);

    /// <summary>Attribute 3, associated_partners_id: the SAPs of both sides.</summary>
    public AttributeProxy<AssociatedPartners> AssociatedPartners => Attribute(3, CosemTypes.Structure<AssociatedPartners>());

    /// <summary>Attribute 4, application_context_name.</summary>
    public AttributeProxy<ApplicationContext> ApplicationContext => Attribute(4, AssociationNames.Context);

    /// <summary>Attribute 5, xDLMS_context_info: what was negotiated.</summary>
    public AttributeProxy<XdlmsContextInformation> Context => Attribute(5, CosemTypes.Structure<XdlmsContextInformation>());

    /// <summary>Attribute 6, authentication_mechanism_name.</summary>
    public AttributeProxy<AuthenticationMechanism> AuthenticationMechanism => Attribute(6, AssociationNames.Mechanism);

    /// <summary>Attribute 7, secret: a new password of LLS; written, not read.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> Secret => Attribute(7, CosemTypes.OctetString);

    /// <summary>Attribute 8, association_status.</summary>
    public AttributeProxy<AssociationStatus> Status => Attribute(8, CosemTypes.Enum<AssociationStatus>());

    /// <summary>Attribute 9 (version 1), security_setup_reference: the security setup that holds; all zeros for none.</summary>
    public AttributeProxy<LogicalName> SecuritySetupReference => Attribute(9, AssociationNames.Reference);

    /// <summary>Attribute 10 (version 2), user_list: the users let in; none lets any in.</summary>
    public AttributeProxy<IReadOnlyList<AssociationUser>> UserList => Attribute(10, CosemTypes.Array<AssociationUser>());

    /// <summary>Attribute 11 (version 2), current_user: the user of now; id 0 for none.</summary>
    public AttributeProxy<AssociationUser> CurrentUser => Attribute(11, User);

    /// <summary>Method 2, change_HLS_secret: a new secret of HLS.</summary>
    public MethodProxy<ReadOnlyMemory<byte>> ChangeHlsSecret => Method(2, CosemTypes.OctetString);

    /// <summary>Method 3, add_object: puts an <c>object_list_element</c> into the list.</summary>
    public MethodProxy<CosemData> AddObject => Method(3);

    /// <summary>Method 4, remove_object: takes an <c>object_list_element</c> out of the list.</summary>
    public MethodProxy<CosemData> RemoveObject => Method(4);

    /// <summary>Method 5 (version 2), add_user: lets a user in.</summary>
    public MethodProxy<AssociationUser> AddUser => Method(5, User);

    /// <summary>Method 6 (version 2), remove_user: takes a user out.</summary>
    public MethodProxy<AssociationUser> RemoveUser => Method(6, User);
}
