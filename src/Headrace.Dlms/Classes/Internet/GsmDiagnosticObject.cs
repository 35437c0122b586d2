using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 47, GSM diagnostic, of a server (IEC 62056-6-2, 4.7). The device tells its modem's state by <c>Update</c>.</summary>
public sealed class GsmDiagnosticObject : StateObject<GsmDiagnostic>
{
    private static readonly GsmNetwork NoNetwork = new(0, 0, 0);

    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name, as a rule 0-0:25.6.0.255.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 0, 1, 2. Version 0 tells neither network nor channel.</param>
    public GsmDiagnosticObject(LogicalName name, GsmDiagnostic state, byte version = 2) : base(47, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)2);
        var adjacent = CosemTypes.Array(version == 0 ? AdjacentCell.OfVersion0 : CosemTypes.Structure<AdjacentCell>());
        Keep(2, CosemTypes.VisibleString, s => s.Operator);
        Keep(3, CosemTypes.Enum<GsmStatus>(), s => s.Status);
        Keep(4, CosemTypes.Enum<CircuitSwitchedStatus>(), s => s.CircuitSwitched);
        Keep(5, CosemTypes.Enum<PacketSwitchedStatus>(), s => s.PacketSwitched);
        Keep(6, CosemTypes.Structure<GsmCell>(), s => s.Cell with { Network = version == 0 ? null : s.Cell.Network ?? NoNetwork });
        Keep(7, adjacent, s => s.AdjacentCells);
        Keep(8, SetupTypes.OwnDateTime, s => s.CaptureTime);
    }
}
