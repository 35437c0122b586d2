using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Class 1, Data: one value (IEC 62056-6-2, 4.3.1).</summary>
public sealed class DataObject : CosemObject
{
    /// <summary>A value that is computed, and may be written where <paramref name="set"/> is given.</summary>
    public DataObject(LogicalName name, Func<CosemData> value, Func<CosemData, DataAccessResult>? set = null) : base(1, 0, name) =>
        WithAttribute(2, value, set);

    /// <summary>A value that is kept.</summary>
    public DataObject(LogicalName name, CosemData value, bool writable = false) : base(1, 0, name) => WithAttribute(2, value, writable);
}

/// <summary>Class 3, Register: a value with scaler and unit (IEC 62056-6-2, 4.3.2).</summary>
public sealed class RegisterObject : CosemObject
{
    /// <summary>A register whose value is computed; method 1 (reset) is there where <paramref name="reset"/> is given.</summary>
    public RegisterObject(LogicalName name, Func<CosemData> value, ScalerUnit unit, Func<MethodAnswer>? reset = null) : base(3, 0, name)
    {
        WithAttribute(2, value);
        WithAttribute(3, unit.ToData());
        if (reset is not null) WithMethod(1, _ => reset());
    }
}

/// <summary>Class 4, Extended register: a value with scaler, unit, status and time of capture (IEC 62056-6-2, 4.3.3).</summary>
public sealed class ExtendedRegisterObject : CosemObject
{
    /// <summary>A register whose value, status and capture time are computed.</summary>
    public ExtendedRegisterObject(
        LogicalName name, Func<CosemData> value, ScalerUnit unit, Func<CosemData> status, Func<CosemDateTime> captureTime,
            Func<MethodAnswer>? reset = null)
        : base(4, 0, name)
    {
        WithAttribute(2, value);
        WithAttribute(3, unit.ToData());
        WithAttribute(4, status);
        WithAttribute(5, () => CosemData.OctetString(captureTime()));
        if (reset is not null) WithMethod(1, _ => reset());
    }
}

/// <summary>What a demand register shows at one moment.</summary>
/// <param name="CurrentAverage">Average of the period that runs, attribute 2.</param>
/// <param name="LastAverage">Average of the last period, attribute 3.</param>
/// <param name="Status">Attribute 5.</param>
/// <param name="CaptureTime">When the last average was taken, attribute 6.</param>
/// <param name="StartTime">When the running period began, attribute 7.</param>
public sealed record DemandState(CosemData CurrentAverage, CosemData LastAverage, CosemData Status, CosemDateTime CaptureTime,
    CosemDateTime StartTime);

/// <summary>Class 5, Demand register (IEC 62056-6-2, 4.3.4).</summary>
public sealed class DemandRegisterObject : CosemObject
{
    /// <summary>A demand register whose state is computed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">Its state now.</param>
    /// <param name="unit">Scaler and unit of both averages.</param>
    /// <param name="period">Length of one period; whole seconds.</param>
    /// <param name="periods">Number of periods of a sliding window; 1 for a block.</param>
    public DemandRegisterObject(LogicalName name, Func<DemandState> state, ScalerUnit unit, TimeSpan period, ushort periods = 1)
        : base(5, 0, name)
    {
        WithAttribute(2, () => state().CurrentAverage);
        WithAttribute(3, () => state().LastAverage);
        WithAttribute(4, unit.ToData());
        WithAttribute(5, () => state().Status);
        WithAttribute(6, () => CosemData.OctetString(state().CaptureTime));
        WithAttribute(7, () => CosemData.OctetString(state().StartTime));
        WithAttribute(8, CosemData.DoubleLongUnsigned((uint)period.TotalSeconds));
        WithAttribute(9, CosemData.LongUnsigned(periods));
    }
}
