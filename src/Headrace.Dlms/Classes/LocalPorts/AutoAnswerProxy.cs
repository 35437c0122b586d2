using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 28, Auto answer, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class AutoAnswerProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 28, logicalName)
{
    /// <summary>Attribute 2, mode: 0 line of its own, 1 shared line with a limited number of calls, 2 shared line with a limited number of
    /// successful calls, 3 no modem; 200 and above by the manufacturer.</summary>
    public AttributeProxy<byte> Mode => Attribute(2, CosemTypes.Unsigned);

    /// <summary>Attribute 3, listening_window: when calls are answered; empty for always.</summary>
    public AttributeProxy<IReadOnlyList<CallingWindow>> ListeningWindow => Attribute(3, CosemTypes.Array<CallingWindow>());

    /// <summary>Attribute 4, status: whether the window is open.</summary>
    public AttributeProxy<AutoAnswerStatus> Status => Attribute(4, CosemTypes.Enum<AutoAnswerStatus>());

    /// <summary>Attribute 5, number_of_calls: calls answered within one window; 0 for no limit.</summary>
    public AttributeProxy<byte> NumberOfCalls => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, number_of_rings: after how many rings.</summary>
    public AttributeProxy<NumberOfRings> NumberOfRings => Attribute(6, CosemTypes.Structure<NumberOfRings>());

    /// <summary>Attribute 7, list_of_allowed_callers: who is answered; empty for anybody.</summary>
    public AttributeProxy<IReadOnlyList<AllowedCaller>> AllowedCallers => Attribute(7, CosemTypes.Array<AllowedCaller>());
}
