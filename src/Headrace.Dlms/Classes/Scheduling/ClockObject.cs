using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>What a clock object knows of its place besides the time.</summary>
/// <param name="ZoneMinutes">Minutes from local standard time to UTC, attribute 3: -60 for Central Europe in the sense of this
/// class.</param>
/// <param name="DaylightBegin">Attribute 5, with wildcards.</param>
/// <param name="DaylightEnd">Attribute 6, with wildcards.</param>
/// <param name="DaylightMinutes">Attribute 7, as a rule 60.</param>
/// <param name="DaylightEnabled">Attribute 8.</param>
/// <param name="ClockBase">Attribute 9: 0 not defined, 1 crystal, 2 and 3 mains, 4 GPS, 5 radio.</param>
public sealed record ClockPlace(
    short ZoneMinutes, CosemDateTime DaylightBegin, CosemDateTime DaylightEnd, sbyte DaylightMinutes, bool DaylightEnabled,
        byte ClockBase = 1);

/// <summary>Class 8, Clock (IEC 62056-6-2, 4.5.1). It has no time of its own: it asks, and hands on what it is told.</summary>
public sealed class ClockObject : CosemObject
{
    private readonly Func<CosemDateTime> _now;
    private readonly Func<TimeSpan, bool> _shift;
    private CosemDateTime? _preset;

    /// <summary>A clock over the device's time.</summary>
    /// <param name="name">Its name, as a rule 0-0:1.0.0.255.</param>
    /// <param name="now">The device's time.</param>
    /// <param name="set">Sets it; false where it refuses.</param>
    /// <param name="shift">Shifts it by a span; false where it refuses.</param>
    /// <param name="place">Zone and daylight saving.</param>
    public ClockObject(LogicalName name, Func<CosemDateTime> now, Func<CosemDateTime, bool> set, Func<TimeSpan, bool> shift,
        ClockPlace place) : base(8, 0, name)
    {
        (_now, _shift) = (now, shift);
        WithAttribute(2, () => CosemData.OctetString(now()), given => Set(given, set));
        WithAttribute(3, CosemData.Long(place.ZoneMinutes), writable: true);
        WithAttribute(4, () => CosemData.Unsigned((byte)now().Status));
        WithAttribute(5, CosemData.OctetString(place.DaylightBegin), writable: true);
        WithAttribute(6, CosemData.OctetString(place.DaylightEnd), writable: true);
        WithAttribute(7, CosemData.Integer(place.DaylightMinutes), writable: true);
        WithAttribute(8, CosemData.Boolean(place.DaylightEnabled), writable: true);
        WithAttribute(9, CosemData.Enum(place.ClockBase));
        WithMethod(1, _ => AdjustTo(TimeSpan.FromMinutes(15)));
        WithMethod(3, _ => AdjustTo(TimeSpan.FromMinutes(1)));
        WithMethod(4, _ => _preset is { } preset && set(preset) ? MethodAnswer.Done : ActionResult.TemporaryFailure);
        WithMethod(5, Preset);
        WithMethod(6, Shift);
    }

    private static DataAccessResult Set(CosemData given, Func<CosemDateTime, bool> set)
    {
        if (!given.TryGetDateTime(out var time)) return DataAccessResult.TypeUnmatched;
        return set(time) ? DataAccessResult.Success : DataAccessResult.OtherReason;
    }

    /// <summary>Moves to the nearest multiple of a span, as adjust_to_quarter and adjust_to_minute ask.</summary>
    private MethodAnswer AdjustTo(TimeSpan unit)
    {
        if (!_now().TryToLocal(out var local)) return ActionResult.TemporaryFailure;
        var over = TimeSpan.FromTicks(local.Ticks % unit.Ticks);
        return Shifted(over * 2 < unit ? -over : unit - over);
    }

    /// <summary>preset_adjusting_time: the time, and from when to when it may be set; only the time is kept.</summary>
    private MethodAnswer Preset(CosemData parameter)
    {
        if (parameter is not { Tag: CosemTag.Structure, Items.Count: 3 }
            || !parameter.Items[0].TryGetDateTime(out var preset)) return ActionResult.TypeUnmatched;
        _preset = preset;
        return MethodAnswer.Done;
    }

    private MethodAnswer Shift(CosemData parameter) =>
        parameter.TryGetInteger(out var seconds) && seconds is >= -900 and <= 900 ? Shifted(TimeSpan.FromSeconds(seconds))
            : ActionResult.TypeUnmatched;

    private MethodAnswer Shifted(TimeSpan span) => _shift(span) ? MethodAnswer.Done : ActionResult.TemporaryFailure;
}
