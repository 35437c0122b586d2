namespace Headrace.Dlms.Classes.Payment;

/// <summary>Which credit of an account is spent, and which wait (IEC 62056-6-2, 4.6, credit_status). The transitions follow the
/// description of the class from general knowledge, not confirmed by a vector.</summary>
public static class CreditRanking
{
    /// <summary>Places of the credits in the order they are spent: by priority, then by place; those of priority 0 are left out.</summary>
    public static IReadOnlyList<int> Order(IReadOnlyList<Credit> credits) =>
        [.. Enumerable.Range(0, credits.Count).Where(i => credits[i].Priority > 0).OrderBy(i => credits[i].Priority)];

    /// <summary>The status each credit takes now.</summary>
    /// <remarks>
    /// At its limit a credit is exhausted. Else it is offered when what is left of the credits before it is at or below its
    /// credit_available_threshold, or nothing is left. An offered one that the customer has to confirm is selectable until that is done;
    /// then, and where no confirmation is needed, it is invoked, and in use where none before it is. One that is not offered is enabled,
    /// and has to be confirmed anew.
    /// </remarks>
    public static IReadOnlyList<CreditStatus> Rank(IReadOnlyList<Credit> credits)
    {
        var ranked = new CreditStatus[credits.Count];
        long before = 0;
        var used = false;
        foreach (var i in Order(credits))
        {
            ranked[i] = StatusOf(credits[i], before, used);
            if (ranked[i] is not (CreditStatus.InUse or CreditStatus.Invoked)) continue;
            before += (long)credits[i].Amount - credits[i].Limit;
            used = true;
        }
        return ranked;
    }

    /// <summary>What a credit has that is still to be paid back: what was spent of one that requires it, else what it is below
    /// zero.</summary>
    public static long OwedOf(Credit credit)
    {
        var lent = credit.Configuration.HasFlag(CreditConfiguration.RequiresRepayment) ? credit.PresetAmount : 0;
        return Math.Max(0, (long)lent - credit.Amount);
    }

    private static CreditStatus StatusOf(Credit credit, long before, bool used)
    {
        if (credit.Amount <= credit.Limit) return CreditStatus.Exhausted;
        if (used && before > credit.AvailableThreshold) return CreditStatus.Enabled;
        var confirmed = credit.Status is CreditStatus.Invoked or CreditStatus.InUse;
        if (credit.Configuration.HasFlag(CreditConfiguration.RequiresConfirmation) && !confirmed) return CreditStatus.Selectable;
        return used ? CreditStatus.Invoked : CreditStatus.InUse;
    }
}
