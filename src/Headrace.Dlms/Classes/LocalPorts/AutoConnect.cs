namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>What an object of class 29, Auto connect, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record AutoConnect
{
    /// <summary>Attribute 2, mode: 0 never, 1 at any time, 2 within the window, 3 within the window and alarms at any time, 4 and 5 by SMS,
    /// 6 by mail; 101 always connected, 102 within the window, 103 so and by method, 104 by method only; 200 and above by the
    /// manufacturer.</summary>
    public byte Mode { get; init; }

    /// <summary>Attribute 3, repetitions: attempts after the first failed.</summary>
    public byte Repetitions { get; init; }

    /// <summary>Attribute 4, repetition_delay: seconds between attempts.</summary>
    public ushort RepetitionDelay { get; init; }

    /// <summary>Attribute 5, calling_window: when it may connect; empty for always.</summary>
    public IReadOnlyList<CallingWindow> CallingWindow { get; init; } = [];

    /// <summary>Attribute 6, destination_list: where it connects to, in order of preference.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];
}
