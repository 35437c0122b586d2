using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 111, Account, of a server: the credits and charges of a customer, and what becomes of them when something is consumed,
/// time passes or a payment comes (IEC 62056-6-2, 4.6).</summary>
/// <remarks>All amounts are whole numbers in the scale of the currency. The rules follow the description of the classes from general
/// knowledge, not confirmed by a vector; each is told where it is carried out. The clock is the device's, passed in.</remarks>
public sealed class AccountObject : StateObject<Account>
{
    private readonly IReadOnlyList<CreditObject> _credits;
    private readonly IReadOnlyList<ChargeObject> _charges;
    private readonly Func<CosemDateTime> _now;
    private readonly Lock _ledger = new();
    private readonly Provision _provision = new();

    /// <summary>An account over its credits and charges, which are objects of the same device.</summary>
    /// <param name="name">Its name, as a rule 0-0:19.0.0.255.</param>
    /// <param name="state">What it says; its lists of references are made from the objects.</param>
    /// <param name="credits">The credits.</param>
    /// <param name="charges">The charges.</param>
    /// <param name="now">The device's time, for the methods that note it.</param>
    public AccountObject(
        LogicalName name, Account state, IReadOnlyList<CreditObject> credits, IReadOnlyList<ChargeObject> charges, Func<CosemDateTime> now)
        : base(111, 0, name, state with
        {
            Credits = [.. credits.Select(c => c.LogicalName)],
            Charges = [.. charges.Select(c => c.LogicalName)],
        })
    {
        (_credits, _charges, _now) = (credits, charges, now);
        AddComputed();
        AddKept();
        WithMethod(1, _ => Move(AccountStatus.New, AccountStatus.Active, s => s with { ActivationTime = now() }));
        WithMethod(2, _ => Move(AccountStatus.Active, AccountStatus.Closed, s => s with { ClosureTime = now() }));
        WithMethod(3, _ => Reset());
        foreach (var credit in credits) credit.Written += _ => Settle();
        foreach (var charge in charges) charge.Collecting = CollectNow;
        Settle();
    }

    /// <summary>The account is open.</summary>
    public bool IsActive => State.ModeAndStatus.Status == AccountStatus.Active;

    /// <summary>What the account comes to now: attributes 3 to 6 and 8.</summary>
    public AccountFigures Figures => AccountFigures.Of(State, States(), _charges.Select(c => c.State.TotalRemaining));

    /// <summary>Adds a payment: charges on payments take their part, what has to be paid back is, and the rest goes to the credits that
    /// share tokens.</summary>
    /// <param name="amount">1 or more, in the scale of the currency.</param>
    /// <param name="now">The device's time.</param>
    /// <returns>False where the account is not open, no credit takes tokens, or one would overflow; nothing has changed then.</returns>
    public bool TopUp(int amount, CosemDateTime now)
    {
        if (amount <= 0) return false;
        lock (_ledger)
        {
            if (!IsActive) return false;
            var shares = TokenShares.Of(State.TokenShares, _credits);
            if (shares.Count == 0 || _credits.Any(c => (long)c.State.Amount + amount > int.MaxValue)) return false;
            var rest = amount - CollectOnPayment(amount, now);
            rest -= Repay(rest);
            foreach (var (credit, part) in TokenShares.Divide(rest, shares)) Add(credit, part);
            if (_credits.All(c => CreditRanking.OwedOf(c.State) == 0)) Renew();
            Rank();
        }
        return true;
    }

    /// <summary>Collects a charge on consumption.</summary>
    /// <param name="charge">One of the account's charges on consumption.</param>
    /// <param name="index">Which of its prices: the tariff.</param>
    /// <param name="quantity">What was consumed since the last time, times ten to <paramref name="scaler"/>.</param>
    /// <param name="scaler">Power of ten of the quantity, in units of the commodity.</param>
    /// <param name="now">The device's time.</param>
    /// <param name="condition">What holds of the supply: only credits configured for all of it are charged.</param>
    /// <returns>What was collected.</returns>
    public int CollectConsumption(
        ChargeObject charge, Octets index, long quantity, sbyte scaler, CosemDateTime now,
        CollectionConfiguration condition = CollectionConfiguration.None)
    {
        lock (_ledger)
        {
            if (!IsActive || charge.State.Kind != ChargeKind.Consumption || charge.State.Priority == 0 || quantity < 0) return 0;
            return Collect(charge, charge.Price(index, quantity, scaler, State.Currency), now, condition);
        }
    }

    /// <summary>Follows the time: opens and closes the account, activates prices, and collects charges by time for every whole period that
    /// has passed, oldest first. The first time begins the period.</summary>
    /// <param name="now">The device's time.</param>
    /// <param name="condition">What holds of the supply.</param>
    public void Tick(CosemDateTime now, CollectionConfiguration condition = CollectionConfiguration.None)
    {
        var state = State;
        if (PaymentTime.HasCome(state.ActivationTime, now)) Move(AccountStatus.New, AccountStatus.Active, s => s);
        if (PaymentTime.HasCome(state.ClosureTime, now)) Move(AccountStatus.Active, AccountStatus.Closed, s => s);
        foreach (var charge in _charges.Where(c => PaymentTime.HasCome(c.State.ActivationTime, now))) charge.ActivatePassive();
        lock (_ledger)
        {
            if (!IsActive) return;
            foreach (var charge in ByPriority(ChargeKind.Time).Where(c => c.State.Period > 0)) CollectPeriods(charge, now, condition);
        }
    }

    /// <summary>Gives every credit the status it has now.</summary>
    public void Settle()
    {
        lock (_ledger) Rank();
    }

    private void AddComputed()
    {
        WithAttribute(3, CosemTypes.Unsigned, () => Figures.CreditInUse);
        WithAttribute(4, SetupTypes.Flags<CurrentCreditStatus>(8), () => Figures.Status);
        WithAttribute(5, CosemTypes.DoubleLong, () => Figures.AvailableCredit);
        WithAttribute(6, CosemTypes.DoubleLong, () => Figures.AmountToClear);
        WithAttribute(8, CosemTypes.DoubleLong, () => Figures.AggregatedDebt);
        Keep(9, CosemTypes.Array(CosemTypes.LogicalName), s => s.Credits);
        Keep(10, CosemTypes.Array(CosemTypes.LogicalName), s => s.Charges);
    }

    private void AddKept()
    {
        Keep(2, CosemTypes.Structure<AccountModeAndStatus>(), s => s.ModeAndStatus,
            (s, v) => s with { ModeAndStatus = s.ModeAndStatus with { Mode = v.Mode } },
            v => Enum.IsDefined(v.Mode) && v.Status == State.ModeAndStatus.Status);
        Keep(7, CosemTypes.DoubleLong, s => s.ClearanceThreshold, (s, v) => s with { ClearanceThreshold = v });
        Keep(11, CosemTypes.Array<CreditChargeConfiguration>(), s => s.CreditCharges, (s, v) => s with { CreditCharges = v },
            v => v.All(c => State.Credits.Contains(c.Credit) && State.Charges.Contains(c.Charge)));
        Keep(12, CosemTypes.Array<TokenGatewayConfiguration>(), s => s.TokenShares, (s, v) => s with { TokenShares = v },
            v => v.All(c => State.Credits.Contains(c.Credit)) && v.Sum(c => c.Proportion) <= 100);
        Keep(13, CosemTypes.DateTime, s => s.ActivationTime, (s, v) => s with { ActivationTime = v });
        Keep(14, CosemTypes.DateTime, s => s.ClosureTime, (s, v) => s with { ClosureTime = v });
        Keep(15, CosemTypes.Structure<Currency>(), s => s.Currency, (s, v) => s with { Currency = v }, v => Enum.IsDefined(v.Unit));
        Keep(16, CosemTypes.DoubleLong, s => s.LowCreditThreshold, (s, v) => s with { LowCreditThreshold = v });
        Keep(17, CosemTypes.DoubleLong, s => s.NextCreditThreshold, (s, v) => s with { NextCreditThreshold = v });
        Keep(18, CosemTypes.LongUnsigned, s => s.MaxProvision, (s, v) => s with { MaxProvision = v });
        Keep(19, CosemTypes.DoubleLong, s => s.MaxProvisionPeriod, (s, v) => s with { MaxProvisionPeriod = v }, v => v >= 0);
    }

    private MethodAnswer Move(AccountStatus from, AccountStatus to, Func<Account, Account> change)
    {
        var moved = false;
        Update(s =>
        {
            moved = s.ModeAndStatus.Status == from;
            return moved ? change(s) with { ModeAndStatus = s.ModeAndStatus with { Status = to } } : s;
        });
        return moved ? Write(s => s) : ActionResult.TemporaryFailure;
    }

    /// <summary>A closed account becomes a new one: no amounts, but credits that are renewed at their preset.</summary>
    private MethodAnswer Reset()
    {
        lock (_ledger)
        {
            if (State.ModeAndStatus.Status != AccountStatus.Closed) return ActionResult.TemporaryFailure;
            foreach (var credit in _credits)
                credit.Update(s => s with { Amount = s.Configuration.HasFlag(CreditConfiguration.Resettable) ? s.PresetAmount : 0 });
            foreach (var charge in _charges)
                charge.Update(s => s with
                {
                    TotalPaid = 0,
                    TotalRemaining = 0,
                    LastCollectionAmount = 0,
                    LastCollectionTime = CosemDateTime.NotSpecified,
                });
            Rank();
        }
        return Move(AccountStatus.Closed, AccountStatus.New, s => s with
        {
            ActivationTime = CosemDateTime.NotSpecified,
            ClosureTime = CosemDateTime.NotSpecified,
        });
    }

    /// <summary>Method 3 of a charge: one collection of its first price now; on payments there is none without a payment.</summary>
    private MethodAnswer CollectNow(ChargeObject charge)
    {
        lock (_ledger)
        {
            if (!IsActive || charge.State.Kind == ChargeKind.Payment) return ActionResult.TemporaryFailure;
            Collect(charge, charge.Price(default, 1, 0, State.Currency), _now(), CollectionConfiguration.None);
            return MethodAnswer.Done;
        }
    }

    private void CollectPeriods(ChargeObject charge, CosemDateTime now, CollectionConfiguration condition)
    {
        var periods = PaymentTime.Periods(charge.State.LastCollectionTime, now, charge.State.Period);
        if (periods is null) charge.Update(s => s with { LastCollectionTime = now });
        if (periods is not > 0) return;
        var at = PaymentTime.Add(charge.State.LastCollectionTime, TimeSpan.FromSeconds(periods.Value * (double)charge.State.Period));
        Collect(charge, charge.Price(default, periods.Value, 0, State.Currency), at, condition);
    }

    private int CollectOnPayment(int amount, CosemDateTime now)
    {
        var taken = 0;
        foreach (var charge in ByPriority(ChargeKind.Payment))
        {
            var state = charge.State;
            var wanted = state.Configuration.HasFlag(ChargeConfiguration.PercentageBased)
                ? (int)((long)amount * state.Proportion / 10_000)
                : charge.Price(default, 1, 0, State.Currency);
            var part = _provision.Take(Math.Min(charge.Bounded(wanted), amount - taken), State, now);
            if (part <= 0) continue;
            charge.Note(part, now);
            taken += part;
        }
        return taken;
    }

    private int Repay(int rest)
    {
        var paid = 0;
        foreach (var i in CreditRanking.Order(States()))
        {
            var state = _credits[i].State;
            if (!state.Configuration.HasFlag(CreditConfiguration.RequiresRepayment)) continue;
            var part = (int)Math.Min(rest - paid, CreditRanking.OwedOf(state));
            Add(_credits[i], part);
            paid += part;
        }
        return paid;
    }

    /// <summary>Takes a charge from the credits in use and invoked, each down to its limit; what is left over is taken from the last of
    /// them, or the first allowed, below its limit. Nothing is taken where no credit is configured for the charge.</summary>
    private int Collect(ChargeObject charge, int amount, CosemDateTime at, CollectionConfiguration condition)
    {
        var rest = charge.Bounded(amount);
        var allowed = CreditRanking.Order(States()).Select(i => _credits[i]).Where(c => Allows(c, charge, condition)).ToList();
        if (allowed.Count == 0) return 0;
        var collected = rest;
        CreditObject? last = null;
        foreach (var credit in allowed.Where(c => c.State.Status is CreditStatus.InUse or CreditStatus.Invoked))
        {
            var part = (int)Math.Clamp((long)credit.State.Amount - credit.State.Limit, 0, Math.Max(0, rest));
            Add(credit, -part);
            rest -= part;
            last = credit;
        }
        if (rest != 0) Add(last ?? allowed[0], -rest);
        charge.Note(collected, at);
        Rank();
        return collected;
    }

    private bool Allows(CreditObject credit, ChargeObject charge, CollectionConfiguration condition)
    {
        var pairs = State.CreditCharges;
        return pairs.Count == 0 || pairs.Any(p =>
            p.Credit == credit.LogicalName && p.Charge == charge.LogicalName && (p.Collection & condition) == condition);
    }

    private IEnumerable<ChargeObject> ByPriority(ChargeKind kind) =>
        _charges.Where(c => c.State.Kind == kind && c.State.Priority > 0).OrderBy(c => c.State.Priority);

    private void Renew()
    {
        foreach (var credit in _credits)
            credit.Update(s => s.Status == CreditStatus.Exhausted && s.Configuration.HasFlag(CreditConfiguration.Resettable)
                ? s with { Amount = Math.Max(s.Amount, s.PresetAmount) } : s);
    }

    private void Rank()
    {
        var ranked = CreditRanking.Rank(States());
        for (var i = 0; i < ranked.Count; i++)
        {
            var status = ranked[i];
            _credits[i].Update(s => s with { Status = status });
        }
    }

    private Credit[] States() => [.. _credits.Select(c => c.State)];

    private static void Add(CreditObject credit, int amount) =>
        credit.Update(s => s with { Amount = ExactAmount.Bound((long)s.Amount + amount) });
}
