namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>What an object of class 19, IEC local port setup, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record LocalPortSetup
{
    /// <summary>Attribute 2, default_mode: the protocol the port starts with.</summary>
    public LocalPortMode DefaultMode { get; init; }

    /// <summary>Attribute 3, default_baud: the speed of the opening sequence.</summary>
    public BaudRate DefaultBaud { get; init; } = BaudRate.Baud300;

    /// <summary>Attribute 4, prop_baud: the speed the meter proposes.</summary>
    public BaudRate ProposedBaud { get; init; } = BaudRate.Baud9600;

    /// <summary>Attribute 5, response_time: the least pause before an answer.</summary>
    public LocalPortResponseTime ResponseTime { get; init; }

    /// <summary>Attribute 6, device_addr: device address of IEC 62056-21, up to 32 characters.</summary>
    public string DeviceAddress { get; init; } = "";

    /// <summary>Attribute 7, pass_p1: password 1 of IEC 62056-21; written only.</summary>
    public Octets PasswordP1 { get; init; }

    /// <summary>Attribute 8, pass_p2: password 2 of IEC 62056-21; written only.</summary>
    public Octets PasswordP2 { get; init; }

    /// <summary>Attribute 9, pass_w5: password W5, for national use; written only.</summary>
    public Octets PasswordW5 { get; init; }
}

/// <summary>Speed of a serial port, as enum (IEC 62056-6-2, 4.7).</summary>
public enum BaudRate : byte
{
    /// <summary>300 baud.</summary>
    Baud300 = 0,
    /// <summary>600 baud.</summary>
    Baud600 = 1,
    /// <summary>1200 baud.</summary>
    Baud1200 = 2,
    /// <summary>2400 baud.</summary>
    Baud2400 = 3,
    /// <summary>4800 baud.</summary>
    Baud4800 = 4,
    /// <summary>9600 baud.</summary>
    Baud9600 = 5,
    /// <summary>19200 baud.</summary>
    Baud19200 = 6,
    /// <summary>38400 baud.</summary>
    Baud38400 = 7,
    /// <summary>57600 baud.</summary>
    Baud57600 = 8,
    /// <summary>115200 baud.</summary>
    Baud115200 = 9,
}

/// <summary>Protocol of an optical or electrical port (IEC 62056-6-2, 4.7).</summary>
public enum LocalPortMode : byte
{
    /// <summary>IEC 62056-21, modes A to E.</summary>
    ModeC = 0,
    /// <summary>IEC 62056-46, HDLC, from the start.</summary>
    Hdlc = 1,
    /// <summary>Another protocol; only default_baud counts.</summary>
    Other = 2,
}

/// <summary>Least pause between request and answer (IEC 62056-6-2, 4.7).</summary>
public enum LocalPortResponseTime : byte
{
    /// <summary>20 ms.</summary>
    Milliseconds20 = 0,
    /// <summary>200 ms.</summary>
    Milliseconds200 = 1,
}
