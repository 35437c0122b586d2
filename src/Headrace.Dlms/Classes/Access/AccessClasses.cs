using Tag = Headrace.Dlms.Data.CosemTag;

namespace Headrace.Dlms.Classes.Access;

/// <summary>The classes of access and management (IEC 62056-6-2, interface classes for access control and management).</summary>
internal static class AccessClasses
{
    private static readonly AttributeDefinition[] AssociationAttributes =
    [
        new(2, "object_list", Tag.Array), new(3, "associated_partners_id", Tag.Structure),
        new(4, "application_context_name", Tag.Structure, Tag.OctetString), new(5, "xDLMS_context_info", Tag.Structure),
        new(6, "authentication_mechanism_name", Tag.Structure, Tag.OctetString), new(7, "secret", Tag.OctetString),
        new(8, "association_status", Tag.Enum),
    ];

    private static readonly AttributeDefinition SecuritySetupOfAssociation = new(9, "security_setup_reference", Tag.OctetString);

    private static readonly AttributeDefinition[] AssociationUsers =
        [new(10, "user_list", Tag.Array), new(11, "current_user", Tag.Structure)];

    private static readonly MethodDefinition[] AssociationMethods =
    [
        new(1, "reply_to_HLS_authentication", Tag.OctetString), new(2, "change_HLS_secret", Tag.OctetString),
        new(3, "add_object", Tag.Structure), new(4, "remove_object", Tag.Structure),
    ];

    private static readonly MethodDefinition[] AssociationUserMethods =
        [new(5, "add_user", Tag.Structure), new(6, "remove_user", Tag.Structure)];

    private static readonly AttributeDefinition[] PushAttributes =
    [
        new(2, "push_object_list", Tag.Array), new(3, "send_destination_and_method", Tag.Structure),
        new(4, "communication_window", Tag.Array),
        new(5, "randomisation_start_interval", Tag.LongUnsigned), new(6, "number_of_retries", Tag.Unsigned),
    ];

    private static readonly AttributeDefinition PushDelay = new(7, "repetition_delay", Tag.LongUnsigned);

    private static readonly AttributeDefinition PushDelays = new(7, "repetition_delay", Tag.Structure);

    private static readonly AttributeDefinition[] PushProtection =
    [
        new(8, "port_reference", Tag.OctetString), new(9, "push_client_SAP", Tag.Integer), new(10, "push_protection_parameters", Tag.Array),
    ];

    private static readonly AttributeDefinition[] PushConfirmation =
    [
        new(11, "push_operation_method", Tag.Enum), new(12, "confirmation_parameters", Tag.Structure),
        new(13, "last_confirmation_date_time", Tag.OctetString, Tag.DateTime),
    ];

    private static readonly MethodDefinition Push = new(1, "push");

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(15, 0, "Association LN", AssociationAttributes, AssociationMethods),
        InterfaceClass.Define(15, 1, "Association LN", [.. AssociationAttributes, SecuritySetupOfAssociation], AssociationMethods),
        InterfaceClass.Define(15, 2, "Association LN", [.. AssociationAttributes, SecuritySetupOfAssociation, .. AssociationUsers],
            [.. AssociationMethods, .. AssociationUserMethods]),
        InterfaceClass.Define(15, 3, "Association LN", [.. AssociationAttributes, SecuritySetupOfAssociation, .. AssociationUsers],
            [.. AssociationMethods, .. AssociationUserMethods]),
        InterfaceClass.Define(17, 0, "SAP assignment", [new(2, "SAP_assignment_list", Tag.Array)],
            [new(1, "connect_logical_device", Tag.Structure)], 0x20),
        InterfaceClass.Define(18, 0, "Image transfer",
        [
            new(2, "image_block_size", Tag.DoubleLongUnsigned), new(3, "image_transferred_blocks_status", Tag.BitString),
            new(4, "image_first_not_transferred_block_number", Tag.DoubleLongUnsigned), new(5, "image_transfer_enabled", Tag.Boolean),
            new(6, "image_transfer_status", Tag.Enum), new(7, "image_to_activate_info", Tag.Array),
        ],
        [
            new(1, "image_transfer_initiate", Tag.Structure), new(2, "image_block_transfer", Tag.Structure), new(3, "image_verify"),
            new(4, "image_activate"),
        ],
        0x40),
        InterfaceClass.Define(40, 0, "Push setup", [.. PushAttributes, PushDelay], [Push], 0x38),
        InterfaceClass.Define(40, 1, "Push setup", [.. PushAttributes, PushDelay, .. PushProtection], [Push], 0x38),
        InterfaceClass.Define(40, 2, "Push setup", [.. PushAttributes, PushDelays, .. PushProtection, .. PushConfirmation], [Push], 0x38),
        InterfaceClass.Define(40, 3, "Push setup", [.. PushAttributes, PushDelays, .. PushProtection, .. PushConfirmation],
            [Push, new(2, "reset")], 0x38),
        InterfaceClass.Define(64, 0, "Security setup", SecurityAttributes,
            [new(1, "security_activate", Tag.Enum), new(2, "key_transfer", Tag.Array)], 0x30),
        InterfaceClass.Define(64, 1, "Security setup", [.. SecurityAttributes, new(6, "certificates", Tag.Array)],
        [
            new(1, "security_activate", Tag.Enum), new(2, "key_transfer", Tag.Array), new(3, "key_agreement", Tag.Array),
            new(4, "generate_key_pair", Tag.Enum), new(5, "generate_certificate_request", Tag.Enum),
            new(6, "import_certificate", Tag.OctetString), new(7, "export_certificate", Tag.Structure),
            new(8, "remove_certificate", Tag.Structure),
        ],
        0x30),
    ];

    private static AttributeDefinition[] SecurityAttributes =>
    [
        new(2, "security_policy", Tag.Enum), new(3, "security_suite", Tag.Enum), new(4, "client_system_title", Tag.OctetString),
        new(5, "server_system_title", Tag.OctetString),
    ];
}
