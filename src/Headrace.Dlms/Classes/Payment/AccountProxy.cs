using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 111, Account, of a server, as a client sees it (IEC 62056-6-2, 4.6).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class AccountProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 111, logicalName)
{
    /// <summary>Attribute 2, account_mode_and_status: how the customer pays, and whether the account is open.</summary>
    public AttributeProxy<AccountModeAndStatus> ModeAndStatus => Attribute(2, CosemTypes.Structure<AccountModeAndStatus>());

    /// <summary>Attribute 3, current_credit_in_use: place of the credit in use in credit_reference_list, 1 the first; 0 for none.</summary>
    public AttributeProxy<byte> CreditInUse => Attribute(3, CosemTypes.Unsigned);

    /// <summary>Attribute 4, current_credit_status: how the credit stands.</summary>
    public AttributeProxy<CurrentCreditStatus> CreditStatus => Attribute(4, SetupTypes.Flags<CurrentCreditStatus>(8));

    /// <summary>Attribute 5, available_credit: what can be spent, in units of the currency and its scale.</summary>
    public AttributeProxy<int> AvailableCredit => Attribute(5, CosemTypes.DoubleLong);

    /// <summary>Attribute 6, amount_to_clear: what must be paid before the account is in credit again.</summary>
    public AttributeProxy<int> AmountToClear => Attribute(6, CosemTypes.DoubleLong);

    /// <summary>Attribute 7, clearance_threshold: paid on top of what is owed before the account counts as cleared.</summary>
    public AttributeProxy<int> ClearanceThreshold => Attribute(7, CosemTypes.DoubleLong);

    /// <summary>Attribute 8, aggregated_debt: what remains of all charges.</summary>
    public AttributeProxy<int> AggregatedDebt => Attribute(8, CosemTypes.DoubleLong);

    /// <summary>Attribute 9, credit_reference_list: the credit objects.</summary>
    public AttributeProxy<IReadOnlyList<LogicalName>> Credits => Attribute(9, CosemTypes.Array(CosemTypes.LogicalName));

    /// <summary>Attribute 10, charge_reference_list: the charge objects.</summary>
    public AttributeProxy<IReadOnlyList<LogicalName>> Charges => Attribute(10, CosemTypes.Array(CosemTypes.LogicalName));

    /// <summary>Attribute 11, credit_charge_configuration: which charge is collected from which credit; empty for each from each.</summary>
    public AttributeProxy<IReadOnlyList<CreditChargeConfiguration>> CreditCharges =>
        Attribute(11, CosemTypes.Array<CreditChargeConfiguration>());

    /// <summary>Attribute 12, token_gateway_configuration: which credits share a token; empty for the first that takes tokens.</summary>
    public AttributeProxy<IReadOnlyList<TokenGatewayConfiguration>> TokenShares =>
        Attribute(12, CosemTypes.Array<TokenGatewayConfiguration>());

    /// <summary>Attribute 13, account_activation_time: when the account was opened, or will be.</summary>
    public AttributeProxy<CosemDateTime> ActivationTime => Attribute(13, CosemTypes.DateTime);

    /// <summary>Attribute 14, account_closure_time: when it was closed, or will be.</summary>
    public AttributeProxy<CosemDateTime> ClosureTime => Attribute(14, CosemTypes.DateTime);

    /// <summary>Attribute 15, currency: the currency of all amounts.</summary>
    public AttributeProxy<Currency> Currency => Attribute(15, CosemTypes.Structure<Currency>());

    /// <summary>Attribute 16, low_credit_threshold: credit at or below which it is low.</summary>
    public AttributeProxy<int> LowCreditThreshold => Attribute(16, CosemTypes.DoubleLong);

    /// <summary>Attribute 17, next_credit_available_threshold: credit at or below which the next one is offered; the credit that is next
    /// says its own in credit_available_threshold.</summary>
    public AttributeProxy<int> NextCreditThreshold => Attribute(17, CosemTypes.DoubleLong);

    /// <summary>Attribute 18, max_provision: most that charges on payments take within max_provision_period; 0 for no bound.</summary>
    public AttributeProxy<ushort> MaxProvision => Attribute(18, CosemTypes.LongUnsigned);

    /// <summary>Attribute 19, max_provision_period: that period, in seconds.</summary>
    public AttributeProxy<int> MaxProvisionPeriod => Attribute(19, CosemTypes.DoubleLong);

    /// <summary>Method 1, activate_account: opens the account.</summary>
    public MethodProxy Activate => Command(1);

    /// <summary>Method 2, close_account: closes it.</summary>
    public MethodProxy Close => Command(2);

    /// <summary>Method 3, reset_account: makes a closed account a new one.</summary>
    public MethodProxy Reset => Command(3);
}
