using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 29, Auto connect, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class AutoConnectProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 29, logicalName)
{
    /// <summary>Attribute 2, mode: 0 never, 1 at any time, 2 within the window, 3 within the window and alarms at any time, 4 and 5 by SMS,
    /// 6 by mail; 101 always connected, 102 within the window, 103 so and by method, 104 by method only; 200 and above by the
    /// manufacturer.</summary>
    public AttributeProxy<byte> Mode => Attribute(2, CosemTypes.Unsigned);

    /// <summary>Attribute 3, repetitions: attempts after the first failed.</summary>
    public AttributeProxy<byte> Repetitions => Attribute(3, CosemTypes.Unsigned);

    /// <summary>Attribute 4, repetition_delay: seconds between attempts.</summary>
    public AttributeProxy<ushort> RepetitionDelay => Attribute(4, CosemTypes.LongUnsigned);

    /// <summary>Attribute 5, calling_window: when it may connect; empty for always.</summary>
    public AttributeProxy<IReadOnlyList<CallingWindow>> CallingWindow => Attribute(5, CosemTypes.Array<CallingWindow>());

    /// <summary>Attribute 6, destination_list: where it connects to, in order of preference.</summary>
    public AttributeProxy<IReadOnlyList<string>> Destinations => Attribute(6, CosemTypes.Array(CosemTypes.Text));

    /// <summary>Method 1, connect: connects now.</summary>
    public MethodProxy Connect => Command(1);
}
