namespace Headrace.Serial;

/// <summary>How a character lies on the line.</summary>
public enum CharacterFormat
{
    /// <summary>Eight data bits, no parity, one stop bit: HDLC, and everything else of today.</summary>
    EightNone,

    /// <summary>Seven data bits, even parity, one stop bit: IEC 62056-21.</summary>
    SevenEven,

    /// <summary>Eight data bits, even parity, one stop bit: wired M-Bus.</summary>
    EightEven,
}

/// <summary>Speed and form of the characters on a serial line.</summary>
/// <param name="BaudRate">Bits per second, 50 to 4,000,000; what the hardware cannot do is refused or rounded by its driver.</param>
/// <param name="Format">Data bits and parity.</param>
public readonly record struct SerialSettings(int BaudRate, CharacterFormat Format = CharacterFormat.EightNone)
{
    /// <summary>Slowest rate taken.</summary>
    public const int LowestBaudRate = 50;

    /// <summary>Fastest rate taken.</summary>
    public const int HighestBaudRate = 4_000_000;

    /// <summary>9600 baud, eight bits, no parity: HDLC on an optical head or RS-485.</summary>
    public static SerialSettings Hdlc => new(9600);

    /// <summary>300 baud, seven bits, even parity: where every exchange of IEC 62056-21 in modes A to E begins.</summary>
    public static SerialSettings SignOn => new(300, CharacterFormat.SevenEven);

    /// <summary>How long one character takes: start, data, parity and stop bits.</summary>
    public TimeSpan CharacterTime => TimeSpan.FromSeconds((Format == CharacterFormat.EightEven ? 11.0 : 10.0) / BaudRate);

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{BaudRate} {(Format switch { CharacterFormat.SevenEven => "7E1", CharacterFormat.EightEven => "8E1", _ => "8N1" })}");

    internal static void Check(SerialSettings settings)
    {
        if (settings.BaudRate is < LowestBaudRate or > HighestBaudRate)
            throw new ArgumentOutOfRangeException(nameof(settings), settings.BaudRate, "No such baud rate.");
        if (!Enum.IsDefined(settings.Format))
            throw new ArgumentOutOfRangeException(nameof(settings), settings.Format, "No such character format.");
    }
}
