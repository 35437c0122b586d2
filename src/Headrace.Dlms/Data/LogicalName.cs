using System.Globalization;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>A logical name: the six value groups of an OBIS code (IEC 62056-6-1).</summary>
/// <param name="A">Medium: 1 electricity, 7 gas, 8 cold water, 0 abstract.</param>
/// <param name="B">Channel.</param>
/// <param name="C">Quantity.</param>
/// <param name="D">Processing.</param>
/// <param name="E">Tariff or further detail.</param>
/// <param name="F">Billing period; 255 where not used.</param>
public readonly record struct LogicalName(byte A, byte B, byte C, byte D, byte E, byte F)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 6;

    /// <summary>Takes the first six bytes.</summary>
    /// <exception cref="ProtocolException">Fewer than six bytes.</exception>
    public static LogicalName FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length >= Size
        ? new(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
        : throw new ProtocolException($"logical name of {bytes.Length} bytes");

    /// <summary>Reads <c>1-0:1.8.0.255</c>, <c>1-0:1.8.0*255</c> or <c>1.0.1.8.0.255</c>.</summary>
    /// <exception cref="FormatException">None of these forms.</exception>
    public static LogicalName Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a logical name such as 1-0:1.8.0.255");

    /// <summary>Reads <c>1-0:1.8.0.255</c>, <c>1-0:1.8.0*255</c> or <c>1.0.1.8.0.255</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LogicalName name)
    {
        name = default;
        Span<byte> groups = stackalloc byte[Size];
        text = text.Trim();
        for (var i = 0; i < Size; i++)
        {
            var end = i < Size - 1 ? text.IndexOfAny("-:.*") : text.Length;
            if (end < 0 || !byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out groups[i])) return false;
            if (i == Size - 1) break;
            if (!IsSeparator(i, text[end])) return false;
            text = text[(end + 1)..];
        }

        name = FromBytes(groups);
        return true;
    }

    /// <summary>Writes the six bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[5] = F;
        destination[0] = A;
        destination[1] = B;
        destination[2] = C;
        destination[3] = D;
        destination[4] = E;
    }

    /// <summary>The six bytes in an array of their own.</summary>
    public byte[] ToArray() => [A, B, C, D, E, F];

    /// <summary>The form <c>1-0:1.8.0.255</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{A}-{B}:{C}.{D}.{E}.{F}");

    private static bool IsSeparator(int group, char c) => c == '.' || (group, c) is (0, '-') or (1, ':') or (4, '*');
}
