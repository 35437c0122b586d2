using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;

namespace Headrace.Drivers.Dlms;

/// <summary>What of a COSEM value is a raw count that can be kept.</summary>
internal static class RawCount
{
    /// <summary>Places kept of a floating-point value, which is stored as a count of thousandths.</summary>
    public const int FloatDecimals = 3;

    private const double Largest = 9e15;

    /// <summary>The count; false for strings, times, structures, nothing, and numbers out of range.</summary>
    /// <param name="value">As sent.</param>
    /// <param name="raw">The count.</param>
    /// <param name="decimals">Places by which it was shifted: 0 for integers.</param>
    public static bool TryGet(in ReadingValue value, out long raw, out int decimals)
    {
        decimals = 0;
        if (value.TryGetInteger(out raw)) return true;
        if (!value.IsFloat || !value.TryGetDouble(out var number) || !(Math.Abs(number) < Largest / 1000)) return false;
        decimals = FloatDecimals;
        raw = (long)Math.Round(number * 1000, MidpointRounding.AwayFromZero);
        return true;
    }

    /// <summary>
    /// A status word of a profile: an integer's low 16 bits, or the first 16 bits of a bit-string with its first bit lowest.
    /// </summary>
    public static int Status(in ReadingValue value)
    {
        if (value.TryGetInteger(out var word)) return (int)(word & 0xFFFF);
        if (value.Tag != CosemTag.BitString) return 0;
        var status = 0;
        var octets = value.Octets.Span;
        for (var bit = 0; bit < Math.Min(16, octets.Length * 8); bit++)
        {
            if ((octets[bit / 8] & (0x80 >> (bit % 8))) != 0) status |= 1 << bit;
        }

        return status;
    }
}
