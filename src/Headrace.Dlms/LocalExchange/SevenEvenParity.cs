using System.Numerics;

namespace Headrace.Dlms.LocalExchange;

/// <summary>Seven data bits and even parity made by software, for lines that carry eight bits (IEC 62056-21, 5.1).</summary>
public static class SevenEvenParity
{
    /// <summary>The byte on the wire of a character.</summary>
    /// <param name="character">0 to 7F; only seven bits count.</param>
    public static byte Encode(byte character)
    {
        var bits = character & 0x7F;
        return (byte)(bits | ((BitOperations.PopCount((uint)bits) & 1) << 7));
    }

    /// <summary>The character of a byte; false where its parity is wrong.</summary>
    public static bool TryDecode(byte onWire, out byte character)
    {
        character = (byte)(onWire & 0x7F);
        return (BitOperations.PopCount(onWire) & 1) == 0;
    }
}

/// <summary>The speeds of IEC 62056-21 and the characters that name them (clause 6.3.14, baud rate identification).</summary>
public static class LocalBaudRate
{
    /// <summary>Where every exchange begins.</summary>
    public const int SignOn = 300;

    /// <summary>The speed a character names: 0 to 6 in modes C and E, A to F in mode B; null for another.</summary>
    public static int? Of(char character) => character switch
    {
        '0' => 300,
        '1' or 'A' => 600,
        '2' or 'B' => 1200,
        '3' or 'C' => 2400,
        '4' or 'D' => 4800,
        '5' or 'E' => 9600,
        '6' or 'F' => 19200,
        _ => null,
    };
}
