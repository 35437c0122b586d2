using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Class 1, Data, of a server (IEC 62056-6-2, Data).</summary>
public sealed class DataProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 1, logicalName)
{
    /// <summary>Attribute 2: the value, of any type.</summary>
    public AttributeProxy<CosemData> Value => Attribute(2);
}

/// <summary>Class 3, Register, of a server (IEC 62056-6-2, Register).</summary>
public sealed class RegisterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 3, logicalName)
{
    /// <summary>Attribute 2: the value as the meter counts it, without its scaler.</summary>
    public AttributeProxy<CosemData> Value => Attribute(2);

    /// <summary>Attribute 3: what the value is multiplied with, and its unit.</summary>
    public AttributeProxy<ScalerUnit> ScalerUnit => Attribute(3, CosemTypes.ScalerUnit);

    /// <summary>Method 1: sets the value to its default.</summary>
    public MethodProxy Reset => Command(1);
}

/// <summary>Class 4, Extended register, of a server (IEC 62056-6-2, Extended register).</summary>
public sealed class ExtendedRegisterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 4, logicalName)
{
    /// <summary>Attribute 2: the value as the meter counts it, without its scaler.</summary>
    public AttributeProxy<CosemData> Value => Attribute(2);

    /// <summary>Attribute 3: what the value is multiplied with, and its unit.</summary>
    public AttributeProxy<ScalerUnit> ScalerUnit => Attribute(3, CosemTypes.ScalerUnit);

    /// <summary>Attribute 4: status of the value, of a type that the maker chooses.</summary>
    public AttributeProxy<CosemData> Status => Attribute(4);

    /// <summary>Attribute 5: when the value was captured.</summary>
    public AttributeProxy<CosemDateTime> CaptureTime => Attribute(5, CosemTypes.DateTime);

    /// <summary>Method 1: sets the value to its default.</summary>
    public MethodProxy Reset => Command(1);
}

/// <summary>Class 5, Demand register, of a server (IEC 62056-6-2, Demand register).</summary>
public sealed class DemandRegisterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 5, logicalName)
{
    /// <summary>Attribute 2: average of the period that runs.</summary>
    public AttributeProxy<CosemData> CurrentAverageValue => Attribute(2);

    /// <summary>Attribute 3: average of the last period, or of the last window of periods.</summary>
    public AttributeProxy<CosemData> LastAverageValue => Attribute(3);

    /// <summary>Attribute 4: scaler and unit of both averages.</summary>
    public AttributeProxy<ScalerUnit> ScalerUnit => Attribute(4, CosemTypes.ScalerUnit);

    /// <summary>Attribute 5: status of the last average, of a type that the maker chooses.</summary>
    public AttributeProxy<CosemData> Status => Attribute(5);

    /// <summary>Attribute 6: when the last average was taken.</summary>
    public AttributeProxy<CosemDateTime> CaptureTime => Attribute(6, CosemTypes.DateTime);

    /// <summary>Attribute 7: when the running period began.</summary>
    public AttributeProxy<CosemDateTime> StartTimeCurrent => Attribute(7, CosemTypes.DateTime);

    /// <summary>Attribute 8: length of one period in seconds.</summary>
    public AttributeProxy<uint> Period => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 9: number of periods that the last average is over; 1 for a block.</summary>
    public AttributeProxy<ushort> NumberOfPeriods => Attribute(9, CosemTypes.LongUnsigned);

    /// <summary>Method 1: closes the period, sets the averages to their default and starts anew.</summary>
    public MethodProxy Reset => Command(1);

    /// <summary>Method 2: closes the period before its time and starts the next.</summary>
    public MethodProxy NextPeriod => Command(2);
}
