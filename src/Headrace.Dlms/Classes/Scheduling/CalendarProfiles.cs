using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>A season (IEC 62056-6-2, Activity calendar, season). Names are bytes shown as Latin-1 text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">When it begins, with wildcards; the year as a rule is one.</param>
/// <param name="WeekName">The week profile that holds in it.</param>
public sealed record SeasonProfile(string Name, CosemDateTime Start, string WeekName) : ICosemStructure<SeasonProfile>
{
    /// <inheritdoc/>
    public static SeasonProfile FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new SeasonProfile(CosemTypes.Text.FromData(items[0]), items[1].AsDateTime(), CosemTypes.Text.FromData(items[2]));
    }

    /// <inheritdoc/>
    public CosemData ToData() =>
        CosemData.Structure(CosemTypes.Text.ToData(Name), CosemData.OctetString(Start), CosemTypes.Text.ToData(WeekName));
}

/// <summary>A week: the day profile of each weekday (IEC 62056-6-2, Activity calendar, week_profile).</summary>
/// <param name="Name">Its name.</param>
/// <param name="DayIds">Seven, Monday first.</param>
public sealed record WeekProfile(string Name, IReadOnlyList<byte> DayIds) : ICosemStructure<WeekProfile>
{
    private const int Days = 7;

    /// <summary>A week of the same day throughout.</summary>
    public static WeekProfile Of(string name, byte dayId) => new(name, [.. Enumerable.Repeat(dayId, Days)]);

    /// <inheritdoc/>
    public static WeekProfile FromData(CosemData data)
    {
        var items = data.AsStructure(Days + 1);
        return new WeekProfile(CosemTypes.Text.FromData(items[0]), [.. items.Skip(1).Select(CosemTypes.AsNumber<byte>)]);
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure([CosemTypes.Text.ToData(Name), .. DayIds.Select(CosemData.Unsigned)]);

    /// <summary>The day profile of a day by its weekday.</summary>
    public byte DayIdOn(DateOnly day) => DayIds[((int)day.DayOfWeek + Days - 1) % Days];
}

/// <summary>One switching of a day (IEC 62056-6-2, Activity calendar, day_profile_action).</summary>
/// <param name="Start">Time of day.</param>
/// <param name="Script">The script that runs then.</param>
public sealed record DayProfileAction(CosemTime Start, ScriptReference Script) : ICosemStructure<DayProfileAction>
{
    /// <inheritdoc/>
    public static DayProfileAction FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new DayProfileAction(
            CosemTypes.Time.FromData(items[0]), new ScriptReference(items[1].AsLogicalName(), items[2].AsNumber<ushort>()));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.OctetString(Start.ToArray()), CosemData.OctetString(Script.ScriptTable), CosemData.LongUnsigned(Script.Selector));
}

/// <summary>A day and its switchings (IEC 62056-6-2, Activity calendar, day_profile).</summary>
/// <param name="DayId">Its number.</param>
/// <param name="Schedule">The switchings, in order of time.</param>
public sealed record DayProfile(byte DayId, IReadOnlyList<DayProfileAction> Schedule) : ICosemStructure<DayProfile>
{
    /// <inheritdoc/>
    public static DayProfile FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new DayProfile(items[0].AsNumber<byte>(), items[1].AsList(DayProfileAction.FromData));
    }

    /// <inheritdoc/>
    public CosemData ToData() =>
        CosemData.Structure(CosemData.Unsigned(DayId), CosemData.Array([.. Schedule.Select(a => a.ToData())]));

    /// <summary>The switching that holds at a time of day: the last one before; null before the first.</summary>
    public DayProfileAction? ActionAt(TimeOnly time) => Schedule
        .Where(a => a.Start.TryToTime(out var start) && start <= time)
        .MaxBy(a => a.Start.TryToTime(out var start) ? start : default);
}

/// <summary>The four attributes of one calendar.</summary>
/// <param name="Name">Name of the calendar.</param>
/// <param name="Seasons">Seasons.</param>
/// <param name="Weeks">Week profiles.</param>
/// <param name="Days">Day profiles.</param>
public sealed record Calendar(
    string Name, IReadOnlyList<SeasonProfile> Seasons, IReadOnlyList<WeekProfile> Weeks, IReadOnlyList<DayProfile> Days)
{
    /// <summary>A calendar with nothing in it.</summary>
    public static Calendar Empty { get; } = new("", [], [], []);

    /// <summary>The season that holds on a day: the one that began last, in the year before where none has begun yet.</summary>
    public SeasonProfile? SeasonOn(DateOnly day)
    {
        var end = day.ToDateTime(TimeOnly.MaxValue);
        SeasonProfile? found = null;
        var since = DateTime.MinValue;
        foreach (var season in Seasons)
        {
            if (!TryFindStart(season.Start, end, out var start) || (found is not null && start <= since)) continue;
            (found, since) = (season, start);
        }
        return found;
    }

    /// <summary>The day profile that holds on a day; null where the calendar has none.</summary>
    /// <param name="day">The day, local.</param>
    /// <param name="specialDayId">Its day profile by the special days table; null for a day like its weekday.</param>
    public DayProfile? DayOn(DateOnly day, byte? specialDayId = null)
    {
        var id = specialDayId ?? Weeks.FirstOrDefault(w => w.Name == SeasonOn(day)?.WeekName)?.DayIdOn(day);
        return Days.FirstOrDefault(d => d.DayId == id);
    }

    /// <summary>The script that holds at a local time; null where the calendar says nothing. Before the first switching of a day holds the
    /// last one of that day profile.</summary>
    /// <param name="local">The time.</param>
    /// <param name="specialDayId">Its day profile by the special days table; null for a day like its weekday.</param>
    public ScriptReference? ScriptAt(DateTime local, byte? specialDayId = null)
    {
        var profile = DayOn(DateOnly.FromDateTime(local), specialDayId);
        return (profile?.ActionAt(TimeOnly.FromDateTime(local)) ?? profile?.ActionAt(TimeOnly.MaxValue))?.Script;
    }

    private static bool TryFindStart(CosemDateTime pattern, DateTime end, out DateTime start)
    {
        if (pattern.TryToLocal(out start)) return start <= end;
        var time = new CosemTime(Concrete(pattern.Time.Hour), Concrete(pattern.Time.Minute), 0, 0);
        return Recurrence.TryFindLast(pattern.Date, time, DateTime.MinValue, end, out start);
    }

    private static byte Concrete(byte part) => part == CosemTime.Any ? (byte)0 : part;
}
