using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 113, Charge, of a server, as a client sees it (IEC 62056-6-2, 4.6).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class ChargeProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 113, logicalName)
{
    /// <summary>Attribute 2, total_amount_paid: collected since the account was opened, in units of the currency and its scale.</summary>
    public AttributeProxy<int> TotalPaid => Attribute(2, CosemTypes.DoubleLong);

    /// <summary>Attribute 3, charge_type: what it is collected by.</summary>
    public AttributeProxy<ChargeKind> Kind => Attribute(3, CosemTypes.Enum<ChargeKind>());

    /// <summary>Attribute 4, priority: 1 is collected first, 255 last; 0 is not collected.</summary>
    public AttributeProxy<byte> Priority => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5, unit_charge_active: the prices that hold.</summary>
    public AttributeProxy<UnitCharge> Active => Attribute(5, CosemTypes.Structure<UnitCharge>());

    /// <summary>Attribute 6, unit_charge_passive: the prices that will.</summary>
    public AttributeProxy<UnitCharge> Passive => Attribute(6, CosemTypes.Structure<UnitCharge>());

    /// <summary>Attribute 7, unit_charge_activation_time: when the passive prices become active.</summary>
    public AttributeProxy<CosemDateTime> ActivationTime => Attribute(7, CosemTypes.DateTime);

    /// <summary>Attribute 8, period: seconds between collections by time.</summary>
    public AttributeProxy<uint> Period => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 9, charge_configuration: how it is collected.</summary>
    public AttributeProxy<ChargeConfiguration> Configuration => Attribute(9, SetupTypes.Flags<ChargeConfiguration>(2));

    /// <summary>Attribute 10, last_collection_time: when it was collected last.</summary>
    public AttributeProxy<CosemDateTime> LastCollectionTime => Attribute(10, CosemTypes.DateTime);

    /// <summary>Attribute 11, last_collection_amount: how much that was.</summary>
    public AttributeProxy<int> LastCollectionAmount => Attribute(11, CosemTypes.DoubleLong);

    /// <summary>Attribute 12, total_amount_remaining: what remains to be collected, of a debt.</summary>
    public AttributeProxy<int> TotalRemaining => Attribute(12, CosemTypes.DoubleLong);

    /// <summary>Attribute 13, proportion: part of a payment that is collected, 10000 for all of it.</summary>
    public AttributeProxy<ushort> Proportion => Attribute(13, CosemTypes.LongUnsigned);

    /// <summary>Method 1, update_unit_charge: changes passive prices, or adds to them, by their index.</summary>
    public MethodProxy<IReadOnlyList<ChargeTableElement>> UpdateUnitCharge => Method(1, CosemTypes.Array<ChargeTableElement>());

    /// <summary>Method 2, activate_passive_unit_charge: makes the passive prices the active ones.</summary>
    public MethodProxy ActivatePassive => Command(2);

    /// <summary>Method 3, collect: collects now.</summary>
    public MethodProxy Collect => Command(3);

    /// <summary>Method 4, update_total_amount_remaining: adds to what remains, or takes from it.</summary>
    public MethodProxy<int> UpdateTotalRemaining => Method(4, CosemTypes.DoubleLong);

    /// <summary>Method 5, set_total_amount_remaining: sets what remains.</summary>
    public MethodProxy<int> SetTotalRemaining => Method(5, CosemTypes.DoubleLong);
}
