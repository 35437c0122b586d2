using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Web.Hosting;

/// <summary>Renders components to HTML on the server: whole pages as answers, parts of pages for live updates.</summary>
internal static class Rendering
{
    /// <summary>The HTML of a component.</summary>
    public static async Task<string> ToHtmlAsync<TComponent>(IServiceProvider services, Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}

/// <summary>A page as the answer to a request.</summary>
/// <param name="parameters">Parameters of the component.</param>
/// <param name="status">HTTP status.</param>
internal sealed class PageResult<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK) : IResult
    where TPage : IComponent
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await Rendering.ToHtmlAsync<TPage>(httpContext.RequestServices, parameters);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
    }
}
