using Headrace.Dlms.Classes.LocalPorts;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 74, M-Bus master port setup, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record MBusMasterPortSetup
{
    /// <summary>Attribute 2, comm_speed: speed of the bus.</summary>
    public BaudRate Speed { get; init; } = BaudRate.Baud2400;
}
