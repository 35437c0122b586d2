using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 112, Credit, of a server (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Its status follows from that of all credits of an account: see <see cref="CreditRanking"/>.</remarks>
public sealed class CreditObject : StateObject<Credit>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public CreditObject(LogicalName name, Credit state)
        : base(112, 0, name, state)
    {
        Keep(2, CosemTypes.DoubleLong, s => s.Amount);
        Keep(3, CosemTypes.Enum<CreditKind>(), s => s.Kind, (s, v) => s with { Kind = v }, Enum.IsDefined);
        Keep(4, CosemTypes.Unsigned, s => s.Priority, (s, v) => s with { Priority = v });
        Keep(5, CosemTypes.DoubleLong, s => s.WarningThreshold, (s, v) => s with { WarningThreshold = v });
        Keep(6, CosemTypes.DoubleLong, s => s.Limit, (s, v) => s with { Limit = v });
        Keep(7, SetupTypes.Flags<CreditConfiguration>(5), s => s.Configuration, (s, v) => s with { Configuration = v });
        Keep(8, CosemTypes.Enum<CreditStatus>(), s => s.Status);
        Keep(9, CosemTypes.DoubleLong, s => s.PresetAmount, (s, v) => s with { PresetAmount = v });
        Keep(10, CosemTypes.DoubleLong, s => s.AvailableThreshold, (s, v) => s with { AvailableThreshold = v });
        Keep(11, CosemTypes.DateTime, s => s.Period, (s, v) => s with { Period = v });
        WithMethod(1, CosemTypes.DoubleLong, v => Change(s => (long)s.Amount + v));
        WithMethod(2, CosemTypes.DoubleLong, v => Change(_ => v));
        WithMethod(3, _ => InvokeCredit());
    }

    /// <summary>Whether the customer is to be warned.</summary>
    public bool IsLow => State is var s && s.Amount <= s.WarningThreshold;

    /// <summary>Renews the credit to its preset amount, as the device does when its period comes round.</summary>
    public void Renew() => Write(s => s with { Amount = s.PresetAmount });

    private MethodAnswer Change(Func<Credit, long> amount)
    {
        var fits = false;
        Update(s =>
        {
            var changed = amount(s);
            fits = changed is >= int.MinValue and <= int.MaxValue;
            return fits ? s with { Amount = (int)changed } : s;
        });
        return fits ? Write(s => s) : ActionResult.OtherReason;
    }

    private MethodAnswer InvokeCredit()
    {
        var waited = false;
        Update(s =>
        {
            waited = s.Status == CreditStatus.Selectable;
            return waited ? s with { Status = CreditStatus.Invoked } : s;
        });
        return waited ? Write(s => s) : ActionResult.TemporaryFailure;
    }
}
