using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Models;

/// <summary>Load profile 1, 1-0:99.1.0.255: a row at the end of every quarter of an hour, computed when it is read.</summary>
/// <remarks>Quarters are those of UTC, which are the local ones too in every zone whose offset is a multiple of 15 minutes.</remarks>
/// <param name="point">The measured point.</param>
/// <param name="clock">The meter's clock.</param>
public sealed class QuarterHourProfile(ConnectionPoint point, MeterClock clock) : IProfileBuffer
{
    /// <summary>Capture period.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    /// <summary>Rows that the buffer keeps: 40 days.</summary>
    public const int Capacity = 40 * 96;

    /// <inheritdoc/>
    public int Count => (int)Math.Clamp(Last() - FirstEver(), 0, Capacity);

    /// <summary>The end of the last interval that is over.</summary>
    public DateTimeOffset LastEnd => At(Last());

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count)
    {
        var start = Last() - Count + 1;
        for (var i = 0; i < count; i++) yield return Row(At(start + first + i));
    }

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var last = Last();
        var first = Math.Max(last - Count + 1, (from.UtcTicks + Period.Ticks - 1) / Period.Ticks);
        for (var number = first; number <= Math.Min(last, to.UtcTicks / Period.Ticks); number++) yield return Row(At(number));
    }

    /// <summary>The row of the interval that ends at an instant: clock, status, import and export in Wh.</summary>
    public IReadOnlyList<CosemData> Row(DateTimeOffset end)
    {
        var energy = point.EnergyAt(end);
        return
        [
            CosemData.OctetString(clock.At(end)),
            CosemData.Unsigned((byte)StatusOf(end)),
            CosemData.DoubleLongUnsigned(Register(energy.Import)),
            CosemData.DoubleLongUnsigned(Register(energy.Export)),
        ];
    }

    /// <summary>The status of an interval.</summary>
    public ProfileStatus StatusOf(DateTimeOffset end) =>
        (clock.IsDaylightSaving(end) ? ProfileStatus.DaylightSaving : ProfileStatus.None)
        | (point.Interruptions.Within(end, Period) ? ProfileStatus.PowerDown : ProfileStatus.None);

    /// <summary>Registers of 32 bits roll over like the real ones.</summary>
    internal static uint Register(long wattHours) => unchecked((uint)wattHours);

    private static DateTimeOffset At(long number) => new(number * Period.Ticks, TimeSpan.Zero);

    private long Last() => clock.UtcNow.UtcTicks / Period.Ticks;

    private long FirstEver() => clock.Calendar.StartOf(ConnectionPoint.FirstDay).UtcTicks / Period.Ticks;
}

/// <summary>Load profile 2, 1-0:99.2.0.255: a row at every local midnight with the registers of all rates.</summary>
/// <param name="point">The measured point.</param>
/// <param name="clock">The meter's clock.</param>
public sealed class DailyProfile(ConnectionPoint point, MeterClock clock) : IProfileBuffer
{
    /// <summary>Capture period.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(1);

    /// <summary>Rows that the buffer keeps: 90 days.</summary>
    public const int Capacity = 90;

    /// <inheritdoc/>
    public int Count => Math.Clamp(Today().DayNumber - ConnectionPoint.FirstDay.DayNumber, 0, Capacity);

    /// <summary>The last midnight.</summary>
    public DateTimeOffset LastEnd => clock.Calendar.StartOf(Today());

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count)
    {
        var oldest = Today().AddDays(1 - Count);
        for (var i = 0; i < count; i++) yield return Row(clock.Calendar.StartOf(oldest.AddDays(first + i)));
    }

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var today = Today();
        for (var day = today.AddDays(1 - Count); day <= today; day = day.AddDays(1))
        {
            var end = clock.Calendar.StartOf(day);
            if (end >= from && end <= to) yield return Row(end);
        }
    }

    /// <summary>
    /// The row of the day that ends at a local midnight: clock, status, import total and rates, export total and rates in Wh.
    /// </summary>
    public IReadOnlyList<CosemData> Row(DateTimeOffset end)
    {
        var energy = point.EnergyAt(end);
        var interrupted = point.Interruptions.On(clock.Calendar.DayOf(end.AddTicks(-1))) is not null;
        var status = (clock.IsDaylightSaving(end) ? ProfileStatus.DaylightSaving : ProfileStatus.None)
            | (interrupted ? ProfileStatus.PowerDown : ProfileStatus.None);
        return
        [
            CosemData.OctetString(clock.At(end)),
            CosemData.Unsigned((byte)status),
            Value(energy.Import), Value(energy.ImportRate1), Value(energy.ImportRate2),
            Value(energy.Export), Value(energy.ExportRate1), Value(energy.ExportRate2),
        ];
    }

    private static CosemData Value(long wattHours) => CosemData.DoubleLongUnsigned(QuarterHourProfile.Register(wattHours));

    private DateOnly Today() => clock.Calendar.DayOf(clock.UtcNow);
}

/// <summary>The AMR profile status byte of the IDIS packages, objects 0-0:96.10.1.255 and 0-0:96.10.2.255.</summary>
[Flags]
public enum ProfileStatus : byte
{
    /// <summary>Nothing to remark.</summary>
    None = 0,

    /// <summary>Bit 0: the meter is broken.</summary>
    CriticalError = 0x01,

    /// <summary>Bit 1: the clock is not to be trusted.</summary>
    ClockInvalid = 0x02,

    /// <summary>Bit 2: the values are not to be billed.</summary>
    DataNotValid = 0x04,

    /// <summary>Bit 3: summer time.</summary>
    DaylightSaving = 0x08,

    /// <summary>Bit 5: the clock was adjusted in the interval.</summary>
    ClockAdjusted = 0x20,

    /// <summary>Bit 7: supply failed in the interval.</summary>
    PowerDown = 0x80,
}
