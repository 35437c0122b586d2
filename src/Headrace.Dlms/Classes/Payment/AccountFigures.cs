namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an account comes to (IEC 62056-6-2, 4.6, attributes 3 to 6 and 8 of Account).</summary>
/// <param name="CreditInUse">Place of the credit in use, 1 the first; 0 for none.</param>
/// <param name="Status">How the credit stands.</param>
/// <param name="AvailableCredit">What is above zero in the credits in use and invoked.</param>
/// <param name="AmountToClear">What all credits owe, and the clearance threshold on top; 0 where nothing is owed.</param>
/// <param name="AggregatedDebt">What remains of all charges.</param>
public sealed record AccountFigures(
    byte CreditInUse, CurrentCreditStatus Status, int AvailableCredit, int AmountToClear, int AggregatedDebt)
{
    /// <summary>Adds up an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="credits">Its credits, in the order of its list.</param>
    /// <param name="remaining">What remains of each of its charges.</param>
    public static AccountFigures Of(Account account, IReadOnlyList<Credit> credits, IEnumerable<int> remaining)
    {
        var spendable = credits.Where(c => c.Status is CreditStatus.InUse or CreditStatus.Invoked);
        var available = ExactAmount.Bound(spendable.Sum(c => Math.Max(0L, c.Amount)));
        var owed = credits.Sum(CreditRanking.OwedOf);
        var inUse = credits.Select((c, i) => (c.Status, Place: i + 1)).FirstOrDefault(c => c.Status == CreditStatus.InUse).Place;
        return new AccountFigures(
            (byte)Math.Min(inUse, byte.MaxValue), StatusOf(account, credits, inUse, available), available,
            ExactAmount.Bound(owed == 0 ? 0 : owed + account.ClearanceThreshold), ExactAmount.Bound(remaining.Sum(r => (long)r)));
    }

    private static CurrentCreditStatus StatusOf(Account account, IReadOnlyList<Credit> credits, int inUse, int available)
    {
        var status = available > 0 ? CurrentCreditStatus.InCredit : CurrentCreditStatus.OutOfCredit;
        if (available <= account.LowCreditThreshold) status |= CurrentCreditStatus.LowCredit;
        if (credits.Any(c => c is { Status: CreditStatus.Enabled, Priority: > 0 })) status |= CurrentCreditStatus.NextCreditEnabled;
        if (credits.Any(c => c.Status == CreditStatus.Selectable)) status |= CurrentCreditStatus.NextCreditSelectable;
        if (credits.Any(c => c.Status == CreditStatus.Invoked)) status |= CurrentCreditStatus.NextCreditSelected;
        if (inUse > 0 && credits[inUse - 1].Configuration.HasFlag(CreditConfiguration.RequiresConfirmation))
            status |= CurrentCreditStatus.SelectableCreditInUse;
        return status;
    }
}
