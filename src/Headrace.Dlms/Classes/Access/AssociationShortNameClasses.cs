using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 12, Association SN (IEC 62056-6-2, 4.4.3), as data.</summary>
/// <remarks>Attributes 5 and 6 of version 4 stand where methods 1 and 2 would, which no version has any more.</remarks>
internal static class AssociationShortNameClasses
{
    private const ushort Methods = 0x20;

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(12, 2, "Association SN", [ObjectList, AccessRights], Usual, Methods),
        InterfaceClass.Define(12, 3, "Association SN", [ObjectList, AccessRights, SecuritySetup], Usual, Methods),
        InterfaceClass.Define(12, 4, "Association SN",
            [ObjectList, AccessRights, SecuritySetup, new(5, "user_list", CosemTag.Array), new(6, "current_user", CosemTag.Structure)],
            [.. Usual, new(9, "add_user", CosemTag.Structure), new(10, "remove_user", CosemTag.Structure)], Methods),
    ];

    private static AttributeDefinition ObjectList => new(2, "object_list", CosemTag.Array);

    private static AttributeDefinition AccessRights => new(3, "access_rights_list", CosemTag.Array);

    private static AttributeDefinition SecuritySetup => new(4, "security_setup_reference", CosemTag.OctetString);

    private static MethodDefinition[] Usual =>
    [
        new(3, "read_by_logicalname", CosemTag.Array), new(5, "change_secret", CosemTag.OctetString),
        new(6, "change_HLS_secret", CosemTag.OctetString), new(8, "reply_to_HLS_authentication", CosemTag.OctetString),
    ];
}
