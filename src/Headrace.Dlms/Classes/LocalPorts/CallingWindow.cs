using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>A span of time with a start and an end, wildcards allowed (IEC 62056-6-2, 4.7, auto answer and auto connect).</summary>
/// <param name="Start">When it begins; what is not given repeats: every year, every month, every day, every hour.</param>
/// <param name="End">When it ends, not in it; not given in the same parts.</param>
public sealed record CallingWindow(CosemDateTime Start, CosemDateTime End) : ICosemStructure<CallingWindow>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure.</exception>
    public static CallingWindow FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new CallingWindow(items[0].AsDateTime(), items[1].AsDateTime());
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(CosemData.OctetString(Start), CosemData.OctetString(End));

    /// <summary>Whether a time is in the window. A window that ends before it begins, as one of times only may, goes over midnight.
    /// Deviations are not looked at: all times are those of the device.</summary>
    /// <param name="now">The device's time, without wildcards; with them it is in no window.</param>
    public bool Contains(CosemDateTime now)
    {
        if (!now.TryToLocal(out var at)) return false;
        if (!IsDay(Start.Date.Weekday, at.DayOfWeek)) return false;
        if (!Fill(Start, at, 0, 0).TryToLocal(out var start) || !Fill(End, at, 23, 59).TryToLocal(out var end)) return false;
        return start <= end ? at >= start && at < end : at >= start || at < end;
    }

    private static bool IsDay(byte weekday, DayOfWeek day) => weekday == CosemDate.Any || weekday % 7 == (int)day;

    // An hour not given is the first of the day in a start and behind the last in an end.
    private static CosemDateTime Fill(CosemDateTime time, DateTime at, byte hour, byte minute)
    {
        var date = time.Date;
        var filled = new CosemDate(
            date.Year == CosemDate.AnyYear ? (ushort)at.Year : date.Year, date.Month == CosemDate.Any ? (byte)at.Month : date.Month,
            DayOf(date.Day, at), CosemDate.Any);
        var last = hour == 0 ? (byte)0 : (byte)59;
        var clock = new CosemTime(
            time.Time.Hour == CosemDate.Any ? hour : time.Time.Hour, time.Time.Minute == CosemDate.Any ? minute : time.Time.Minute,
            time.Time.Second == CosemDate.Any ? last : time.Time.Second, 0);
        return time with { Date = filled, Time = clock };
    }

    private static byte DayOf(byte day, DateTime at) => day switch
    {
        CosemDate.Any => (byte)at.Day,
        CosemDate.Last => (byte)DateTime.DaysInMonth(at.Year, at.Month),
        CosemDate.SecondLast => (byte)(DateTime.DaysInMonth(at.Year, at.Month) - 1),
        _ => day,
    };
}
