using System.Net;
using Headrace.Core.Stores;
using Headrace.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headrace.Api.Access;

/// <summary>
/// Lets only callers on this machine in, under a known host name, and changing requests only from pages of this site.
/// The host name keeps other sites from reaching the head-end through a name of theirs that resolves to this machine (DNS rebinding);
/// the origin keeps their pages from sending forms here.
/// </summary>
internal sealed class LocalCallers(RequestDelegate next, ApiSettings settings, ILogger<LocalCallers> log)
{
    private static readonly string[] Local = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host"];

    public async Task InvokeAsync(HttpContext context, HeadEndStores stores, TimeProvider time)
    {
        if (Refusal(context) is not { } refusal)
        {
            await next(context);
            return;
        }

        Log.CallerRefused(log, context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress, refusal.Detail);
        if (IsChanging(context.Request))
        {
            await stores.Audit.AppendAsync(
                new AuditEntry(time.GetUtcNow(), "unknown", "http.refused", context.Request.Path.ToString(), Succeeded: false,
                    refusal.Detail),
                CancellationToken.None);
        }

        await Results.Problem(refusal.Detail, statusCode: refusal.Status, title: refusal.Title).ExecuteAsync(context);
    }

    private (int Status, string Title, string Detail)? Refusal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } remote && !IsLoopback(remote))
            return (StatusCodes.Status403Forbidden, "Only callers on this machine are served",
                "The head-end answers only callers on its own machine.");
        if (Array.Exists(ForwardingHeaders, context.Request.Headers.ContainsKey))
            return (StatusCodes.Status403Forbidden, "Only callers on this machine are served",
                "The request was forwarded from elsewhere by a proxy.");
        if (!IsKnown(context.Request.Host))
            return (StatusCodes.Status421MisdirectedRequest, "Unknown host name",
                "The head-end is not known by the host name of the request.");
        if (IsChanging(context.Request) && !IsSameSite(context.Request))
            return (StatusCodes.Status403Forbidden, "Request of another site",
                "Requests that change something are not taken from pages of other sites.");
        return null;
    }

    private bool IsKnown(HostString host) =>
        host.HasValue
            && (Local.Contains(host.Host, StringComparer.OrdinalIgnoreCase)
                || settings.AllowedHosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase));

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsChanging(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    private static bool IsSameSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
