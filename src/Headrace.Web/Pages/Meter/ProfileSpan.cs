using Headrace.Core.Catalogue;

namespace Headrace.Web.Pages.Meter;

/// <summary>Which local days of a profile are shown: a number of days that end with a chosen one.</summary>
/// <param name="Last">The last day shown.</param>
/// <param name="Days">Number of days.</param>
public readonly record struct ProfileSpan(DateOnly Last, int Days)
{
    /// <summary>The first day shown.</summary>
    public DateOnly First => Last.AddDays(1 - Days);

    /// <summary>The span before this one, of the same length.</summary>
    public ProfileSpan Earlier => this with { Last = Last.AddDays(-Days) };

    /// <summary>The span after this one, no later than <paramref name="today"/>; null where this one ends today.</summary>
    public ProfileSpan? Later(DateOnly today) =>
        Last >= today ? null : this with { Last = Last.AddDays(Math.Min(Days, today.DayNumber - Last.DayNumber)) };

    /// <summary>The lengths that suit a profile: a day and a week of quarters of an hour, a month and a quarter of days.</summary>
    public static IReadOnlyList<(int Days, string Name)> LengthsOf(LoadProfile profile) =>
        profile.CapturePeriod >= TimeSpan.FromDays(1) ? [(31, "Month"), (92, "Quarter")] : [(1, "Day"), (7, "Week")];

    /// <summary>The span a request asks for, or the week or month that ends today.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="day">Last day wanted, or null.</param>
    /// <param name="days">Length wanted; one that does not suit the profile is replaced.</param>
    /// <param name="today">Days after it are not shown.</param>
    public static ProfileSpan Choose(LoadProfile profile, DateOnly? day, int? days, DateOnly today)
    {
        var lengths = LengthsOf(profile);
        var length = lengths.Any(l => l.Days == days) ? days!.Value : profile.CapturePeriod >= TimeSpan.FromDays(1) ? 31 : 7;
        var earliest = new DateOnly(2000, 1, 1);
        var last = day is { } wanted && wanted <= today && wanted >= earliest ? wanted : today;
        return new ProfileSpan(last, length);
    }
}
