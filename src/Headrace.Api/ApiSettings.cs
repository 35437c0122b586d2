namespace Headrace.Api;

/// <summary>How the REST API is served.</summary>
public sealed class ApiSettings
{
    /// <summary>Host names under which it may be asked beside <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c>; without port.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Largest devices file taken in one import, in bytes. Default 64 MiB.</summary>
    public long ImportLimitBytes { get; set; } = 64L * 1024 * 1024;
}
