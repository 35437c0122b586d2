using System.Text;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>What a meter is able to do, by its identification (IEC 62056-21, 6.1).</summary>
public enum LocalExchangeMode
{
    /// <summary>It stays at 300 baud and sends its data at once.</summary>
    A,

    /// <summary>It changes the speed by itself and sends its data at once.</summary>
    B,

    /// <summary>It waits for a choice: speed, and read-out or programming.</summary>
    C,

    /// <summary>As C, and HDLC may be chosen.</summary>
    E,
}

/// <summary>The identification message, <c>/XXXZ[\W]identification CR LF</c> (IEC 62056-21, 6.3.2).</summary>
/// <param name="Manufacturer">The FLAG id, three letters; a small third letter means answers after 20 ms in place of 200 ms.</param>
/// <param name="BaudCharacter">Names the speed, and mode B by a letter A to F, mode C by a digit.</param>
/// <param name="Text">Name of the meter, at most 16 characters without <c>/</c>, <c>!</c> and <c>\</c>.</param>
/// <param name="OffersHdlc">It bears <c>\2</c>: mode E.</param>
public sealed record MeterIdentification(string Manufacturer, char BaudCharacter, string Text, bool OffersHdlc = false)
{
    private const int ManufacturerLength = 3;

    /// <summary>The mode; A where the character names no speed.</summary>
    public LocalExchangeMode Mode =>
        LocalBaudRate.Of(BaudCharacter) is null ? LocalExchangeMode.A
        : char.IsAsciiLetter(BaudCharacter) ? LocalExchangeMode.B
        : OffersHdlc ? LocalExchangeMode.E
        : LocalExchangeMode.C;

    /// <summary>The speed named; 300 in mode A.</summary>
    public int BaudRate => LocalBaudRate.Of(BaudCharacter) ?? LocalBaudRate.SignOn;

    /// <summary>The least time between a message and its answer.</summary>
    public TimeSpan ReactionTime => TimeSpan.FromMilliseconds(char.IsAsciiLetterLower(Manufacturer[^1]) ? 20 : 200);

    /// <summary>Reads the line behind the slash, without CR LF.</summary>
    /// <exception cref="ProtocolException">Shorter than maker and speed, or characters that may not stand there.</exception>
    internal static MeterIdentification Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ManufacturerLength) throw new ProtocolException("identification cut short", 0);
        foreach (var character in line)
            if (character is < 0x20 or > 0x7E or (byte)'!' or (byte)'/') throw new ProtocolException($"identification with {character:X2}");
        var text = Encoding.ASCII.GetString(line);
        var (rest, offersHdlc) = (text[(ManufacturerLength + 1)..], false);
        while (rest.Length >= 2 && rest[0] == '\\')
        {
            offersHdlc |= rest[1] == '2';
            rest = rest[2..];
        }
        return new MeterIdentification(text[..ManufacturerLength], text[ManufacturerLength], rest, offersHdlc);
    }

    /// <summary>The message, with CR LF.</summary>
    public byte[] Encode() => Encoding.ASCII.GetBytes($"/{Manufacturer}{BaudCharacter}{(OffersHdlc ? "\\2" : "")}{Text}\r\n");
}
