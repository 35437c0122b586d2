using System.Numerics;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 113, Charge, of a server (IEC 62056-6-2, 4.6). What it collects is taken from the credits of its account.</summary>
public sealed class ChargeObject : StateObject<Charge>
{
    private const int MaximumPrices = 255;
    private readonly ExactAmount _exact = new();

    /// <summary>A charge with what it says at first.</summary>
    /// <param name="name">Its name, as a rule 0-0:19.20.e.255.</param>
    /// <param name="state">What it says.</param>
    public ChargeObject(LogicalName name, Charge state) : base(113, 0, name, state)
    {
        Keep(2, CosemTypes.DoubleLong, s => s.TotalPaid);
        Keep(3, CosemTypes.Enum<ChargeKind>(), s => s.Kind, (s, v) => s with { Kind = v }, Enum.IsDefined);
        Keep(4, CosemTypes.Unsigned, s => s.Priority, (s, v) => s with { Priority = v });
        Keep(5, CosemTypes.Structure<UnitCharge>(), s => s.Active);
        Keep(6, CosemTypes.Structure<UnitCharge>(), s => s.Passive, (s, v) => s with { Passive = v }, v => v.Table.Count <= MaximumPrices);
        Keep(7, CosemTypes.DateTime, s => s.ActivationTime, (s, v) => s with { ActivationTime = v });
        Keep(8, CosemTypes.DoubleLongUnsigned, s => s.Period, (s, v) => s with { Period = v });
        Keep(9, SetupTypes.Flags<ChargeConfiguration>(2), s => s.Configuration, (s, v) => s with { Configuration = v });
        Keep(10, CosemTypes.DateTime, s => s.LastCollectionTime);
        Keep(11, CosemTypes.DoubleLong, s => s.LastCollectionAmount);
        Keep(12, CosemTypes.DoubleLong, s => s.TotalRemaining);
        Keep(13, CosemTypes.LongUnsigned, s => s.Proportion, (s, v) => s with { Proportion = v }, v => v <= 10_000);
        WithMethod(1, CosemTypes.Array<ChargeTableElement>(), UpdateUnitCharge);
        WithMethod(2, _ => ActivatePassive());
        WithMethod(3, _ => Collecting?.Invoke(this) ?? ActionResult.TemporaryFailure);
        WithMethod(4, CosemTypes.DoubleLong, v => SetRemaining(s => (long)s.TotalRemaining + v));
        WithMethod(5, CosemTypes.DoubleLong, v => SetRemaining(_ => v));
    }

    /// <summary>What method 3 does; the account sets it.</summary>
    internal Func<ChargeObject, MethodAnswer>? Collecting { get; set; }

    /// <summary>Makes the passive prices the active ones, where there are some.</summary>
    public MethodAnswer ActivatePassive() => State.Passive.Table.Count == 0
        ? ActionResult.TemporaryFailure
        : Write(s => s with { Active = s.Passive, ActivationTime = CosemDateTime.NotSpecified });

    /// <summary>What a quantity costs by the active prices, in whole units of the currency's scale; the rest counts for the next
    /// time.</summary>
    /// <param name="index">Which price; the first where none has this index.</param>
    /// <param name="quantity">Units of the commodity, times ten to <paramref name="scaler"/>.</param>
    /// <param name="scaler">Power of ten of the quantity.</param>
    /// <param name="currency">Currency of the account.</param>
    /// <remarks>Not for several callers at once.</remarks>
    internal int Price(Octets index, long quantity, sbyte scaler, Currency currency)
    {
        var active = State.Active;
        var price = active.Table.FirstOrDefault(e => e.Index == index) ?? (active.Table.Count > 0 ? active.Table[0] : null);
        if (price is null) return 0;
        var exponent = scaler - active.Scaling.CommodityScale + active.Scaling.PriceScale - currency.Scale;
        return ExactAmount.Bound(_exact.Add(new BigInteger(quantity) * price.ChargePerUnit, exponent));
    }

    /// <summary>How much of an amount may be collected: what remains, unless it goes on without an end.</summary>
    internal int Bounded(int amount)
    {
        var state = State;
        return state.Configuration.HasFlag(ChargeConfiguration.Continuous) ? amount
            : Math.Clamp(amount, 0, Math.Max(0, state.TotalRemaining));
    }

    /// <summary>Notes a collection.</summary>
    internal void Note(int amount, CosemDateTime at) => Update(s => s with
    {
        TotalPaid = ExactAmount.Bound((long)s.TotalPaid + amount),
        LastCollectionAmount = amount,
        LastCollectionTime = at,
        TotalRemaining = s.Configuration.HasFlag(ChargeConfiguration.Continuous) ? s.TotalRemaining
            : ExactAmount.Bound((long)s.TotalRemaining - amount),
    });

    private MethodAnswer UpdateUnitCharge(IReadOnlyList<ChargeTableElement> elements)
    {
        var table = State.Passive.Table.ToList();
        foreach (var element in elements)
        {
            var at = table.FindIndex(e => e.Index == element.Index);
            if (at >= 0) table[at] = element;
            else if (table.Count < MaximumPrices) table.Add(element);
            else return ActionResult.OtherReason;
        }
        return Write(s => s with { Passive = s.Passive with { Table = table } });
    }

    private MethodAnswer SetRemaining(Func<Charge, long> remaining)
    {
        var fits = false;
        Update(s =>
        {
            var changed = remaining(s);
            fits = changed is >= int.MinValue and <= int.MaxValue;
            return fits ? s with { TotalRemaining = (int)changed } : s;
        });
        return fits ? Write(s => s) : ActionResult.OtherReason;
    }
}
