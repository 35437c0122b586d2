using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Headrace.Web.Hosting;

/// <summary>
/// The scripts and style sheets, out of the assembly: addressed with a hash of their content, so that browsers may keep them for ever.
/// </summary>
internal sealed class Assets
{
    private const string Prefix = "assets/";
    private readonly FrozenDictionary<string, Asset> _assets;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        _assets = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return new Asset(content, Compress(content), Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8)), TypeOf(name));
            });
    }

    /// <summary>The address of an asset, with its version.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public string Address(string name) => $"/assets/{name}?v={_assets[name].Version}";

    /// <summary>Answers a request for an asset: 304 where the browser has it, 404 where there is none.</summary>
    public IResult Serve(string name, HttpContext context)
    {
        if (!_assets.TryGetValue(name, out var asset)) return Results.NotFound();
        var headers = context.Response.Headers;
        var versioned = context.Request.Query["v"] == asset.Version;
        headers.CacheControl = versioned ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        var gzip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (gzip) headers.ContentEncoding = "gzip";
        var tag = new EntityTagHeaderValue(gzip ? $"\"{asset.Version}-gz\"" : $"\"{asset.Version}\"");
        return Results.Bytes(gzip ? asset.Gzip : asset.Content, asset.Type, entityTag: tag);
    }

    private static byte[] Compress(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(content);
        return buffer.ToArray();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private sealed record Asset(byte[] Content, byte[] Gzip, string Version, string Type);
}
