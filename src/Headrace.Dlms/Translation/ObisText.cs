using System.Globalization;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>Plain words for common OBIS codes (IEC 62056-6-1): electricity by its value groups, abstract objects by a list.</summary>
public static class ObisText
{
    /// <summary>What the code stands for; null where this table does not know it.</summary>
    public static string? Describe(LogicalName name) => name.A switch
    {
        0 => Abstract(name),
        1 => Electricity(name),
        _ => null,
    };

    private static string? Electricity(LogicalName name)
    {
        if (name.C is 0) return ElectricityGeneral(name);
        if (name.C is 99) return name.D switch { 1 => "load profile 1", 2 => "load profile 2", 97 => "power failure log", _ => "profile" };
        if (Quantity(name.C) is not { } quantity) return null;
        var processing = Processing(name.D);
        if (processing is null) return null;
        var tariff = (name.D is 8 or 9 or 29 or 6) && name.E > 0 ? string.Create(CultureInfo.InvariantCulture, $", tariff {name.E}") : "";
        return $"{(name.D is 8 or 9 or 29 ? Integrated(name.C, quantity) : quantity)}{processing}{tariff}";
    }

    private static string? ElectricityGeneral(LogicalName name) => (name.D, name.E) switch
    {
        (0, <= 9) => string.Create(CultureInfo.InvariantCulture, $"meter identifier {name.E}"),
        (2, 0) => "firmware version",
        (2, 8) => "firmware signature",
        (2, 129) => "list version identifier",
        (8, 0) => "measurement period",
        (8, 4) => "recording interval",
        _ => null,
    };

    private static string? Quantity(byte c)
    {
        var phase = c switch { >= 21 and < 40 => " L1", >= 41 and < 60 => " L2", >= 61 and < 80 => " L3", _ => "" };
        var basic = phase.Length == 0 ? c : (c - 1) % 20 + 1;
        var text = basic switch
        {
            1 => "active power import",
            2 => "active power export",
            3 => "reactive power import",
            4 => "reactive power export",
            5 => "reactive power QI",
            6 => "reactive power QII",
            7 => "reactive power QIII",
            8 => "reactive power QIV",
            9 => "apparent power import",
            10 => "apparent power export",
            11 => "current",
            12 => "voltage",
            13 => "power factor",
            14 => "supply frequency",
            15 => "active power, absolute sum",
            16 => "active power, net",
            _ => null,
        };
        return text is null ? null : text + phase;
    }

    private static string Integrated(byte c, string quantity) =>
        c is 11 or 12 ? quantity : quantity.Replace("power", "energy", StringComparison.Ordinal);

    private static string? Processing(byte d) => d switch
    {
        2 => ", cumulative maximum",
        4 => ", current average",
        5 => ", last average",
        6 => ", maximum",
        7 => "",
        8 => "",
        9 => " in the billing period",
        24 or 25 or 27 => ", average",
        29 => " in the load profile interval",
        31 => ", lower threshold",
        32 => ", sags",
        35 => ", upper threshold",
        36 => ", swells",
        _ => null,
    };

    private static string? Abstract(LogicalName name) => (name.C, name.D, name.E) switch
    {
        (1, 0, _) => "clock",
        (1, 1, _) => "UNIX clock",
        (2, 0, _) => "modem configuration",
        (10, 0, 1) => "end of billing script",
        (10, 0, 100) => "tariffication script",
        (10, 0, 106) => "disconnect script",
        (10, 0, 107) => "image activation script",
        (10, 0, 108) => "push script",
        (11, 0, _) => "special days",
        (13, 0, _) => "activity calendar",
        (15, 0, _) => "single action schedule",
        (17, 0, _) => "limiter",
        (20, 0, _) => "optical port",
        (22, 0, _) => "HDLC setup",
        (24, 1, _) => "M-Bus client",
        (24, 2, _) => "M-Bus value",
        (24, 3, _) => "M-Bus profile",
        (24, 4, _) => "M-Bus disconnect control",
        (25, 0, _) => "TCP-UDP setup",
        (25, 1, _) => "IPv4 setup",
        (25, 4, _) => "GPRS setup",
        (25, 6, _) => "GSM diagnostic",
        (25, 9, _) => "push setup",
        (40, 0, _) => "association",
        (41, 0, _) => "SAP assignment",
        (42, 0, _) => "logical device name",
        (43, 0, _) => "security setup",
        (43, 1, _) => "invocation counter",
        (44, 0, _) => "image transfer",
        (94, _, _) => "country specific identifier",
        (96, 1, _) => "device identifier",
        (96, 3, 10) => "disconnect control",
        (96, 7, _) => "power failure counter",
        (96, 8, _) => "operating time",
        (96, 10, _) => "status",
        (96, 11, _) => "event code",
        (96, 13, 0) => "consumer message text",
        (96, 13, 1) => "consumer message code",
        (96, 14, _) => "currently active tariff",
        (97, 97, _) => "error register",
        (97, 98, <= 9) => "alarm register",
        (97, 98, <= 19) => "alarm filter",
        (97, 98, _) => "alarm descriptor",
        (98, 1, _) => "billing profile",
        (99, 98, _) => "event log",
        _ => null,
    };
}
