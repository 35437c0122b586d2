using Microsoft.AspNetCore.Http;

namespace Headrace.Web.Hosting;

/// <summary>303: the answer to a form is to be had at another address.</summary>
/// <param name="address">On this site.</param>
internal sealed class SeeOther(string address) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}
