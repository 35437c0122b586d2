using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Hexadecimal text in the form of the vectors.</summary>
public static class HexText
{
    /// <summary>The bytes of hexadecimal text, separators as in <see cref="Hex.Parse"/>; false where it is something else.</summary>
    public static bool TryParse(string text, out byte[] bytes)
    {
        try
        {
            bytes = Hex.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            bytes = [];
            return false;
        }
    }

    /// <summary>Lower-case digits without separators.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
