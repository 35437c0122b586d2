using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Simulation.Models;

/// <summary>
/// The activity calendar that a virtual meter counts by: rate 1 from 06:00 to 22:00, rate 2 in the night, every day of the year.
/// </summary>
internal static class TariffCalendar
{
    private static readonly LogicalName TarifficationScript = new(0, 0, 10, 0, 100, 255);

    internal static Calendar DayAndNight() => new(
        "DAYNIGHT", [new SeasonProfile("S1", CosemDateTime.NotSpecified, "W1")], [WeekProfile.Of("W1", 1)],
        [new DayProfile(1, [From(0, 2), From(6, 1), From(22, 2)])]);

    private static DayProfileAction From(byte hour, ushort rate) =>
        new(new CosemTime(hour, 0, 0, 0), new ScriptReference(TarifficationScript, rate));
}
