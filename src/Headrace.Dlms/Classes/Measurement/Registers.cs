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
