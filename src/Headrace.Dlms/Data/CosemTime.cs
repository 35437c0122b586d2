using System.Globalization;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>
/// A time of day of 4 bytes, wildcards kept as sent (IEC 62056-6-2, date and time formats). 0xFF is "not given" in each part.
/// </summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Second">0 to 59.</param>
/// <param name="Hundredths">0 to 99 hundredths of a second.</param>
public readonly record struct CosemTime(byte Hour, byte Minute, byte Second, byte Hundredths)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    /// <summary>A part not given.</summary>
    public const byte Any = 0xFF;

    /// <summary>Every part a wildcard.</summary>
    public static CosemTime NotSpecified { get; } = new(Any, Any, Any, Any);

    /// <summary>Reads the 4 bytes as they are.</summary>
    /// <exception cref="ProtocolException">Not 4 bytes.</exception>
    public static CosemTime Parse(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new(bytes[0], bytes[1], bytes[2], bytes[3])
        : throw new ProtocolException($"time of {bytes.Length} bytes");

    /// <summary>A concrete time, cut to hundredths of a second.</summary>
    public static CosemTime From(TimeOnly time) =>
        new((byte)time.Hour, (byte)time.Minute, (byte)time.Second, (byte)(time.Millisecond / 10));

    /// <summary>The time of day, where hour and minute are concrete and possible; second and hundredths not given count as zero.</summary>
    public bool TryToTime(out TimeOnly time)
    {
        time = default;
        var second = Second == Any ? 0 : Second;
        var hundredths = Hundredths == Any ? 0 : Hundredths;
        if (Hour > 23 || Minute > 59 || second > 59 || hundredths > 99) return false;
        time = new TimeOnly(Hour, Minute, second, hundredths * 10);
        return true;
    }

    /// <summary>Writes the 4 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[3] = Hundredths;
        destination[0] = Hour;
        destination[1] = Minute;
        destination[2] = Second;
    }

    /// <summary>The 4 bytes in an array of their own.</summary>
    public byte[] ToArray() => [Hour, Minute, Second, Hundredths];

    /// <summary>The form <c>12:30:00.00</c>; wildcards as stars.</summary>
    public override string ToString() => $"{Part(Hour)}:{Part(Minute)}:{Part(Second)}.{Part(Hundredths)}";

    private static string Part(byte value) => value == Any ? "*" : value.ToString("D2", CultureInfo.InvariantCulture);
}
