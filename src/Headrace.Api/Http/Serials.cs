namespace Headrace.Api.Http;

/// <summary>Serial numbers in addresses.</summary>
internal static class Serials
{
    /// <summary>The serial number a route carries: the server leaves an encoded slash as it is.</summary>
    public static string FromRoute(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
