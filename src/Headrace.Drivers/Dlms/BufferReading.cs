using System.Runtime.CompilerServices;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Reads the buffer of a profile by time. A meter that refuses ranges of time is asked for its newest entries by number, and one that
/// refuses those for the whole buffer; the caller passes over what lies outside.
/// </summary>
internal sealed class BufferReading(DlmsPorts ports, Visit visit, DlmsClient client)
{
    /// <summary>Interface class of the clock.</summary>
    public const ushort ClockClass = 8;

    private const ushort ProfileClass = 7;
    private const sbyte Buffer = 2;
    private const sbyte EntriesInUse = 7;
    private const int SpareEntries = 4;
    private bool _ranges = true;
    private bool _entries = true;

    /// <summary>The rows stamped within a range, and perhaps others, in the meter's order.</summary>
    /// <param name="obis">The profile.</param>
    /// <param name="clock">Its clock column; null for the meter's clock.</param>
    /// <param name="period">Its capture period; zero where rows come with events.</param>
    /// <param name="range">The span of time.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async IAsyncEnumerable<CosemData> ReadAsync(
        string obis, Quantity? clock, TimeSpan period, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new CosemAttributeDescriptor(ProfileClass, LogicalName.Parse(obis), Buffer);
        while (true)
        {
            var selection = await SelectAsync(buffer, clock, period, range, cancellationToken);
            var any = false;
            await using var rows = client.ReadProfileAsync(buffer, selection, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await rows.MoveNextAsync()) yield break;
                }
                catch (DlmsRefusalException refused) when (!any && selection is not null && IsOfSelection(refused))
                {
                    if (selection.Selector == RangeDescriptor.Selector) _ranges = false;
                    else _entries = false;
                    break;
                }

                any = true;
                yield return rows.Current;
            }
        }
    }

    private async ValueTask<SelectiveAccess?> SelectAsync(
        CosemAttributeDescriptor buffer, Quantity? clock, TimeSpan period, TimeRange range, CancellationToken cancellationToken)
    {
        if (!client.Association.Conformance.HasFlag(Conformance.SelectiveAccess)) return null;
        if (_ranges)
        {
            var by = RangeDescriptor.ByClock(Time(range.From), Time(range.To.AddSeconds(-1))); // both ends are included
            if (clock is null) return by.ToSelectiveAccess();
            var column = new CaptureObjectDefinition(clock.ClassId, LogicalName.Parse(clock.Obis), clock.Attribute, 0);
            by = by with { RestrictingObject = column };
            return by.ToSelectiveAccess();
        }

        if (!_entries || period <= TimeSpan.Zero) return null;
        var used = await client.GetAsync(buffer with { AttributeId = EntriesInUse }, cancellationToken);
        if (used.Data is not { } data || !data.TryGetInteger(out var entries) || entries is < 1 or > uint.MaxValue) return null;
        var wanted = ((ports.Time.GetUtcNow() - range.From) / period) + SpareEntries;
        return new EntryDescriptor((uint)Math.Max(1, entries - wanted), 0).ToSelectiveAccess();
    }

    private CosemDateTime Time(DateTimeOffset instant)
    {
        var local = ports.Calendar.ToLocal(instant);
        var time = CosemDateTime.From(local, ports.Calendar.Zone.IsDaylightSavingTime(local));
        if (visit.Type.Type.Access.RangeDeviation == "unspecified") return time.WithoutDeviation();
        return visit.Type.Tolerances.ReversesDeviation ? time.WithReversedDeviation() : time;
    }

    // A meter that refuses selective access says so in one of these ways; that an object is not there is another matter.
    private static bool IsOfSelection(DlmsRefusalException refused) =>
        refused.Refusal is ExceptionResponse { ServiceError: not ServiceError.InvocationCounterError }
        || (refused.Refusal is null && refused.Result is DataAccessResult.ReadWriteDenied or DataAccessResult.ObjectUnavailable
            or DataAccessResult.TypeUnmatched or DataAccessResult.ScopeOfAccessViolated or DataAccessResult.OtherReason);
}
