using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 17, SAP assignment: the logical devices of a physical device (IEC 62056-6-2, 4.4.5).</summary>
public sealed class SapAssignmentObject : CosemObject
{
    /// <summary>A list of SAPs with the names of their logical devices.</summary>
    public SapAssignmentObject(LogicalName name, params IReadOnlyList<(ushort Sap, ReadOnlyMemory<byte> LogicalDeviceName)> devices)
        : base(17, 0, name) =>
        WithAttribute(2, CosemData.Array([.. devices.Select(d =>
            CosemData.Structure(CosemData.LongUnsigned(d.Sap), CosemData.OctetString(d.LogicalDeviceName.Span)))]));
}
