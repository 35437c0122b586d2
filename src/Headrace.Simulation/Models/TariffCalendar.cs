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
        CosemData.OctetString("DAYNIGHT"u8),
        CosemData.Array(CosemData.Structure(
            CosemData.OctetString("S1"u8), CosemData.OctetString(CosemDateTime.NotSpecified), CosemData.OctetString("W1"u8))),
        CosemData.Array(CosemData.Structure([CosemData.OctetString("W1"u8), .. Enumerable.Repeat(CosemData.Unsigned(1), 7)])),
        CosemData.Array(CosemData.Structure(CosemData.Unsigned(1), CosemData.Array(From(0, 2), From(6, 1), From(22, 2)))));

    private static CosemData From(byte hour, ushort rate) => CosemData.Structure(
        CosemData.OctetString(new CosemTime(hour, 0, 0, 0).ToArray()), CosemData.OctetString(TarifficationScript),
        CosemData.LongUnsigned(rate));
}
