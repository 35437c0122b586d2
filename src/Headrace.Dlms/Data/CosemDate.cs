using System.Buffers.Binary;
using System.Globalization;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>A date of 5 bytes, wildcards kept as sent (IEC 62056-6-2, date and time formats).</summary>
/// <param name="Year">0xFFFF for every year.</param>
/// <param name="Month">1 to 12; 0xFD daylight saving ends, 0xFE begins, 0xFF every month.</param>
/// <param name="Day">1 to 31; 0xFD second last day of the month, 0xFE last, 0xFF every day.</param>
/// <param name="Weekday">1 Monday to 7 Sunday; 0xFF not given.</param>
public readonly record struct CosemDate(ushort Year, byte Month, byte Day, byte Weekday)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 5;

    /// <summary>Year not given.</summary>
    public const ushort AnyYear = 0xFFFF;

    /// <summary>Month, day or weekday not given.</summary>
    public const byte Any = 0xFF;

    /// <summary>In <see cref="Month"/>: daylight saving begins. In <see cref="Day"/>: last day of the month.</summary>
    public const byte Last = 0xFE;

    /// <summary>In <see cref="Month"/>: daylight saving ends. In <see cref="Day"/>: second last day of the month.</summary>
    public const byte SecondLast = 0xFD;

    /// <summary>Every part a wildcard.</summary>
    public static CosemDate NotSpecified { get; } = new(AnyYear, Any, Any, Any);

    /// <summary>Reads the 5 bytes as they are.</summary>
    /// <exception cref="ProtocolException">Not 5 bytes.</exception>
    public static CosemDate Parse(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes[2], bytes[3], bytes[4])
        : throw new ProtocolException($"date of {bytes.Length} bytes");

    /// <summary>A concrete date with its weekday.</summary>
    public static CosemDate From(DateOnly date) =>
        new((ushort)date.Year, (byte)date.Month, (byte)date.Day, date.DayOfWeek == DayOfWeek.Sunday ? (byte)7 : (byte)date.DayOfWeek);

    /// <summary>The date, where year, month and day are concrete and such a day exists. The weekday is not checked.</summary>
    public bool TryToDate(out DateOnly date)
    {
        date = default;
        if (Year is < 1 or > 9999 || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month)) return false;
        date = new DateOnly(Year, Month, Day);
        return true;
    }

    /// <summary>Writes the 5 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[4] = Weekday;
        BinaryPrimitives.WriteUInt16BigEndian(destination, Year);
        destination[2] = Month;
        destination[3] = Day;
    }

    /// <summary>The 5 bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The form <c>2026-03-02</c>; wildcards as stars, special days by name.</summary>
    public override string ToString()
    {
        var year = Year == AnyYear ? "*" : Year.ToString("D4", CultureInfo.InvariantCulture);
        return $"{year}-{Part(Month, "dst-begin", "dst-end")}-{Part(Day, "last", "second-last")}";
    }

    private static string Part(byte value, string last, string secondLast) => value switch
    {
        Any => "*",
        Last => last,
        SecondLast => secondLast,
        _ => value.ToString("D2", CultureInfo.InvariantCulture),
    };
}
