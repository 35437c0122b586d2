using System.Text.Json;
using System.Text.Json.Serialization;
using Headrace.Api.Access;
using Headrace.Api.Http;
using Headrace.Api.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headrace.Api;

/// <summary>Puts the REST API into an application: <c>/api/v1</c> with its description at <c>/api/v1/openapi.json</c>.</summary>
/// <remarks>
/// Needs <see cref="Operations.HeadEnd"/>, <see cref="Operations.HeadEndStores"/> and <see cref="TimeProvider"/> among the services.
/// Until users can sign in, <see cref="UseHeadraceApi"/> serves nobody but callers on this machine.
/// </remarks>
public static class RestApi
{
    private const string Prefix = "/api/v1";

    /// <summary>Adds what the API needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IServiceCollection AddHeadraceApi(this IServiceCollection services, Action<ApiSettings>? configure = null)
    {
        var settings = new ApiSettings();
        configure?.Invoke(settings);
        services.AddSingleton(settings);
        services.AddProblemDetails();
        services.Configure<JsonOptions>(options => Shape(options.SerializerOptions));
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Headrace";
            document.Info.Version = "v1";
            document.Info.Description = "Meters, their values and what is missing of them.";
            return Task.CompletedTask;
        }));
        return services;
    }

    /// <summary>
    /// Guards the whole application, pages included: callers must be on this machine and know it by name, and changing requests must come
    /// from its own pages or from no page at all. Errors below <c>/api</c> become problem details. To be called before anything is mapped.
    /// </summary>
    public static IApplicationBuilder UseHeadraceApi(this IApplicationBuilder app)
    {
        app.UseMiddleware<LocalCallers>();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), api =>
        {
            api.UseExceptionHandler();
            api.UseStatusCodePages();
        });
        return app;
    }

    /// <summary>Maps the resources.</summary>
    public static IEndpointRouteBuilder MapHeadraceApi(this IEndpointRouteBuilder app)
    {
        var settings = app.ServiceProvider.GetRequiredService<ApiSettings>();
        var api = app.MapGroup(Prefix).AddEndpointFilter(NeverStoreAsync);
        Devices.Map(api);
        DeviceImport.Map(api, settings);
        Readings.Map(api);
        Profiles.Map(api);
        Events.Map(api);
        Ledger.Map(api);
        ReadNow.Map(api);
        Today.Map(api);
        Refusals.Map(api);
        DeviceTypes.Map(api);
        Health.Map(api);
        app.MapOpenApi(Prefix + "/openapi.json");
        // For reading only, and after all others: a resource that is asked in an unfitting way must say so itself.
        app.MapMethods("/api/{**rest}", [HttpMethods.Get], () => Problems.UnknownAddress())
            .WithOrder(int.MaxValue).ExcludeFromDescription();
        return app;
    }

    private static void Shape(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
    }

    private static ValueTask<object?> NeverStoreAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        context.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    }
}
