namespace Headrace.Dlms.Classes.Payment;

/// <summary>How a payment is divided among credits (IEC 62056-6-2, 4.6, token_gateway_configuration).</summary>
internal static class TokenShares
{
    /// <summary>The credits that take tokens, with their percentages; where none is configured the first by priority, with all.</summary>
    public static IReadOnlyList<(CreditObject Credit, int Percent)> Of(
        IReadOnlyList<TokenGatewayConfiguration> configured, IReadOnlyList<CreditObject> credits)
    {
        var taking = credits.Where(c => c.State.Configuration.HasFlag(CreditConfiguration.AcceptsTokens)).ToList();
        if (configured.Count > 0)
            return [.. configured.SelectMany(s => taking.Where(c => c.LogicalName == s.Credit).Select(c => (c, (int)s.Proportion)))];
        return taking.Where(c => c.State.Priority > 0).OrderBy(c => c.State.Priority).Take(1).Select(c => (c, 100)).ToList();
    }

    /// <summary>The parts, rounded down; what is left over goes to the first.</summary>
    public static IEnumerable<(CreditObject Credit, int Part)> Divide(int amount, IReadOnlyList<(CreditObject Credit, int Percent)> shares)
    {
        var parts = shares.Select(s => (int)((long)amount * s.Percent / 100)).ToArray();
        parts[0] += amount - parts.Sum();
        return shares.Select((s, i) => (s.Credit, parts[i]));
    }
}
