using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 112, Credit, of a server, as a client sees it (IEC 62056-6-2, 4.6).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class CreditProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 112, logicalName)
{
    /// <summary>Attribute 2, current_credit_amount: what is left, in units of the currency and its scale; negative where more was
    /// spent.</summary>
    public AttributeProxy<int> Amount => Attribute(2, CosemTypes.DoubleLong);

    /// <summary>Attribute 3, credit_type: where it comes from.</summary>
    public AttributeProxy<CreditKind> Kind => Attribute(3, CosemTypes.Enum<CreditKind>());

    /// <summary>Attribute 4, priority: 1 is spent first, 255 last; 0 is not spent.</summary>
    public AttributeProxy<byte> Priority => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5, warning_threshold: amount at or below which the customer is warned.</summary>
    public AttributeProxy<int> WarningThreshold => Attribute(5, CosemTypes.DoubleLong);

    /// <summary>Attribute 6, limit: amount at which it is exhausted.</summary>
    public AttributeProxy<int> Limit => Attribute(6, CosemTypes.DoubleLong);

    /// <summary>Attribute 7, credit_configuration: how it is used.</summary>
    public AttributeProxy<CreditConfiguration> Configuration => Attribute(7, SetupTypes.Flags<CreditConfiguration>(5));

    /// <summary>Attribute 8, credit_status: how it stands.</summary>
    public AttributeProxy<CreditStatus> Status => Attribute(8, CosemTypes.Enum<CreditStatus>());

    /// <summary>Attribute 9, preset_credit_amount: amount it is renewed to.</summary>
    public AttributeProxy<int> PresetAmount => Attribute(9, CosemTypes.DoubleLong);

    /// <summary>Attribute 10, credit_available_threshold: credit of higher priority at or below which this one is offered.</summary>
    public AttributeProxy<int> AvailableThreshold => Attribute(10, CosemTypes.DoubleLong);

    /// <summary>Attribute 11, period: when it is renewed; wildcards repeat.</summary>
    public AttributeProxy<CosemDateTime> Period => Attribute(11, CosemTypes.DateTime);

    /// <summary>Method 1, update_amount: adds to the amount, or takes from it.</summary>
    public MethodProxy<int> UpdateAmount => Method(1, CosemTypes.DoubleLong);

    /// <summary>Method 2, set_amount_to_value: sets the amount.</summary>
    public MethodProxy<int> SetAmount => Method(2, CosemTypes.DoubleLong);

    /// <summary>Method 3, invoke_credit: confirms a credit that waits for it.</summary>
    public MethodProxy Invoke => Command(3);
}
