using Headrace.Core.Metering;

namespace Headrace.Web.Hosting;

/// <summary>Addresses of pages.</summary>
internal static class Links
{
    /// <summary>The page of a meter.</summary>
    public static string To(Meter meter) => ToMeter(meter.Serial);

    /// <summary>The page of the meter with that serial.</summary>
    public static string ToMeter(string serial) => "/meters/" + Uri.EscapeDataString(serial);

    /// <summary>The serial number a route carries: the server leaves an encoded slash as it is.</summary>
    public static string SerialFrom(string route) => route.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The list of meters, searched and turned to an offset.</summary>
    public static string ToMeters(string search, int offset)
    {
        var query = new List<string>(2);
        if (search.Length > 0) query.Add("search=" + Uri.EscapeDataString(search));
        if (offset > 0) query.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"offset={offset}"));
        return query.Count == 0 ? "/meters" : "/meters?" + string.Join('&', query);
    }
}
