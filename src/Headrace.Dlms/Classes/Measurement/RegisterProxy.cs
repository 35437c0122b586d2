using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Class 3, Register, of a server (IEC 62056-6-2, 4.3.2).</summary>
public sealed class RegisterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 3, logicalName)
{
    /// <summary>Attribute 2: the value as the meter counts it, without its scaler.</summary>
    public AttributeProxy<CosemData> Value => Attribute(2);

    /// <summary>Attribute 3: what the value is multiplied with, and its unit.</summary>
    public AttributeProxy<ScalerUnit> ScalerUnit => Attribute(3, CosemTypes.ScalerUnit);

    /// <summary>Method 1: sets the value to its default.</summary>
    public MethodProxy Reset => Command(1);
}
