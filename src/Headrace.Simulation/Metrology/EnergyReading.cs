namespace Headrace.Simulation.Metrology;

/// <summary>What the energy registers show, in whole Wh. The totals are the sums of the rates, always.</summary>
/// <param name="ImportRate1">Import in the rate of the day, 1-0:1.8.1.</param>
/// <param name="ImportRate2">Import in the rate of the night, 1-0:1.8.2.</param>
/// <param name="ExportRate1">Export in the rate of the day, 1-0:2.8.1.</param>
/// <param name="ExportRate2">Export in the rate of the night, 1-0:2.8.2.</param>
public readonly record struct EnergyReading(long ImportRate1, long ImportRate2, long ExportRate1, long ExportRate2)
{
    /// <summary>Import in all rates, 1-0:1.8.0.</summary>
    public long Import => ImportRate1 + ImportRate2;

    /// <summary>Export in all rates, 1-0:2.8.0.</summary>
    public long Export => ExportRate1 + ExportRate2;
}

/// <summary>Energy in Ws, which are whole because power is whole watts and time whole seconds.</summary>
internal readonly record struct EnergyAccount(long ImportRate1, long ImportRate2, long ExportRate1, long ExportRate2)
{
    private const long WattSecondsPerWattHour = 3_600;

    public static EnergyAccount operator +(EnergyAccount a, EnergyAccount b) =>
        new(a.ImportRate1 + b.ImportRate1, a.ImportRate2 + b.ImportRate2, a.ExportRate1 + b.ExportRate1, a.ExportRate2 + b.ExportRate2);

    public static EnergyAccount operator -(EnergyAccount a, EnergyAccount b) =>
        new(a.ImportRate1 - b.ImportRate1, a.ImportRate2 - b.ImportRate2, a.ExportRate1 - b.ExportRate1, a.ExportRate2 - b.ExportRate2);

    /// <summary>Adds the energy of a power over a time to the rate in force.</summary>
    internal EnergyAccount Add(int watts, int seconds, bool rate1)
    {
        var energy = (long)Math.Abs(watts) * seconds;
        return (watts >= 0, rate1) switch
        {
            (true, true) => this with { ImportRate1 = ImportRate1 + energy },
            (true, false) => this with { ImportRate2 = ImportRate2 + energy },
            (false, true) => this with { ExportRate1 = ExportRate1 + energy },
            (false, false) => this with { ExportRate2 = ExportRate2 + energy },
        };
    }

    /// <summary>What registers of whole Wh show.</summary>
    internal EnergyReading ToReading() => new(
        ImportRate1 / WattSecondsPerWattHour, ImportRate2 / WattSecondsPerWattHour, ExportRate1 / WattSecondsPerWattHour,
        ExportRate2 / WattSecondsPerWattHour);
}
