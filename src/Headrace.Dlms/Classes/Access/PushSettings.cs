using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What carries a push (IEC 62056-6-2, Push setup, transport_service_type). 200 to 255 are makers' own.</summary>
public enum PushTransport : byte
{
    /// <summary>TCP.</summary>
    Tcp = 0,
    /// <summary>UDP.</summary>
    Udp = 1,
    /// <summary>FTP.</summary>
    Ftp = 2,
    /// <summary>SMTP.</summary>
    Smtp = 3,
    /// <summary>SMS.</summary>
    Sms = 4,
    /// <summary>HDLC.</summary>
    Hdlc = 5,
    /// <summary>M-Bus.</summary>
    MBus = 6,
    /// <summary>ZigBee.</summary>
    ZigBee = 7,
    /// <summary>DLMS gateway.</summary>
    Gateway = 8,
}

/// <summary>How a push is written (IEC 62056-6-2, Push setup, message_type). 128 to 255 are makers' own.</summary>
public enum PushMessage : byte
{
    /// <summary>An xDLMS APDU in A-XDR.</summary>
    AXdr = 0,
    /// <summary>An xDLMS APDU in XML.</summary>
    Xml = 1,
}

/// <summary>Where a push goes and how (IEC 62056-6-2, Push setup, send_destination_and_method).</summary>
/// <param name="Transport">What carries it.</param>
/// <param name="Destination">Address: <c>host:port</c>, a telephone number; bytes shown as Latin-1 text.</param>
/// <param name="Message">How it is written.</param>
public sealed record PushDestination(PushTransport Transport, string Destination, PushMessage Message = PushMessage.AXdr)
    : ICosemStructure<PushDestination>
{
    /// <inheritdoc/>
    public static PushDestination FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        if (items[1].Tag != CosemTag.OctetString) throw new ProtocolException($"{items[1].Tag.Name()} for a destination");
        return new PushDestination(
            (PushTransport)items[0].AsNumber<byte>(), CosemTypes.Text.FromData(items[1]), (PushMessage)items[2].AsNumber<byte>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.Enum((byte)Transport), CosemTypes.Text.ToData(Destination), CosemData.Enum((byte)Message));
}

/// <summary>A time in which pushes may go (IEC 62056-6-2, Push setup, window_element).</summary>
/// <param name="Start">From, with wildcards.</param>
/// <param name="End">To, with wildcards.</param>
public sealed record CommunicationWindow(CosemDateTime Start, CosemDateTime End) : ICosemStructure<CommunicationWindow>
{
    /// <inheritdoc/>
    public static CommunicationWindow FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new CommunicationWindow(items[0].AsDateTime(), items[1].AsDateTime());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.OctetString(Start), CosemData.OctetString(End));

    /// <summary>Whether the window is open at a local time: it began and has not ended since. Both ends are included.</summary>
    public bool IsOpenAt(DateTime now) =>
        TryFindLast(Start, now, out var began) && (!TryFindLast(End, now, out var ended) || ended < began || now - ended < OneSecond);

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private static bool TryFindLast(CosemDateTime pattern, DateTime now, out DateTime moment) => pattern.TryToLocal(out moment)
        ? moment <= now
        : Scheduling.Recurrence.TryFindLast(pattern.Date, pattern.Time, DateTime.MinValue, now, out moment);
}

/// <summary>How long is waited between tries (IEC 62056-6-2, Push setup, repetition_delay).</summary>
/// <param name="Minimum">Seconds before the first repetition; up to version 1 before each.</param>
/// <param name="Exponent">Growth from try to try in hundredths: 100 keeps it, 200 doubles it. From version 2.</param>
/// <param name="Maximum">Seconds that are never exceeded; 0 for no such bound. From version 2.</param>
public sealed record RepetitionDelay(ushort Minimum, ushort Exponent = 100, ushort Maximum = 0) : ICosemStructure<RepetitionDelay>
{
    /// <summary>Reads the structure of version 2, or the number of the versions before.</summary>
    /// <exception cref="ProtocolException">Neither.</exception>
    public static RepetitionDelay FromData(CosemData data)
    {
        if (data.Tag != CosemTag.Structure) return new RepetitionDelay(data.AsNumber<ushort>());
        var items = data.AsStructure(3);
        return new RepetitionDelay(items[0].AsNumber<ushort>(), items[1].AsNumber<ushort>(), items[2].AsNumber<ushort>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(Minimum), CosemData.LongUnsigned(Exponent), CosemData.LongUnsigned(Maximum));

    /// <summary>Time before a repetition.</summary>
    /// <param name="repetition">From 1.</param>
    public TimeSpan Before(int repetition)
    {
        var seconds = Minimum * Math.Pow(Exponent / 100.0, Math.Max(repetition, 1) - 1);
        return TimeSpan.FromSeconds(Math.Min(seconds, Maximum == 0 ? ushort.MaxValue : Maximum));
    }
}

/// <summary>How a push is sent, and whether it is confirmed (IEC 62056-6-2, Push setup, push_operation_method).</summary>
public enum PushOperationMethod : byte
{
    /// <summary>Not confirmed; repeated where it could not be sent.</summary>
    UnconfirmedRetryOnFailure = 0,
    /// <summary>Not confirmed; repeated where its arrival at the next hop is not known.</summary>
    UnconfirmedRetryOnMissingSupportingLayerConfirmation = 1,
    /// <summary>Confirmed; repeated where no confirmation comes.</summary>
    ConfirmedRetryOnMissingConfirmation = 2,
}

/// <summary>What a confirmed push begins with (IEC 62056-6-2, Push setup, confirmation_parameters).</summary>
/// <param name="StartDate">Rows before it are not pushed; unspecified for all.</param>
/// <param name="Interval">Seconds that a push covers at least.</param>
public sealed record ConfirmationParameters(CosemDateTime StartDate, uint Interval) : ICosemStructure<ConfirmationParameters>
{
    /// <inheritdoc/>
    public static ConfirmationParameters FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ConfirmationParameters(items[0].AsDateTime(), items[1].AsNumber<uint>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.OctetString(StartDate), CosemData.DoubleLongUnsigned(Interval));
}
