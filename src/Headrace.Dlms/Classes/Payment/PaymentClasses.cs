using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>The classes of payment metering (IEC 62056-6-2, 4.6).</summary>
internal static class PaymentClasses
{
    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(111, 0, "Account",
            [
                new(2, "account_mode_and_status", CosemTag.Structure), new(3, "current_credit_in_use", CosemTag.Unsigned),
                new(4, "current_credit_status", CosemTag.BitString), new(5, "available_credit", CosemTag.DoubleLong),
                new(6, "amount_to_clear", CosemTag.DoubleLong), new(7, "clearance_threshold", CosemTag.DoubleLong),
                new(8, "aggregated_debt", CosemTag.DoubleLong), new(9, "credit_reference_list", CosemTag.Array),
                new(10, "charge_reference_list", CosemTag.Array), new(11, "credit_charge_configuration", CosemTag.Array),
                new(12, "token_gateway_configuration", CosemTag.Array), new(13, "account_activation_time", CosemTag.OctetString),
                new(14, "account_closure_time", CosemTag.OctetString), new(15, "currency", CosemTag.Structure),
                new(16, "low_credit_threshold", CosemTag.DoubleLong), new(17, "next_credit_available_threshold", CosemTag.DoubleLong),
                new(18, "max_provision", CosemTag.LongUnsigned), new(19, "max_provision_period", CosemTag.DoubleLong),
            ],
            [
                new(1, "activate_account", CosemTag.Integer), new(2, "close_account", CosemTag.Integer),
                new(3, "reset_account", CosemTag.Integer),
            ]),
        InterfaceClass.Define(112, 0, "Credit",
            [
                new(2, "current_credit_amount", CosemTag.DoubleLong), new(3, "credit_type", CosemTag.Enum),
                new(4, "priority", CosemTag.Unsigned), new(5, "warning_threshold", CosemTag.DoubleLong),
                new(6, "limit", CosemTag.DoubleLong), new(7, "credit_configuration", CosemTag.BitString),
                new(8, "credit_status", CosemTag.Enum), new(9, "preset_credit_amount", CosemTag.DoubleLong),
                new(10, "credit_available_threshold", CosemTag.DoubleLong), new(11, "period", CosemTag.OctetString),
            ],
            [
                new(1, "update_amount", CosemTag.DoubleLong), new(2, "set_amount_to_value", CosemTag.DoubleLong),
                new(3, "invoke_credit", CosemTag.Integer),
            ]),
        InterfaceClass.Define(113, 0, "Charge",
            [
                new(2, "total_amount_paid", CosemTag.DoubleLong), new(3, "charge_type", CosemTag.Enum),
                new(4, "priority", CosemTag.Unsigned), new(5, "unit_charge_active", CosemTag.Structure),
                new(6, "unit_charge_passive", CosemTag.Structure), new(7, "unit_charge_activation_time", CosemTag.OctetString),
                new(8, "period", CosemTag.DoubleLongUnsigned), new(9, "charge_configuration", CosemTag.BitString),
                new(10, "last_collection_time", CosemTag.OctetString), new(11, "last_collection_amount", CosemTag.DoubleLong),
                new(12, "total_amount_remaining", CosemTag.DoubleLong), new(13, "proportion", CosemTag.LongUnsigned),
            ],
            [
                new(1, "update_unit_charge", CosemTag.Array), new(2, "activate_passive_unit_charge", CosemTag.Integer),
                new(3, "collect", CosemTag.Integer), new(4, "update_total_amount_remaining", CosemTag.DoubleLong),
                new(5, "set_total_amount_remaining", CosemTag.DoubleLong),
            ]),
        InterfaceClass.Define(115, 0, "Token gateway",
            [
                new(2, "token", CosemTag.OctetString), new(3, "token_time", CosemTag.OctetString),
                new(4, "token_description", CosemTag.Array), new(5, "token_delivery_method", CosemTag.Enum),
                new(6, "token_status", CosemTag.Structure),
            ],
            [new(1, "enter", CosemTag.OctetString)]),
        InterfaceClass.Define(116, 0, "IEC 62055-41 attributes",
            [
                new(2, "meter_PAN", CosemTag.Structure), new(3, "commodity", CosemTag.OctetString),
                new(4, "token_carrier_types", CosemTag.Array), new(5, "encryption_algorithm", CosemTag.Unsigned),
                new(6, "supply_group_code", CosemTag.DoubleLongUnsigned), new(7, "tariff_index", CosemTag.Unsigned),
                new(8, "key_revision_number", CosemTag.Unsigned), new(9, "key_type", CosemTag.Unsigned),
                new(10, "key_expiry_number", CosemTag.Unsigned), new(11, "no_of_KCT_supported", CosemTag.Unsigned),
                new(12, "STS_certificate_no", CosemTag.OctetString),
            ],
            []),
    ];
}
