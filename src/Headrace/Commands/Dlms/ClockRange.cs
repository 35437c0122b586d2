using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Commands.Dlms;

/// <summary>A span of a meter's own clock, both ends included.</summary>
/// <param name="First">First time.</param>
/// <param name="Last">Last time.</param>
internal sealed record ClockRange(CosemDateTime First, CosemDateTime Last)
{
    /// <summary>True where the time is within: compared in UTC where both tell their deviation, else as the clock shows it.</summary>
    public bool Contains(CosemDateTime time) => Compare(First, time) <= 0 && Compare(time, Last) <= 0;

    /// <summary>True where a refusal may be of the selection and not of the object.</summary>
    public static bool IsRefusedBy(DlmsRefusalException refused) =>
        refused.Refusal is ExceptionResponse { ServiceError: not ServiceError.InvocationCounterError }
        || (refused.Refusal is null && refused.Result is DataAccessResult.ReadWriteDenied or DataAccessResult.ObjectUnavailable
            or DataAccessResult.TypeUnmatched or DataAccessResult.ScopeOfAccessViolated or DataAccessResult.OtherReason);

    // A time that is not concrete is before all others, so that its row is left out.
    private static int Compare(CosemDateTime a, CosemDateTime b)
    {
        if (a.TryToUtc(out var instant) && b.TryToUtc(out var other)) return instant.CompareTo(other);
        _ = a.TryToLocal(out var local);
        _ = b.TryToLocal(out var wall);
        return local.CompareTo(wall);
    }
}
