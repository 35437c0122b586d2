using System.Text;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 17, SAP assignment: the logical devices of a physical device (IEC 62056-6-2, SAP assignment).</summary>
public sealed class SapAssignmentObject : CosemObject
{
    private readonly Lock _gate = new();

    /// <summary>A list of SAPs with the names of their logical devices, which stays as it is.</summary>
    public SapAssignmentObject(LogicalName name, params IReadOnlyList<(ushort Sap, ReadOnlyMemory<byte> LogicalDeviceName)> devices)
        : this(name, [.. devices.Select(d => new SapAssignment(d.Sap, Encoding.Latin1.GetString(d.LogicalDeviceName.Span)))], null)
    {
    }

    /// <summary>A list of SAPs with the names of their logical devices.</summary>
    /// <param name="name">Its name, as a rule 0-0:41.0.0.255.</param>
    /// <param name="devices">Attribute 2.</param>
    /// <param name="connect">Asked before method 1 takes effect: gives a logical device an address, or takes it off with SAP 0. Null where
    /// the method is not there.</param>
    public SapAssignmentObject(LogicalName name, IReadOnlyList<SapAssignment> devices, Func<SapAssignment, bool>? connect)
        : base(17, 0, name)
    {
        Devices = devices;
        WithAttribute(2, CosemTypes.Array<SapAssignment>(), () => Devices);
        if (connect is not null) WithMethod(1, CosemTypes.Structure<SapAssignment>(), wanted => Connect(wanted, connect));
    }

    /// <summary>The logical devices, attribute 2.</summary>
    public IReadOnlyList<SapAssignment> Devices { get; private set; }

    /// <summary>One SAP has one logical device; only those that are in the list are connected.</summary>
    private MethodAnswer Connect(SapAssignment wanted, Func<SapAssignment, bool> connect)
    {
        lock (_gate)
        {
            if (Devices.All(d => d.LogicalDeviceName != wanted.LogicalDeviceName)) return ActionResult.ObjectUndefined;
            if (wanted.Sap != 0 && Devices.Any(d => d.Sap == wanted.Sap && d.LogicalDeviceName != wanted.LogicalDeviceName))
                return ActionResult.ObjectUnavailable;
            if (!connect(wanted)) return ActionResult.OtherReason;
            Devices = [.. Devices.Select(d => d.LogicalDeviceName == wanted.LogicalDeviceName ? wanted : d)];
        }
        return MethodAnswer.Done;
    }
}
