namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>What an object of class 27, Modem configuration, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record ModemConfiguration
{
    /// <summary>Attribute 2, comm_speed: the speed between device and modem.</summary>
    public BaudRate Speed { get; init; } = BaudRate.Baud9600;

    /// <summary>Attribute 3, initialization_string: the commands that set the modem up, in order.</summary>
    public IReadOnlyList<InitializationString> InitializationStrings { get; init; } = [];

    /// <summary>Attribute 4, modem_profile: the answers of the modem, by their place: OK, CONNECT, RING, NO CARRIER, ERROR and so
    /// on.</summary>
    public IReadOnlyList<string> Profile { get; init; } = [];
}
