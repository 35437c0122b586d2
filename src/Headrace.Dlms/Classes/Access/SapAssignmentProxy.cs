using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>A logical device and the address it is reached by (IEC 62056-6-2, SAP assignment, asslist_element).</summary>
/// <param name="Sap">Its SAP; 0 takes it off its address.</param>
/// <param name="LogicalDeviceName">Its name, up to 16 octets shown as Latin-1 text.</param>
public sealed record SapAssignment(ushort Sap, string LogicalDeviceName) : ICosemStructure<SapAssignment>
{
    /// <inheritdoc/>
    public static SapAssignment FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new SapAssignment(items[0].AsNumber<ushort>(), CosemTypes.Text.FromData(items[1]));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.LongUnsigned(Sap), CosemTypes.Text.ToData(LogicalDeviceName));
}

/// <summary>Class 17, SAP assignment, of a server (IEC 62056-6-2, SAP assignment).</summary>
public sealed class SapAssignmentProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 17, logicalName)
{
    /// <summary>Attribute 2: the logical devices of the physical device.</summary>
    public AttributeProxy<IReadOnlyList<SapAssignment>> SapAssignmentList => Attribute(2, CosemTypes.Array<SapAssignment>());

    /// <summary>Method 1: gives a logical device an address, or takes it off with SAP 0.</summary>
    public MethodProxy<SapAssignment> ConnectLogicalDevice => Method(1, CosemTypes.Structure<SapAssignment>());
}
