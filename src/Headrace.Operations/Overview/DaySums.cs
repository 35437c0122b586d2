using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Operations.Overview;

/// <summary>Sums of the ledger over all profiles of all types of device.</summary>
internal sealed class DaySums(ILedgerStore ledger, IDeviceTypes types, LocalCalendar calendar, TimeSpan grace)
{
    /// <summary>The different profile numbers and periods that the types of device have.</summary>
    public static IEnumerable<(short Number, TimeSpan Period)> Profiles(IDeviceTypes types) =>
        types.All.SelectMany(t => t.Profiles).Select(p => (p.Number, p.CapturePeriod)).Distinct().Order();

    public async ValueTask<Completeness> AllAsync(DateOnly day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sum = default(Completeness);
        foreach (var due in Due(day, now)) sum = Add(sum, await ledger.CompletenessAsync(due, cancellationToken));
        return sum;
    }

    public async ValueTask<Dictionary<long, Completeness>> OfMetersAsync(
        DateOnly day, DateTimeOffset now, IReadOnlyList<long> meterIds, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<long, Completeness>();
        foreach (var due in Due(day, now))
        {
            foreach (var (meter, part) in await ledger.CompletenessAsync(due, meterIds, cancellationToken))
                sums[meter] = Add(sums.GetValueOrDefault(meter), part);
        }

        return sums;
    }

    private IEnumerable<DueSlots> Due(DateOnly day, DateTimeOffset now)
    {
        foreach (var (number, period) in Profiles(types))
        {
            var slots = calendar.DueSlots(day, period, now - grace);
            if (slots > 0) yield return new DueSlots(number, day, slots, calendar.SlotsOf(day, period));
        }
    }

    private static Completeness Add(Completeness a, Completeness b) => new(a.Expected + b.Expected, a.Received + b.Received);
}
