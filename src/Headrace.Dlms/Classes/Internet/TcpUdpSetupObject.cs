using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 41, TCP-UDP setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class TcpUdpSetupObject : StateObject<TcpUdpSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public TcpUdpSetupObject(LogicalName name, TcpUdpSetup state)
        : base(41, 0, name, state)
    {
        Keep(2, CosemTypes.LongUnsigned, s => s.Port, (s, v) => s with { Port = v });
        Keep(3, CosemTypes.LogicalName, s => s.IPReference, (s, v) => s with { IPReference = v });
        Keep(4, CosemTypes.LongUnsigned, s => s.MaximumSegmentSize, (s, v) => s with { MaximumSegmentSize = v }, v => v >= 40);
        Keep(5, CosemTypes.Unsigned, s => s.SimultaneousConnections, (s, v) => s with { SimultaneousConnections = v }, v => v >= 1);
        Keep(6, CosemTypes.LongUnsigned, s => s.InactivityTimeout, (s, v) => s with { InactivityTimeout = v });
    }
}
