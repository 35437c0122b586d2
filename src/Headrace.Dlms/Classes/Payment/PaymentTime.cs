using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Arithmetic of the date-times of payment. One without a deviation is taken as it stands: the device's times are all of one
/// kind.</summary>
internal static class PaymentTime
{
    /// <summary>A moment given in full has come.</summary>
    public static bool HasCome(CosemDateTime moment, CosemDateTime now) =>
        TryInstant(moment, out var at) && TryInstant(now, out var to) && at <= to;

    /// <summary>Whole periods between two moments; null where the first is not given, or the clock went back behind it.</summary>
    public static long? Periods(CosemDateTime from, CosemDateTime now, uint seconds) =>
        TryInstant(from, out var start) && TryInstant(now, out var end) && end >= start
            ? (end - start).Ticks / (seconds * TimeSpan.TicksPerSecond) : null;

    /// <summary>A moment later, with the deviation and status of the first.</summary>
    public static CosemDateTime Add(CosemDateTime moment, TimeSpan span)
    {
        if (!moment.TryToLocal(out var local)) return moment;
        var later = CosemDateTime.From(new DateTimeOffset(DateTime.SpecifyKind(local + span, DateTimeKind.Unspecified), TimeSpan.Zero));
        return later with { Deviation = moment.Deviation, Status = moment.Status };
    }

    private static bool TryInstant(CosemDateTime moment, out DateTimeOffset instant)
    {
        if (moment.TryToUtc(out instant)) return true;
        if (!moment.TryToLocal(out var local)) return false;
        instant = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero);
        return true;
    }
}

/// <summary>Bounds what charges on payments take within a period (IEC 62056-6-2, 4.6, max_provision).</summary>
internal sealed class Provision
{
    private CosemDateTime _began = CosemDateTime.NotSpecified;
    private int _taken;

    /// <summary>How much of an amount may be taken; counts it.</summary>
    public int Take(int wanted, Account account, CosemDateTime now)
    {
        if (account.MaxProvision == 0) return wanted;
        var period = (uint)Math.Max(1, account.MaxProvisionPeriod);
        if (PaymentTime.Periods(_began, now, period) is not 0) (_began, _taken) = (now, 0);
        var part = Math.Clamp(account.MaxProvision - _taken, 0, Math.Max(0, wanted));
        _taken += part;
        return part;
    }
}
