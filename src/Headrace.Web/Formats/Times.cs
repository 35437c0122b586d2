using System.Globalization;
using Headrace.Core.Metering;

namespace Headrace.Web.Formats;

/// <summary>Times for people, on the wall clock of the utility's zone.</summary>
/// <param name="calendar">The utility's zone.</param>
/// <param name="clock">For "how long ago".</param>
internal sealed class Times(LocalCalendar calendar, TimeProvider clock)
{
    /// <summary>The zone's name, such as <c>Europe/Berlin</c>.</summary>
    public string Zone =>
        !calendar.Zone.HasIanaId && TimeZoneInfo.TryConvertWindowsIdToIanaId(calendar.Zone.Id, out var name) ? name : calendar.Zone.Id;

    /// <summary>Now, in UTC.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The local day of now.</summary>
    public DateOnly Today => calendar.DayOf(Now);

    /// <summary>To the minute, such as <c>2026-03-02 14:15</c>; with its offset in the hour that comes twice.</summary>
    public string Minute(DateTimeOffset at) => Local(at, "yyyy-MM-dd HH:mm");

    /// <summary>To the second.</summary>
    public string Second(DateTimeOffset at) => Local(at, "yyyy-MM-dd HH:mm:ss");

    /// <summary>The time of day to the minute.</summary>
    public string Clock(DateTimeOffset at) => Local(at, "HH:mm");

    /// <summary>The time of day to the second.</summary>
    public string ClockSecond(DateTimeOffset at) => Local(at, "HH:mm:ss");

    /// <summary>For machines: UTC in ISO 8601.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A day for machines and tables, such as <c>2026-03-02</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day with its weekday, such as <c>Mon 2 March 2026</c>.</summary>
    public static string LongDay(DateOnly day) => day.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A day with its weekday, short, such as <c>Mon 2 Mar</c>.</summary>
    public static string ShortDay(DateOnly day) => day.ToString("ddd d MMM", CultureInfo.InvariantCulture);

    /// <summary>How long ago, such as <c>5 min ago</c>.</summary>
    public string Ago(DateTimeOffset at)
    {
        var age = Now - at;
        return age < TimeSpan.FromSeconds(1) ? "just now" : Numbers.Duration(age) + " ago";
    }

    private string Local(DateTimeOffset at, string format)
    {
        var local = calendar.ToLocal(at);
        var text = local.ToString(format, CultureInfo.InvariantCulture);
        return calendar.Zone.IsAmbiguousTime(local.DateTime) ? text + local.ToString(" zzz", CultureInfo.InvariantCulture) : text;
    }
}
