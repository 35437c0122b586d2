using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 45, GPRS modem setup, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class GprsSetupObject : StateObject<GprsSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public GprsSetupObject(LogicalName name, GprsSetup state)
        : base(45, 0, name, state)
    {
        Keep(2, CosemTypes.Text, s => s.AccessPointName, (s, v) => s with { AccessPointName = v });
        Keep(3, CosemTypes.LongUnsigned, s => s.PinCode, (s, v) => s with { PinCode = v });
        WithAccess(3, AttributeAccessMode.WriteOnly);
        Keep(4, CosemTypes.Structure<GprsQuality>(), s => s.QualityOfService, (s, v) => s with { QualityOfService = v });
    }
}
