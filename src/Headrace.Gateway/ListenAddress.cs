using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Headrace.Gateway;

/// <summary>Reads <c>HOST:PORT</c> as given on a command line or in a file.</summary>
public static class ListenAddress
{
    /// <summary>TCP and UDP port of DLMS/COSEM, registered with IANA (IEC 62056-47).</summary>
    public const int DlmsPort = 4059;

    /// <summary>
    /// Reads an address to listen at: <c>127.0.0.1:4059</c>, <c>[::1]:4059</c>, <c>localhost:4059</c>; <c>*:4059</c> for every address of
    /// both families; without a port <see cref="DlmsPort"/>; port 0 for any free one.
    /// </summary>
    /// <exception cref="GatewayException">It is none of these.</exception>
    public static IPEndPoint Parse(string text)
    {
        var (host, port) = Split(text, DlmsPort);
        if (host is "*" or "") return new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        if (host is "localhost") return new IPEndPoint(IPAddress.Loopback, port);
        if (!IPAddress.TryParse(host, out var address))
            throw new GatewayException(
                $"'{text}' is not an address to listen at: write an IP address or * and a port, such as 127.0.0.1:4059.");
        return new IPEndPoint(address, port);
    }

    /// <summary>Splits <c>host:port</c>, where an IPv6 address stands in brackets.</summary>
    /// <param name="text">The address.</param>
    /// <param name="defaultPort">Port where none is named.</param>
    /// <exception cref="GatewayException">The port is not a number from 0 to 65535.</exception>
    public static (string Host, int Port) Split(string text, int defaultPort)
    {
        ArgumentNullException.ThrowIfNull(text);
        var host = text.Trim();
        var colon = host.LastIndexOf(':');
        var bracket = host.LastIndexOf(']');
        if (colon <= bracket || (bracket < 0 && host.IndexOf(':', StringComparison.Ordinal) != colon)) return (Bare(host), defaultPort);
        if (!ushort.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new GatewayException($"'{text}' has no valid port: it is a number from 0 to 65535.");
        return (Bare(host[..colon]), port);
    }

    private static string Bare(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
