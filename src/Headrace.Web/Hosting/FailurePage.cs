using Headrace.Web.Pages.Problem;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Web.Hosting;

/// <summary>Shows a page where one failed to come about, with the number under which the log tells why.</summary>
internal static class FailurePage
{
    /// <summary>Filter of every endpoint of the pages.</summary>
    public static async ValueTask<object?> ShowAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (!http.RequestAborted.IsCancellationRequested)
        {
            var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Headrace.Web");
            Log.PageFailed(log, http.Request.Path, http.TraceIdentifier, failure);
            return ProblemPage.Result(
                StatusCodes.Status500InternalServerError, "This page could not be made",
                $"The log says why under {http.TraceIdentifier}. Trying again may help.");
        }
    }
}
