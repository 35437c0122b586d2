namespace Headrace.Wire;

/// <summary>Hexadecimal text as people paste it.</summary>
public static class Hex
{
    /// <summary>Reads pairs of digits; white space, colons, dashes and commas may stand between pairs, and <c>0x</c> before one.</summary>
    /// <exception cref="FormatException">Another character, or a digit without its pair; the message says where.</exception>
    public static byte[] Parse(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 2];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) || text[i] is ':' or '-' or ',') continue;
            if (text[i] == '0' && i + 1 < text.Length && text[i + 1] is 'x' or 'X')
            {
                i++;
                continue;
            }

            var high = Digit(text, i);
            if (i + 1 == text.Length) throw new FormatException($"hexadecimal digit at character {i + 1} has no pair");
            bytes[count++] = (byte)((high << 4) | Digit(text, ++i));
        }

        return bytes[..count];
    }

    /// <summary>Upper-case digits without separators.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    private static int Digit(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        >= '0' and <= '9' and var c => c - '0',
        >= 'a' and <= 'f' and var c => c - 'a' + 10,
        >= 'A' and <= 'F' and var c => c - 'A' + 10,
        var c => throw new FormatException($"'{c}' at character {at + 1} is no hexadecimal digit"),
    };
}
