using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an object of class 113, Charge, says (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record Charge
{
    /// <summary>Attribute 2, total_amount_paid: collected since the account was opened, in units of the currency and its scale.</summary>
    public int TotalPaid { get; init; }

    /// <summary>Attribute 3, charge_type: what it is collected by.</summary>
    public ChargeKind Kind { get; init; }

    /// <summary>Attribute 4, priority: 1 is collected first, 255 last; 0 is not collected.</summary>
    public byte Priority { get; init; } = 1;

    /// <summary>Attribute 5, unit_charge_active: the prices that hold.</summary>
    public UnitCharge Active { get; init; } = UnitCharge.None;

    /// <summary>Attribute 6, unit_charge_passive: the prices that will.</summary>
    public UnitCharge Passive { get; init; } = UnitCharge.None;

    /// <summary>Attribute 7, unit_charge_activation_time: when the passive prices become active.</summary>
    public CosemDateTime ActivationTime { get; init; } = CosemDateTime.NotSpecified;

    /// <summary>Attribute 8, period: seconds between collections by time.</summary>
    public uint Period { get; init; }

    /// <summary>Attribute 9, charge_configuration: how it is collected.</summary>
    public ChargeConfiguration Configuration { get; init; }

    /// <summary>Attribute 10, last_collection_time: when it was collected last.</summary>
    public CosemDateTime LastCollectionTime { get; init; } = CosemDateTime.NotSpecified;

    /// <summary>Attribute 11, last_collection_amount: how much that was.</summary>
    public int LastCollectionAmount { get; init; }

    /// <summary>Attribute 12, total_amount_remaining: what remains to be collected, of a debt.</summary>
    public int TotalRemaining { get; init; }

    /// <summary>Attribute 13, proportion: part of a payment that is collected, 10000 for all of it.</summary>
    public ushort Proportion { get; init; }
}

/// <summary>What a charge is collected by (IEC 62056-6-2, 4.6).</summary>
public enum ChargeKind : byte
{
    /// <summary>Consumption.</summary>
    Consumption = 0,
    /// <summary>Time.</summary>
    Time = 1,
    /// <summary>Payments.</summary>
    Payment = 2,
}

/// <summary>How a charge is collected (IEC 62056-6-2, 4.6); bit 0 is the first of the bit-string.</summary>
[Flags]
public enum ChargeConfiguration : byte
{
    /// <summary>A fixed amount until nothing remains.</summary>
    None = 0,
    /// <summary>A part of each payment, in place of a fixed amount.</summary>
    PercentageBased = 1,
    /// <summary>Without an end: what remains is not looked at.</summary>
    Continuous = 2,
}

/// <summary>A price (IEC 62056-6-2, 4.6).</summary>
/// <param name="Index">Which tariff it belongs to.</param>
/// <param name="ChargePerUnit">The price of a unit.</param>
public sealed record ChargeTableElement(Octets Index, short ChargePerUnit) : ICosemStructure<ChargeTableElement>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ChargeTableElement FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ChargeTableElement(SetupTypes.Octets.FromData(items[0]), CosemTypes.Long.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        SetupTypes.Octets.ToData(Index), CosemTypes.Long.ToData(ChargePerUnit));
}

/// <summary>Powers of ten of a price (IEC 62056-6-2, 4.6).</summary>
/// <param name="CommodityScale">A unit is ten to this power of the commodity.</param>
/// <param name="PriceScale">The price is times ten to this power of the currency.</param>
public sealed record ChargePerUnitScaling(sbyte CommodityScale, sbyte PriceScale) : ICosemStructure<ChargePerUnitScaling>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ChargePerUnitScaling FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ChargePerUnitScaling(CosemTypes.Integer.FromData(items[0]), CosemTypes.Integer.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Integer.ToData(CommodityScale), CosemTypes.Integer.ToData(PriceScale));
}

/// <summary>What is counted (IEC 62056-6-2, 4.6).</summary>
/// <param name="ClassId">Class of the object; 0 for none.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="Attribute">The attribute.</param>
public sealed record CommodityReference(ushort ClassId, LogicalName LogicalName, sbyte Attribute) : ICosemStructure<CommodityReference>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static CommodityReference FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new CommodityReference(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.LogicalName.FromData(items[1]), CosemTypes.Integer.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(ClassId), CosemTypes.LogicalName.ToData(LogicalName), CosemTypes.Integer.ToData(Attribute));
}

/// <summary>Prices (IEC 62056-6-2, 4.6).</summary>
/// <param name="Scaling">Powers of ten.</param>
/// <param name="Commodity">What is counted.</param>
/// <param name="Table">The prices.</param>
public sealed record UnitCharge(
    ChargePerUnitScaling Scaling, CommodityReference Commodity, IReadOnlyList<ChargeTableElement> Table)
    : ICosemStructure<UnitCharge>
{
    /// <summary>No prices.</summary>
    public static UnitCharge None { get; } = new(new(0, 0), new(0, default, 0), []);

    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static UnitCharge FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new UnitCharge(
            ChargePerUnitScaling.FromData(items[0]), CommodityReference.FromData(items[1]),
            CosemTypes.Array<ChargeTableElement>().FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        Scaling.ToData(), Commodity.ToData(), CosemTypes.Array<ChargeTableElement>().ToData(Table));
}
