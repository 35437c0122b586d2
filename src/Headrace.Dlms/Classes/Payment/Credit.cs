using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an object of class 112, Credit, says (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record Credit
{
    /// <summary>Attribute 2, current_credit_amount: what is left, in units of the currency and its scale; negative where more was
    /// spent.</summary>
    public int Amount { get; init; }

    /// <summary>Attribute 3, credit_type: where it comes from.</summary>
    public CreditKind Kind { get; init; }

    /// <summary>Attribute 4, priority: 1 is spent first, 255 last; 0 is not spent.</summary>
    public byte Priority { get; init; } = 1;

    /// <summary>Attribute 5, warning_threshold: amount at or below which the customer is warned.</summary>
    public int WarningThreshold { get; init; }

    /// <summary>Attribute 6, limit: amount at which it is exhausted.</summary>
    public int Limit { get; init; }

    /// <summary>Attribute 7, credit_configuration: how it is used.</summary>
    public CreditConfiguration Configuration { get; init; }

    /// <summary>Attribute 8, credit_status: how it stands.</summary>
    public CreditStatus Status { get; init; }

    /// <summary>Attribute 9, preset_credit_amount: amount it is renewed to.</summary>
    public int PresetAmount { get; init; }

    /// <summary>Attribute 10, credit_available_threshold: credit of higher priority at or below which this one is offered.</summary>
    public int AvailableThreshold { get; init; }

    /// <summary>Attribute 11, period: when it is renewed; wildcards repeat.</summary>
    public CosemDateTime Period { get; init; } = CosemDateTime.NotSpecified;
}

/// <summary>Where a credit comes from (IEC 62056-6-2, 4.6).</summary>
public enum CreditKind : byte
{
    /// <summary>Tokens.</summary>
    Token = 0,
    /// <summary>Set aside.</summary>
    Reserved = 1,
    /// <summary>Lent in an emergency.</summary>
    Emergency = 2,
    /// <summary>Given from time to time.</summary>
    TimeBased = 3,
    /// <summary>Given with consumption.</summary>
    ConsumptionBased = 4,
}

/// <summary>How a credit stands (IEC 62056-6-2, 4.6).</summary>
public enum CreditStatus : byte
{
    /// <summary>Not needed yet.</summary>
    Enabled = 0,
    /// <summary>Waits for the customer to confirm it.</summary>
    Selectable = 1,
    /// <summary>Confirmed, and spent when those before are exhausted.</summary>
    Invoked = 2,
    /// <summary>Being spent.</summary>
    InUse = 3,
    /// <summary>At its limit.</summary>
    Exhausted = 4,
}

/// <summary>How a credit is used (IEC 62056-6-2, 4.6); bit 0 is the first of the bit-string.</summary>
[Flags]
public enum CreditConfiguration : byte
{
    /// <summary>Nothing of the below.</summary>
    None = 0,
    /// <summary>Its use is shown.</summary>
    VisualIndication = 1,
    /// <summary>The customer has to confirm it.</summary>
    RequiresConfirmation = 2,
    /// <summary>What is spent has to be paid back.</summary>
    RequiresRepayment = 4,
    /// <summary>Renewed to its preset amount when the account is cleared.</summary>
    Resettable = 8,
    /// <summary>Tokens add to it.</summary>
    AcceptsTokens = 16,
}
