using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>One entry of a schedule (IEC 62056-6-2, Schedule, schedule_table_entry).</summary>
/// <param name="Index">Its number.</param>
/// <param name="Enabled">Whether it counts.</param>
/// <param name="Script">The script that runs.</param>
/// <param name="SwitchTime">Time of day, with wildcards.</param>
/// <param name="ValidityWindow">Minutes for which it is made up for after a power failure; 0xFFFF for any time.</param>
/// <param name="Weekdays">Days of the week on which it counts, Monday first.</param>
/// <param name="SpecialDays">Day ids of special days on which it counts; the first bit is day id 0.</param>
/// <param name="BeginDate">First day, with wildcards.</param>
/// <param name="EndDate">Last day, with wildcards.</param>
public sealed record ScheduleEntry(
    ushort Index, bool Enabled, ScriptReference Script, CosemTime SwitchTime, ushort ValidityWindow, IReadOnlyList<bool> Weekdays,
    IReadOnlyList<bool> SpecialDays, CosemDate BeginDate, CosemDate EndDate) : ICosemStructure<ScheduleEntry>
{
    /// <summary>In <see cref="ValidityWindow"/>: made up for whenever power returns.</summary>
    public const ushort AnyTime = 0xFFFF;

    /// <inheritdoc/>
    public static ScheduleEntry FromData(CosemData data)
    {
        var items = data.AsStructure(10);
        return new ScheduleEntry(
            items[0].AsNumber<ushort>(), items[1].AsBoolean(), new ScriptReference(items[2].AsLogicalName(), items[3].AsNumber<ushort>()),
            CosemTypes.Time.FromData(items[4]), items[5].AsNumber<ushort>(), items[6].AsBits(), items[7].AsBits(),
            CosemTypes.Date.FromData(items[8]), CosemTypes.Date.FromData(items[9]));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(Index), CosemData.Boolean(Enabled), CosemData.OctetString(Script.ScriptTable),
        CosemData.LongUnsigned(Script.Selector), CosemData.OctetString(SwitchTime.ToArray()), CosemData.LongUnsigned(ValidityWindow),
        CosemTypes.BitString.ToData(Weekdays), CosemTypes.BitString.ToData(SpecialDays), CosemData.OctetString(BeginDate.ToArray()),
        CosemData.OctetString(EndDate.ToArray()));

    /// <summary>Whether the entry counts on a day. On a special day its bit decides, else the weekday.</summary>
    public bool CountsOn(DateOnly day, byte? specialDayId)
    {
        if (!Enabled || !IsBetween(day)) return false;
        var (bits, bit) = specialDayId is { } id ? (SpecialDays, id) : (Weekdays, ((int)day.DayOfWeek + 6) % 7);
        return bit < bits.Count && bits[bit];
    }

    private bool IsBetween(DateOnly day) =>
        !(BeginDate.TryToDate(out var first) && day < first) && !(EndDate.TryToDate(out var last) && day > last);
}

/// <summary>Entries to disable and to enable, by ranges of their numbers (IEC 62056-6-2, Schedule, enable/disable).</summary>
/// <param name="FirstDisabled">First to disable; 0 with <paramref name="LastDisabled"/> 0 for none.</param>
/// <param name="LastDisabled">Last to disable.</param>
/// <param name="FirstEnabled">First to enable; 0 with <paramref name="LastEnabled"/> 0 for none.</param>
/// <param name="LastEnabled">Last to enable.</param>
public sealed record ScheduleSwitching(ushort FirstDisabled, ushort LastDisabled, ushort FirstEnabled, ushort LastEnabled)
    : ICosemStructure<ScheduleSwitching>
{
    /// <inheritdoc/>
    public static ScheduleSwitching FromData(CosemData data)
    {
        var items = data.AsStructure(4);
        return new ScheduleSwitching(
            items[0].AsNumber<ushort>(), items[1].AsNumber<ushort>(), items[2].AsNumber<ushort>(), items[3].AsNumber<ushort>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(FirstDisabled), CosemData.LongUnsigned(LastDisabled), CosemData.LongUnsigned(FirstEnabled),
        CosemData.LongUnsigned(LastEnabled));
}

/// <summary>Entries to delete, by a range of their numbers (IEC 62056-6-2, Schedule, delete).</summary>
/// <param name="First">First.</param>
/// <param name="Last">Last.</param>
public sealed record ScheduleRange(ushort First, ushort Last) : ICosemStructure<ScheduleRange>
{
    /// <inheritdoc/>
    public static ScheduleRange FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ScheduleRange(items[0].AsNumber<ushort>(), items[1].AsNumber<ushort>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.LongUnsigned(First), CosemData.LongUnsigned(Last));
}

/// <summary>Class 10, Schedule: scripts by time of day, weekday and special day (IEC 62056-6-2, Schedule). It has no time of its own: it is
/// told.</summary>
public sealed class ScheduleObject : CosemObject
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private DateTime? _told;

    /// <summary>A schedule.</summary>
    /// <param name="name">Its name, as a rule 0-0:12.0.0.255.</param>
    /// <param name="entries">Attribute 2.</param>
    /// <param name="capacity">How many entries it can hold.</param>
    public ScheduleObject(LogicalName name, IReadOnlyList<ScheduleEntry> entries, int capacity = 1000) : base(10, 0, name)
    {
        (Entries, _capacity) = (entries, capacity);
        WithAttribute(2, CosemTypes.Array<ScheduleEntry>(), () => Entries, value => Entries = value, value => value.Count <= capacity);
        WithMethod(1, CosemTypes.Structure<ScheduleSwitching>(), Switch);
        WithMethod(2, CosemTypes.Structure<ScheduleEntry>(), Insert);
        WithMethod(3, CosemTypes.Structure<ScheduleRange>(), Delete);
    }

    /// <summary>The entries, attribute 2.</summary>
    public IReadOnlyList<ScheduleEntry> Entries { get; private set; }

    /// <summary>Tells the local time; runs the scripts of entries that became due since the last telling, in order of their time, leaving
    /// out those that lie back further than their validity window. The first telling only begins.</summary>
    /// <param name="now">Local time.</param>
    /// <param name="device">Where scripts run.</param>
    /// <param name="specialDays">Days unlike their weekday; null for none.</param>
    /// <returns>The entries run, with what their scripts came to.</returns>
    public IReadOnlyList<(ScheduleEntry Entry, MethodAnswer Answer)> Tell(
        DateTime now, LogicalDevice device, SpecialDaysTableObject? specialDays = null)
    {
        DateTime? before;
        lock (_gate) (before, _told) = (_told, now);
        if (before is not { } since) return [];
        return [.. Entries
            .Select(entry => (Entry: entry, Due: DueBetween(entry, since, now, specialDays)))
            .Where(due => due.Due is not null).OrderBy(due => due.Due)
            .Select(due => (due.Entry, due.Entry.Script.RunOn(device)))];
    }

    private static DateTime? DueBetween(ScheduleEntry entry, DateTime since, DateTime now, SpecialDaysTableObject? specialDays)
    {
        if (entry.ValidityWindow != ScheduleEntry.AnyTime)
        {
            var oldest = now.AddMinutes(-Math.Max((int)entry.ValidityWindow, 1));
            if (since < oldest) since = oldest;
        }
        while (Recurrence.TryFindLast(CosemDate.NotSpecified, entry.SwitchTime, since, now, out var due))
        {
            var day = DateOnly.FromDateTime(due);
            if (entry.CountsOn(day, specialDays?.DayIdOn(day))) return due;
            now = day.ToDateTime(TimeOnly.MinValue).AddTicks(-1);
        }
        return null;
    }

    private MethodAnswer Switch(ScheduleSwitching wanted)
    {
        lock (_gate)
        {
            Entries = [.. Entries.Select(e =>
                e.Index >= wanted.FirstEnabled && e.Index <= wanted.LastEnabled ? e with { Enabled = true }
                : e.Index >= wanted.FirstDisabled && e.Index <= wanted.LastDisabled ? e with { Enabled = false } : e)];
        }
        return MethodAnswer.Done;
    }

    /// <summary>An entry of the same index is replaced.</summary>
    private MethodAnswer Insert(ScheduleEntry added)
    {
        lock (_gate)
        {
            IReadOnlyList<ScheduleEntry> entries = [.. Entries.Where(e => e.Index != added.Index), added];
            if (entries.Count > _capacity) return ActionResult.OtherReason;
            Entries = entries;
        }
        return MethodAnswer.Done;
    }

    private MethodAnswer Delete(ScheduleRange range)
    {
        lock (_gate)
        {
            IReadOnlyList<ScheduleEntry> entries = [.. Entries.Where(e => e.Index < range.First || e.Index > range.Last)];
            if (entries.Count == Entries.Count) return ActionResult.ObjectUndefined;
            Entries = entries;
        }
        return MethodAnswer.Done;
    }
}

/// <summary>Class 10, Schedule, of a server (IEC 62056-6-2, Schedule).</summary>
public sealed class ScheduleProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 10, logicalName)
{
    /// <summary>Attribute 2: the entries.</summary>
    public AttributeProxy<IReadOnlyList<ScheduleEntry>> Entries => Attribute(2, CosemTypes.Array<ScheduleEntry>());

    /// <summary>Method 1: disables and enables entries.</summary>
    public MethodProxy<ScheduleSwitching> EnableDisable => Method(1, CosemTypes.Structure<ScheduleSwitching>());

    /// <summary>Method 2: adds an entry, or replaces the one of its index.</summary>
    public MethodProxy<ScheduleEntry> Insert => Method(2, CosemTypes.Structure<ScheduleEntry>());

    /// <summary>Method 3: deletes entries.</summary>
    public MethodProxy<ScheduleRange> Delete => Method(3, CosemTypes.Structure<ScheduleRange>());
}
