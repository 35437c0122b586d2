using static Headrace.Dlms.Data.CosemTag;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>The classes of measured values (IEC 62056-6-2, 4.3).</summary>
internal static class MeasurementClasses
{
    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(1, 0, "Data", [new(2, "value")], []),
        InterfaceClass.Define(3, 0, "Register", [new(2, "value"), new(3, "scaler_unit", Structure)], [new(1, "reset")], 0x28),
    ];
}
