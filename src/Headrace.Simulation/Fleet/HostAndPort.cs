using System.Globalization;
using System.Net;

namespace Headrace.Simulation.Fleet;

/// <summary>Addresses of the form <c>host:port</c>; IPv6 in brackets.</summary>
internal static class HostAndPort
{
    /// <summary>The end point of an address.</summary>
    /// <exception cref="ArgumentException">Not such an address.</exception>
    internal static EndPoint Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            var host = text[..colon].Trim('[', ']');
            if (IPAddress.TryParse(host, out var address)) return new IPEndPoint(address, port);
            if (Uri.CheckHostName(host) == UriHostNameType.Dns) return new DnsEndPoint(host, port);
        }

        throw new ArgumentException($"'{text}' is not an address of the form host:port.", nameof(text));
    }

    /// <summary>The address of host and port.</summary>
    internal static string Format(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host)}:{port}");
}
