using System.Text;

namespace Headrace.Dlms.Translation;

/// <summary>Hexadecimal text as people paste it: either case, with spaces, colons, dashes, commas, line ends and 0x.</summary>
public static class HexText
{
    /// <summary>The bytes of <paramref name="text"/>; false where anything else than digits and separators is in it, or half a byte.</summary>
    public static bool TryParse(string text, out byte[] bytes)
    {
        bytes = [];
        var digits = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || c is ':' or '-' or ',' or ';') continue;
            if (c == '0' && i + 1 < text.Length && text[i + 1] is 'x' or 'X' && digits.Length % 2 == 0)
            {
                i++;
                continue;
            }
            if (!char.IsAsciiHexDigit(c)) return false;
            digits.Append(c);
        }
        if (digits.Length % 2 != 0) return false;
        bytes = Convert.FromHexString(digits.ToString());
        return true;
    }

    /// <summary>Lower-case digits without separators, the form of the vectors.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
