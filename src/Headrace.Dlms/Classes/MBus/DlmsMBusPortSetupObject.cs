using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 76, DLMS/COSEM server M-Bus port setup, of a server (IEC 62056-6-2, 4.8).</summary>
public sealed class DlmsMBusPortSetupObject : StateObject<DlmsMBusPortSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public DlmsMBusPortSetupObject(LogicalName name, DlmsMBusPortSetup state)
        : base(76, 0, name, state)
    {
        Keep(2, CosemTypes.LogicalName, s => s.ProfileSelection, (s, v) => s with { ProfileSelection = v });
        Keep(3, CosemTypes.Enum<MBusPortState>(), s => s.CommunicationState);
        Keep(4, CosemTypes.Enum<MBusHeaderType>(), s => s.HeaderType, (s, v) => s with { HeaderType = v }, Enum.IsDefined);
        Keep(5, CosemTypes.Unsigned, s => s.PrimaryAddress, (s, v) => s with { PrimaryAddress = v });
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.IdentificationNumber, (s, v) => s with { IdentificationNumber = v });
        Keep(7, CosemTypes.LongUnsigned, s => s.ManufacturerId, (s, v) => s with { ManufacturerId = v });
        Keep(8, CosemTypes.Unsigned, s => s.DeviceVersion, (s, v) => s with { DeviceVersion = v });
        Keep(9, CosemTypes.Unsigned, s => s.DeviceType, (s, v) => s with { DeviceType = v });
        Keep(10, CosemTypes.LongUnsigned, s => s.MaxPduSize, (s, v) => s with { MaxPduSize = v });
        Keep(11, CosemTypes.Array<CallingWindow>(), s => s.ListeningWindow, (s, v) => s with { ListeningWindow = v });
    }
}
