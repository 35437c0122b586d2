using System.Runtime.CompilerServices;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Checks;

/// <summary>
/// Named checks of what the standard asks of a server, run against any meter over any channel. Reads only, unless writing is allowed;
/// what is written is of a wrong type and has to be refused.
/// </summary>
/// <remarks>
/// Not the conformance test of the DLMS User Association, and no claim of one: our own reading of the standard. A meter may log some of the
/// checks, such as a replay, as attacks.
/// </remarks>
public static class MeterCheckSuite
{
    private static IEnumerable<MeterCheck> Checks =>
        LinkChecks.All.Concat(HdlcChecks.All).Concat(AssociationChecks.All).Concat(ServiceChecks.All).Concat(SecurityChecks.All)
            .Concat(PolicyChecks.All).Concat(ObjectChecks.All).Concat(ProfileChecks.All);

    /// <summary>Ids of all checks in the order they run in.</summary>
    public static IReadOnlyList<string> Ids => [.. Checks.Select(check => check.Id)];

    /// <summary>Runs the checks one after the other and tells each outcome as it is known.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="wanted">Which checks, by id; null for all.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async IAsyncEnumerable<CheckOutcome> RunAsync(
        MeterUnderTest meter, Func<string, bool>? wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var check in Checks.Where(check => wanted is null || wanted(check.Id)))
            yield return new CheckOutcome(check.Id, check.Title, check.Clause, await RunAsync(check, meter, cancellationToken));
    }

    private static async ValueTask<CheckVerdict> RunAsync(MeterCheck check, MeterUnderTest meter, CancellationToken cancellationToken)
    {
        const string Expected = "an answer";
        try
        {
            return await check.RunAsync(meter, cancellationToken);
        }
        catch (CheckException e)
        {
            return CheckVerdict.If(false, "an association", e.Message);
        }
        catch (DlmsRefusalException e)
        {
            return CheckVerdict.If(false, Expected, CheckLine.Words(e.Refusal));
        }
        catch (ProtocolException e)
        {
            return CheckVerdict.If(false, Expected + " by the protocol", e.Message);
        }
        catch (InvocationCounterException e)
        {
            return CheckVerdict.If(false, "an answer with a counter above the last one", e.Message);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return CheckVerdict.If(false, Expected, e.Message);
        }
    }
}
