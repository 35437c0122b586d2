using System.Globalization;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>A physical unit (IEC 62056-6-2, register, values of <c>unit</c>).</summary>
public enum Unit : byte
{
    /// <summary>Year (a).</summary>
    Year = 1,
    /// <summary>Month (mo).</summary>
    Month = 2,
    /// <summary>Week (wk).</summary>
    Week = 3,
    /// <summary>Day (d).</summary>
    Day = 4,
    /// <summary>Hour (h).</summary>
    Hour = 5,
    /// <summary>Minute (min).</summary>
    Minute = 6,
    /// <summary>Second (s).</summary>
    Second = 7,
    /// <summary>Phase angle in degrees (°).</summary>
    Degree = 8,
    /// <summary>Temperature in degrees Celsius (°C).</summary>
    DegreeCelsius = 9,
    /// <summary>Local currency.</summary>
    Currency = 10,
    /// <summary>Length (m).</summary>
    Metre = 11,
    /// <summary>Speed (m/s).</summary>
    MetrePerSecond = 12,
    /// <summary>Volume (m³).</summary>
    CubicMetre = 13,
    /// <summary>Corrected volume (m³ (corr)).</summary>
    CubicMetreCorrected = 14,
    /// <summary>Volume flux (m³/h).</summary>
    CubicMetrePerHour = 15,
    /// <summary>Corrected volume flux (m³/h (corr)).</summary>
    CubicMetrePerHourCorrected = 16,
    /// <summary>Volume flux (m³/d).</summary>
    CubicMetrePerDay = 17,
    /// <summary>Corrected volume flux (m³/d (corr)).</summary>
    CubicMetrePerDayCorrected = 18,
    /// <summary>Volume (l).</summary>
    Litre = 19,
    /// <summary>Mass (kg).</summary>
    Kilogram = 20,
    /// <summary>Force (N).</summary>
    Newton = 21,
    /// <summary>Torque (Nm).</summary>
    NewtonMetre = 22,
    /// <summary>Pressure (Pa).</summary>
    Pascal = 23,
    /// <summary>Pressure (bar).</summary>
    Bar = 24,
    /// <summary>Energy (J).</summary>
    Joule = 25,
    /// <summary>Thermal power (J/h).</summary>
    JoulePerHour = 26,
    /// <summary>Active power (W).</summary>
    Watt = 27,
    /// <summary>Apparent power (VA).</summary>
    VoltAmpere = 28,
    /// <summary>Reactive power (var).</summary>
    Var = 29,
    /// <summary>Active energy (Wh).</summary>
    WattHour = 30,
    /// <summary>Apparent energy (VAh).</summary>
    VoltAmpereHour = 31,
    /// <summary>Reactive energy (varh).</summary>
    VarHour = 32,
    /// <summary>Current (A).</summary>
    Ampere = 33,
    /// <summary>Electrical charge (C).</summary>
    Coulomb = 34,
    /// <summary>Voltage (V).</summary>
    Volt = 35,
    /// <summary>Electric field strength (V/m).</summary>
    VoltPerMetre = 36,
    /// <summary>Capacitance (F).</summary>
    Farad = 37,
    /// <summary>Resistance (Ω).</summary>
    Ohm = 38,
    /// <summary>Resistivity (Ωm).</summary>
    OhmMetre = 39,
    /// <summary>Magnetic flux (Wb).</summary>
    Weber = 40,
    /// <summary>Magnetic flux density (T).</summary>
    Tesla = 41,
    /// <summary>Magnetic field strength (A/m).</summary>
    AmperePerMetre = 42,
    /// <summary>Inductance (H).</summary>
    Henry = 43,
    /// <summary>Frequency (Hz).</summary>
    Hertz = 44,
    /// <summary>Active energy meter constant (1/Wh).</summary>
    PerWattHour = 45,
    /// <summary>Reactive energy meter constant (1/varh).</summary>
    PerVarHour = 46,
    /// <summary>Apparent energy meter constant (1/VAh).</summary>
    PerVoltAmpereHour = 47,
    /// <summary>Volt squared hours (V²h).</summary>
    VoltSquaredHour = 48,
    /// <summary>Ampere squared hours (A²h).</summary>
    AmpereSquaredHour = 49,
    /// <summary>Mass flux (kg/s).</summary>
    KilogramPerSecond = 50,
    /// <summary>Conductance (S).</summary>
    Siemens = 51,
    /// <summary>Temperature (K).</summary>
    Kelvin = 52,
    /// <summary>Volt squared hours meter constant (1/V²h).</summary>
    PerVoltSquaredHour = 53,
    /// <summary>Ampere squared hours meter constant (1/A²h).</summary>
    PerAmpereSquaredHour = 54,
    /// <summary>Volume meter constant (1/m³).</summary>
    PerCubicMetre = 55,
    /// <summary>Percentage (%).</summary>
    Percent = 56,
    /// <summary>Ampere hours (Ah).</summary>
    AmpereHour = 57,
    /// <summary>Energy per volume (Wh/m³).</summary>
    WattHourPerCubicMetre = 60,
    /// <summary>Calorific value (J/m³).</summary>
    JoulePerCubicMetre = 61,
    /// <summary>Molar fraction (mol%).</summary>
    MolePercent = 62,
    /// <summary>Mass density (g/m³).</summary>
    GramPerCubicMetre = 63,
    /// <summary>Dynamic viscosity (Pa·s).</summary>
    PascalSecond = 64,
    /// <summary>Specific energy (J/kg).</summary>
    JoulePerKilogram = 65,
    /// <summary>Signal strength (dBm).</summary>
    DecibelMilliwatt = 70,
    /// <summary>Signal strength (dBµV).</summary>
    DecibelMicrovolt = 71,
    /// <summary>Logarithmic ratio (dB).</summary>
    Decibel = 72,
    /// <summary>Another unit.</summary>
    Other = 254,
    /// <summary>No unit, a count.</summary>
    None = 255,
}

/// <summary>Text of units.</summary>
public static class Units
{
    /// <summary>The usual symbol, such as <c>Wh</c>; empty for none, <c>unit 99</c> where unknown.</summary>
    public static string Symbol(this Unit unit) => unit switch
    {
        Unit.Year => "a",
        Unit.Month => "mo",
        Unit.Week => "wk",
        Unit.Day => "d",
        Unit.Hour => "h",
        Unit.Minute => "min",
        Unit.Second => "s",
        Unit.Degree => "°",
        Unit.DegreeCelsius => "°C",
        Unit.Currency => "currency",
        Unit.Metre => "m",
        Unit.MetrePerSecond => "m/s",
        Unit.CubicMetre => "m³",
        Unit.CubicMetreCorrected => "m³ (corr)",
        Unit.CubicMetrePerHour => "m³/h",
        Unit.CubicMetrePerHourCorrected => "m³/h (corr)",
        Unit.CubicMetrePerDay => "m³/d",
        Unit.CubicMetrePerDayCorrected => "m³/d (corr)",
        Unit.Litre => "l",
        Unit.Kilogram => "kg",
        Unit.Newton => "N",
        Unit.NewtonMetre => "Nm",
        Unit.Pascal => "Pa",
        Unit.Bar => "bar",
        Unit.Joule => "J",
        Unit.JoulePerHour => "J/h",
        Unit.Watt => "W",
        Unit.VoltAmpere => "VA",
        Unit.Var => "var",
        Unit.WattHour => "Wh",
        Unit.VoltAmpereHour => "VAh",
        Unit.VarHour => "varh",
        Unit.Ampere => "A",
        Unit.Coulomb => "C",
        Unit.Volt => "V",
        Unit.VoltPerMetre => "V/m",
        Unit.Farad => "F",
        Unit.Ohm => "Ω",
        Unit.OhmMetre => "Ωm",
        Unit.Weber => "Wb",
        Unit.Tesla => "T",
        Unit.AmperePerMetre => "A/m",
        Unit.Henry => "H",
        Unit.Hertz => "Hz",
        Unit.PerWattHour => "1/Wh",
        Unit.PerVarHour => "1/varh",
        Unit.PerVoltAmpereHour => "1/VAh",
        Unit.VoltSquaredHour => "V²h",
        Unit.AmpereSquaredHour => "A²h",
        Unit.KilogramPerSecond => "kg/s",
        Unit.Siemens => "S",
        Unit.Kelvin => "K",
        Unit.PerVoltSquaredHour => "1/V²h",
        Unit.PerAmpereSquaredHour => "1/A²h",
        Unit.PerCubicMetre => "1/m³",
        Unit.Percent => "%",
        Unit.AmpereHour => "Ah",
        Unit.WattHourPerCubicMetre => "Wh/m³",
        Unit.JoulePerCubicMetre => "J/m³",
        Unit.MolePercent => "mol%",
        Unit.GramPerCubicMetre => "g/m³",
        Unit.PascalSecond => "Pa·s",
        Unit.JoulePerKilogram => "J/kg",
        Unit.DecibelMilliwatt => "dBm",
        Unit.DecibelMicrovolt => "dBµV",
        Unit.Decibel => "dB",
        Unit.Other => "other",
        Unit.None => "",
        _ => string.Create(CultureInfo.InvariantCulture, $"unit {(byte)unit}"),
    };
}

/// <summary>The power of ten and the unit of a register's raw value (IEC 62056-6-2, register, scaler_unit).</summary>
/// <param name="Scaler">The raw value times ten to this power is in <paramref name="Unit"/>.</param>
/// <param name="Unit">The unit.</param>
public readonly record struct ScalerUnit(sbyte Scaler, Unit Unit)
{
    /// <summary>Reads a structure of scaler and unit. Meters vary in the integer types used.</summary>
    /// <exception cref="ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ScalerUnit FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        var scaler = items[0].Tag is CosemTag.Enum or CosemTag.Unsigned
            ? unchecked((sbyte)Descriptor.Number<byte>(items[0])) // meters exist that send the signed scaler under an unsigned tag
            : Descriptor.Number<sbyte>(items[0]);
        return new ScalerUnit(scaler, (Unit)Descriptor.Number<byte>(items[1]));
    }

    /// <summary>The structure of scaler and unit.</summary>
    public CosemData ToData() => CosemData.Structure(CosemData.Integer(Scaler), CosemData.Enum((byte)Unit));

    /// <summary>The raw value in units, exact while the digits fit a decimal.</summary>
    /// <exception cref="OverflowException">The scaled value is beyond the range of <see cref="decimal"/>.</exception>
    public decimal Apply(long raw)
    {
        decimal value = raw;
        for (var i = 0; i < Scaler; i++) value *= 10;
        for (var i = 0; i > Scaler; i--) value /= 10;
        return value;
    }
}
