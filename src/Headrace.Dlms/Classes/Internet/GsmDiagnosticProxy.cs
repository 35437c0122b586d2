using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 47, GSM diagnostic, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class GsmDiagnosticProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 47, logicalName)
{
    /// <summary>Attribute 2, operator: name of the network operator.</summary>
    public AttributeProxy<string> Operator => Attribute(2, CosemTypes.VisibleString);

    /// <summary>Attribute 3, status: registration.</summary>
    public AttributeProxy<GsmStatus> Status => Attribute(3, CosemTypes.Enum<GsmStatus>());

    /// <summary>Attribute 4, cs_attachment: circuit switched connection.</summary>
    public AttributeProxy<CircuitSwitchedStatus> CircuitSwitched => Attribute(4, CosemTypes.Enum<CircuitSwitchedStatus>());

    /// <summary>Attribute 5, ps_status: packet switched service.</summary>
    public AttributeProxy<PacketSwitchedStatus> PacketSwitched => Attribute(5, CosemTypes.Enum<PacketSwitchedStatus>());

    /// <summary>Attribute 6, cell_info: the cell in use.</summary>
    public AttributeProxy<GsmCell> Cell => Attribute(6, CosemTypes.Structure<GsmCell>());

    /// <summary>Attribute 7, adjacent_cells: the cells around.</summary>
    public AttributeProxy<IReadOnlyList<AdjacentCell>> AdjacentCells => Attribute(7, CosemTypes.Array<AdjacentCell>());

    /// <summary>Attribute 8, capture_time: when these were taken.</summary>
    public AttributeProxy<CosemDateTime> CaptureTime => Attribute(8, SetupTypes.OwnDateTime);
}
