using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an object of class 111, Account, says (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record Account
{
    /// <summary>Attribute 2, account_mode_and_status: how the customer pays, and whether the account is open.</summary>
    public AccountModeAndStatus ModeAndStatus { get; init; } = new(AccountMode.Prepayment, AccountStatus.New);

    /// <summary>Attribute 7, clearance_threshold: paid on top of what is owed before the account counts as cleared.</summary>
    public int ClearanceThreshold { get; init; }

    /// <summary>Attribute 9, credit_reference_list: the credit objects.</summary>
    public IReadOnlyList<LogicalName> Credits { get; init; } = [];

    /// <summary>Attribute 10, charge_reference_list: the charge objects.</summary>
    public IReadOnlyList<LogicalName> Charges { get; init; } = [];

    /// <summary>Attribute 11, credit_charge_configuration: which charge is collected from which credit; empty for each from each.</summary>
    public IReadOnlyList<CreditChargeConfiguration> CreditCharges { get; init; } = [];

    /// <summary>Attribute 12, token_gateway_configuration: which credits share a token; empty for the first that takes tokens.</summary>
    public IReadOnlyList<TokenGatewayConfiguration> TokenShares { get; init; } = [];

    /// <summary>Attribute 13, account_activation_time: when the account was opened, or will be.</summary>
    public CosemDateTime ActivationTime { get; init; } = CosemDateTime.NotSpecified;

    /// <summary>Attribute 14, account_closure_time: when it was closed, or will be.</summary>
    public CosemDateTime ClosureTime { get; init; } = CosemDateTime.NotSpecified;

    /// <summary>Attribute 15, currency: the currency of all amounts.</summary>
    public Currency Currency { get; init; } = new("", 0, CurrencyUnit.Monetary);

    /// <summary>Attribute 16, low_credit_threshold: credit at or below which it is low.</summary>
    public int LowCreditThreshold { get; init; }

    /// <summary>Attribute 17, next_credit_available_threshold: credit at or below which the next one is offered; the credit that is next
    /// says its own in credit_available_threshold.</summary>
    public int NextCreditThreshold { get; init; }

    /// <summary>Attribute 18, max_provision: most that charges on payments take within max_provision_period; 0 for no bound.</summary>
    public ushort MaxProvision { get; init; }

    /// <summary>Attribute 19, max_provision_period: that period, in seconds.</summary>
    public int MaxProvisionPeriod { get; init; }
}

/// <summary>How a customer pays (IEC 62056-6-2, 4.6).</summary>
public enum AccountMode : byte
{
    /// <summary>Afterwards.</summary>
    Credit = 1,
    /// <summary>In advance.</summary>
    Prepayment = 2,
}

/// <summary>Whether an account is open (IEC 62056-6-2, 4.6).</summary>
public enum AccountStatus : byte
{
    /// <summary>Not opened yet.</summary>
    New = 1,
    /// <summary>Open.</summary>
    Active = 2,
    /// <summary>Closed.</summary>
    Closed = 3,
}

/// <summary>How the credit of an account stands (IEC 62056-6-2, 4.6); bit 0 is the first of the bit-string.</summary>
[Flags]
public enum CurrentCreditStatus : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>There is credit.</summary>
    InCredit = 1,
    /// <summary>It is at or below the low credit threshold.</summary>
    LowCredit = 2,
    /// <summary>Another credit could follow.</summary>
    NextCreditEnabled = 4,
    /// <summary>Another credit waits to be confirmed.</summary>
    NextCreditSelectable = 8,
    /// <summary>Another credit follows by itself.</summary>
    NextCreditSelected = 16,
    /// <summary>The credit in use was confirmed by the customer.</summary>
    SelectableCreditInUse = 32,
    /// <summary>There is no credit.</summary>
    OutOfCredit = 64,
    /// <summary>Reserved.</summary>
    Reserved = 128,
}

/// <summary>When a charge is collected from a credit (IEC 62056-6-2, 4.6).</summary>
[Flags]
public enum CollectionConfiguration : byte
{
    /// <summary>Always but in the cases below.</summary>
    None = 0,
    /// <summary>Also while the supply is disconnected.</summary>
    WhileDisconnected = 1,
    /// <summary>Also while the load is limited.</summary>
    WhileLoadLimiting = 2,
    /// <summary>Also in periods of friendly credit.</summary>
    WhileFriendly = 4,
}

/// <summary>What a currency counts (IEC 62056-6-2, 4.6).</summary>
public enum CurrencyUnit : byte
{
    /// <summary>Time.</summary>
    Time = 0,
    /// <summary>Consumption.</summary>
    Consumption = 1,
    /// <summary>Money.</summary>
    Monetary = 2,
}

/// <summary>How a customer pays, and whether the account is open (IEC 62056-6-2, 4.6).</summary>
/// <param name="Mode">How.</param>
/// <param name="Status">Whether.</param>
public sealed record AccountModeAndStatus(AccountMode Mode, AccountStatus Status) : ICosemStructure<AccountModeAndStatus>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static AccountModeAndStatus FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new AccountModeAndStatus(
            CosemTypes.Enum<AccountMode>().FromData(items[0]), CosemTypes.Enum<AccountStatus>().FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Enum<AccountMode>().ToData(Mode), CosemTypes.Enum<AccountStatus>().ToData(Status));
}

/// <summary>A charge that is collected from a credit (IEC 62056-6-2, 4.6).</summary>
/// <param name="Credit">The credit object.</param>
/// <param name="Charge">The charge object.</param>
/// <param name="Collection">When.</param>
public sealed record CreditChargeConfiguration(
    LogicalName Credit, LogicalName Charge, CollectionConfiguration Collection)
    : ICosemStructure<CreditChargeConfiguration>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static CreditChargeConfiguration FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new CreditChargeConfiguration(
            CosemTypes.LogicalName.FromData(items[0]), CosemTypes.LogicalName.FromData(items[1]),
            SetupTypes.Flags<CollectionConfiguration>(3).FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LogicalName.ToData(Credit), CosemTypes.LogicalName.ToData(Charge),
        SetupTypes.Flags<CollectionConfiguration>(3).ToData(Collection));
}

/// <summary>A credit that has a share in tokens (IEC 62056-6-2, 4.6).</summary>
/// <param name="Credit">The credit object.</param>
/// <param name="Proportion">Its share, in percent.</param>
public sealed record TokenGatewayConfiguration(LogicalName Credit, byte Proportion) : ICosemStructure<TokenGatewayConfiguration>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static TokenGatewayConfiguration FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new TokenGatewayConfiguration(CosemTypes.LogicalName.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LogicalName.ToData(Credit), CosemTypes.Unsigned.ToData(Proportion));
}

/// <summary>The currency of an account (IEC 62056-6-2, 4.6).</summary>
/// <param name="Name">Name, as ISO 4217 has it.</param>
/// <param name="Scale">Amounts are times ten to this power.</param>
/// <param name="Unit">What it counts.</param>
public sealed record Currency(string Name, sbyte Scale, CurrencyUnit Unit) : ICosemStructure<Currency>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static Currency FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new Currency(
            SetupTypes.Utf8String.FromData(items[0]), CosemTypes.Integer.FromData(items[1]),
            CosemTypes.Enum<CurrencyUnit>().FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        SetupTypes.Utf8String.ToData(Name), CosemTypes.Integer.ToData(Scale), CosemTypes.Enum<CurrencyUnit>().ToData(Unit));
}
