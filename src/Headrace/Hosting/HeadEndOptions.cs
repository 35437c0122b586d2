using System.Net;
using Headrace.Commands;

namespace Headrace.Hosting;

/// <summary>What a head-end is started with.</summary>
internal sealed record HeadEndOptions
{
    /// <summary>Directory of the database and the key file.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where web application and API listen; loopback.</summary>
    public required IPEndPoint Http { get; init; }

    /// <summary>Where meters reach the head-end, TCP and UDP, as <c>host:port</c>.</summary>
    public required string Dlms { get; init; }

    /// <summary>Zone of the utility.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Reads <c>--http</c>.</summary>
    public static IPEndPoint ParseHttp(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.AbsolutePath != "/")
            throw new CommandFailure($"--http: '{url}' is not an address such as http://127.0.0.1:8080.");
        var host = address.Host == "localhost" ? IPAddress.Loopback.ToString() : address.Host.Trim('[', ']');
        if (!IPAddress.TryParse(host, out var ip))
            throw new CommandFailure($"--http: '{address.Host}' is not an IP address of this machine.");
        if (!IPAddress.IsLoopback(ip))
            throw new CommandFailure(
                $"--http: {ip} is not a loopback address; web and API answer to this machine only until users can sign in.");
        return new IPEndPoint(ip, address.Port);
    }

    /// <summary>Reads <c>--zone</c>; the machine's zone where none is given.</summary>
    public static TimeZoneInfo ParseZone(string? name)
    {
        if (string.IsNullOrEmpty(name)) return TimeZoneInfo.Local;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new CommandFailure($"--zone: this machine knows no time zone '{name}'; names are such as Europe/Berlin.");
    }
}
