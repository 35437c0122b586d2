using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Checks;

/// <summary>What a ciphered association has to refuse (IEC 62056-5-3, security).</summary>
/// <remarks>
/// No nonce is used twice with different content: a replay repeats the very bytes, a low counter is one that was left out.
/// </remarks>
internal static class SecurityChecks
{
    private const string Clause = "IEC 62056-5-3, ciphered APDUs";

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("security.protected-answer", "A protected request has a protected answer.", Clause, Guarded(ProtectedAnswerAsync)),
        new("security.replay", "A request that is sent again is refused.", Clause, Guarded(ReplayAsync)),
        new("security.low-counter", "An invocation counter below the last one is refused.", Clause, Guarded(LowCounterAsync)),
        new("security.wrong-tag", "A request whose authentication tag is altered is refused.", Clause, Guarded(WrongTagAsync)),
        new("security.altered-content", "A request whose content is altered is refused.", Clause, Guarded(AlteredAsync)),
    ];

    private static Func<MeterUnderTest, CancellationToken, ValueTask<CheckVerdict>> Guarded(
        Func<CheckLine, CancellationToken, ValueTask<CheckVerdict>> check) => async (meter, cancellationToken) =>
        {
            await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
            return line.IsCiphered
                ? await check(line, cancellationToken)
                : CheckVerdict.NotApplicable("nothing is ciphered in this association");
        };

    private static async ValueTask<CheckVerdict> ProtectedAnswerAsync(CheckLine line, CancellationToken cancellationToken)
    {
        var answer = await line.AskBytesAsync(line.Protect(line.GetAssociationName()), cancellationToken);
        var tag = answer is { } bytes ? (ApduTag)bytes.Span[0] : ApduTag.None;
        return CheckVerdict.If(Session.AssociationCiphering.IsProtected(tag), "a ciphered APDU", tag.ToString());
    }

    private static async ValueTask<CheckVerdict> ReplayAsync(CheckLine line, CancellationToken cancellationToken)
    {
        var request = line.Protect(line.GetAssociationName());
        var first = await line.AskAsync(request, cancellationToken);
        if (CheckLine.IsRefusal(first)) return CheckVerdict.If(false, "data the first time", CheckLine.Words(first));
        return await RefusedAsync(line, request, cancellationToken);
    }

    private static async ValueTask<CheckVerdict> LowCounterAsync(CheckLine line, CancellationToken cancellationToken)
    {
        var low = line.Protect(line.GetAssociationName());
        var high = line.Protect(line.GetAssociationName());
        var first = await line.AskAsync(high, cancellationToken);
        if (CheckLine.IsRefusal(first)) return CheckVerdict.If(false, "data with the higher counter", CheckLine.Words(first));
        return await RefusedAsync(line, low, cancellationToken);
    }

    private static async ValueTask<CheckVerdict> WrongTagAsync(CheckLine line, CancellationToken cancellationToken)
    {
        if (!line.Options.Protection.Authenticated) return CheckVerdict.NotApplicable("messages have no authentication tag");
        var request = line.Protect(line.GetAssociationName()).ToArray();
        request[^1] ^= 0x01;
        return await RefusedAsync(line, request, cancellationToken);
    }

    private static async ValueTask<CheckVerdict> AlteredAsync(CheckLine line, CancellationToken cancellationToken)
    {
        if (!line.Options.Protection.Authenticated) return CheckVerdict.NotApplicable("messages have no authentication tag");
        var request = line.Protect(line.GetAssociationName()).ToArray();
        request[^(CipheredContent.TagSize + 2)] ^= 0x80;
        return await RefusedAsync(line, request, cancellationToken);
    }

    private static async ValueTask<CheckVerdict> RefusedAsync(
        CheckLine line, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var answer = await line.AskAsync(request, cancellationToken);
        return CheckVerdict.If(CheckLine.IsRefusal(answer), "no data", CheckLine.Words(answer));
    }
}
