using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>The clock status byte of a date-time (IEC 62056-6-2, date and time formats).</summary>
[Flags]
public enum ClockStatus : byte
{
    /// <summary>Nothing to say: winter time, clock good.</summary>
    None = 0,
    /// <summary>Bit 0: the time could not be recovered after a power loss.</summary>
    InvalidValue = 0x01,
    /// <summary>Bit 1: recovered, but possibly off.</summary>
    DoubtfulValue = 0x02,
    /// <summary>Bit 2: another clock base than configured.</summary>
    DifferentClockBase = 0x04,
    /// <summary>Bit 3: the status itself is not to be trusted.</summary>
    InvalidClockStatus = 0x08,
    /// <summary>Bit 7: daylight saving is in the local time.</summary>
    DaylightSavingActive = 0x80,
    /// <summary>0xFF: no status given.</summary>
    NotSpecified = 0xFF,
}

/// <summary>
/// A date-time of 12 bytes kept as the meter sent it, wildcards, deviation and status included (IEC 62056-6-2, date and time formats).
/// </summary>
/// <param name="Date">Local date; any part may be a wildcard.</param>
/// <param name="Time">Local time; any part may be a wildcard.</param>
/// <param name="Deviation">Minutes to add to local time to get UTC (CET is -60), or <see cref="DeviationNotSpecified"/>.</param>
/// <param name="Status">The clock status.</param>
public readonly record struct CosemDateTime(CosemDate Date, CosemTime Time, short Deviation, ClockStatus Status)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 12;

    /// <summary>0x8000: no deviation given.</summary>
    public const short DeviationNotSpecified = short.MinValue;

    // The standard allows -720..840; some countries send the sign reversed, hence the wider lower bound.
    private const int MaximumDeviation = 840;

    /// <summary>Every part a wildcard.</summary>
    public static CosemDateTime NotSpecified { get; } =
        new(CosemDate.NotSpecified, CosemTime.NotSpecified, DeviationNotSpecified, ClockStatus.NotSpecified);

    /// <summary>True where a status is given and its daylight saving bit is set.</summary>
    public bool IsDaylightSaving => Status != ClockStatus.NotSpecified && Status.HasFlag(ClockStatus.DaylightSavingActive);

    /// <summary>Reads the 12 bytes. Never refuses a value: wildcards and nonsense are kept as sent.</summary>
    /// <exception cref="ProtocolException">Not 12 bytes.</exception>
    public static CosemDateTime Parse(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new(CosemDate.Parse(bytes[..5]), CosemTime.Parse(bytes[5..9]), Minutes(bytes[9..]), (ClockStatus)bytes[11])
        : throw new ProtocolException($"date-time of {bytes.Length} bytes");

    /// <summary>The meter's view of an instant: fields in the offset of <paramref name="time"/>, deviation from it.</summary>
    /// <param name="time">The instant, in the local offset the meter shows (daylight saving included).</param>
    /// <param name="daylightSaving">Sets the daylight saving bit.</param>
    /// <param name="status">The other status bits.</param>
    public static CosemDateTime From(DateTimeOffset time, bool daylightSaving = false, ClockStatus status = ClockStatus.None) => new(
        CosemDate.From(DateOnly.FromDateTime(time.DateTime)),
        CosemTime.From(TimeOnly.FromTimeSpan(time.TimeOfDay)),
        (short)-time.TotalOffsetMinutes,
        daylightSaving ? status | ClockStatus.DaylightSavingActive : status);

    /// <summary>The same date and time with no deviation given, as some meters demand in selective access.</summary>
    public CosemDateTime WithoutDeviation() => this with { Deviation = DeviationNotSpecified };

    /// <summary>The same with the deviation's sign turned round, for meters that count it from UTC to local time.</summary>
    public CosemDateTime WithReversedDeviation() =>
        Deviation == DeviationNotSpecified ? this : this with { Deviation = (short)-Deviation };

    /// <summary>The instant in UTC, where date and time are concrete and a possible deviation is given.</summary>
    public bool TryToUtc(out DateTimeOffset utc)
    {
        utc = default;
        if (Deviation is < -MaximumDeviation or > MaximumDeviation || !TryToLocal(out var local)) return false;
        var ticks = local.Ticks + Deviation * TimeSpan.TicksPerMinute;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        utc = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>
    /// The wall clock, where date, hour and minute are concrete and possible; second and hundredths not given count as zero.
    /// </summary>
    public bool TryToLocal(out DateTime local)
    {
        local = default;
        if (!Date.TryToDate(out var date) || !Time.TryToTime(out var time)) return false;
        local = date.ToDateTime(time, DateTimeKind.Unspecified);
        return true;
    }

    /// <summary>Writes the 12 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[11] = (byte)Status;
        Date.CopyTo(destination);
        Time.CopyTo(destination[5..]);
        BinaryPrimitives.WriteInt16BigEndian(destination[9..], Deviation);
    }

    /// <summary>Writes the 12 bytes.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        CopyTo(output.GetSpan(Size));
        output.Advance(Size);
    }

    /// <summary>The 12 bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Date, time, deviation and status; wildcards as stars.</summary>
    public override string ToString()
    {
        var deviation = Deviation == DeviationNotSpecified ? "*" : Deviation.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Date} {Time} dev {deviation} status {(byte)Status:X2}");
    }

    private static short Minutes(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16BigEndian(bytes);
}
