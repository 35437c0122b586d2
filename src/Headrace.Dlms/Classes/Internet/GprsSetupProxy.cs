using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 45, GPRS modem setup, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class GprsSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 45, logicalName)
{
    /// <summary>Attribute 2, APN: access point name.</summary>
    public AttributeProxy<string> AccessPointName => Attribute(2, CosemTypes.Text);

    /// <summary>Attribute 3, PIN_code: personal identification number of the SIM; written only.</summary>
    public AttributeProxy<ushort> PinCode => Attribute(3, CosemTypes.LongUnsigned);

    /// <summary>Attribute 4, quality_of_service: default and requested quality.</summary>
    public AttributeProxy<GprsQuality> QualityOfService => Attribute(4, CosemTypes.Structure<GprsQuality>());
}
