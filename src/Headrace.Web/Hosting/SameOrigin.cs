using Microsoft.AspNetCore.Http;

namespace Headrace.Web.Hosting;

/// <summary>
/// Refuses forms that another site's page sent: the browser says so in <c>Sec-Fetch-Site</c> and <c>Origin</c> (RFC 6454).
/// </summary>
internal static class SameOrigin
{
    /// <summary>Filter of every endpoint that changes something or costs the meter something.</summary>
    public static ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return IsSame(request)
            ? next(context)
            : ValueTask.FromResult<object?>(
                Results.Problem("The request came from another site's page.", statusCode: StatusCodes.Status403Forbidden));
    }

    private static bool IsSame(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
