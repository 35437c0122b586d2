using System.Security.Cryptography;
using Headrace.Api.Http;
using Headrace.Core.Stores;
using Headrace.Operations;
using Headrace.Operations.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>POST /devices/import</c> and <c>POST /devices</c>: takes meters into the registry.</summary>
internal static class DeviceImport
{
    private const long OneDeviceLimitBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder api, ApiSettings settings)
    {
        api.MapPost("/devices/import", (HttpContext context, HeadEnd headEnd, TimeProvider time, CancellationToken cancellationToken) =>
                ImportAsync(context, headEnd, time, settings.ImportLimitBytes, cancellationToken))
            .Describe("ImportDevices",
                "Registers all meters of a devices file; known serial numbers are updated. Every row stands for itself.",
                settings.ImportLimitBytes)
            .Accepts<NewDevice[]>("application/json").Produces<ImportAnswer>();
        api.MapPost("/devices", AddAsync)
            .Describe("AddDevice", "Registers one meter, or updates it.", OneDeviceLimitBytes)
            .Accepts<NewDevice>("application/json").Produces<ImportRowItem>(StatusCodes.Status201Created).Produces<ImportRowItem>();
    }

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary, long limitBytes) => endpoint
        .WithName(name).WithTags("devices").WithSummary(summary)
        .WithMetadata(new RequestSizeLimitAttribute(limitBytes))
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> ImportAsync(
        HttpContext context, HeadEnd headEnd, TimeProvider time, long limitBytes, CancellationToken cancellationToken)
    {
        var (file, problem) = await ReadAsync(context.Request, limitBytes, single: false, cancellationToken);
        if (file is null)
        {
            await NoteRefusalAsync(headEnd.Audit, time, problem!);
            return problem!;
        }

        var stored = await headEnd.Registration.ImportAsync(file.Rows, Caller.Actor, cancellationToken);
        var rows = stored.Concat(file.Refused).OrderBy(row => row.Row).ToList();
        return TypedResults.Ok(new ImportAnswer(
            rows.Count(row => row.Verdict == ImportVerdict.Accepted),
            rows.Count(row => row.Verdict == ImportVerdict.Updated),
            rows.Count(row => row.Verdict == ImportVerdict.Refused),
            [.. rows.Select(Item)]));
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, HeadEnd headEnd, TimeProvider time, CancellationToken cancellationToken)
    {
        var (file, problem) = await ReadAsync(context.Request, OneDeviceLimitBytes, single: true, cancellationToken);
        if (file is null)
        {
            await NoteRefusalAsync(headEnd.Audit, time, problem!);
            return problem!;
        }

        var row = file.Refused.Count > 0 ? file.Refused[0]
            : (await headEnd.Registration.ImportAsync(file.Rows, Caller.Actor, cancellationToken))[0];
        if (row.Verdict == ImportVerdict.Refused)
        {
            var refusal = Problems.BadField(new FieldError(row.Field ?? "row", row.Expected ?? "", row.Got ?? ""));
            if (file.Refused.Count > 0) await NoteRefusalAsync(headEnd.Audit, time, refusal);
            return refusal;
        }

        return row.Verdict == ImportVerdict.Accepted
            ? TypedResults.Created($"/api/v1/devices/{Uri.EscapeDataString(row.Serial)}", Item(row))
            : TypedResults.Ok(Item(row));
    }

    private static async Task<(DevicesFile? File, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, long limitBytes, bool single, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType()) return (null, Problems.NotJson());
        try
        {
            var parsing = single ? ParseOneAsync(request.Body, cancellationToken) : DevicesFile.ParseAsync(request.Body, cancellationToken);
            return (await parsing, null);
        }
        catch (FormatException malformed)
        {
            return (null, Problems.BadBody(malformed.Message));
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Problems.TooLarge(limitBytes));
        }
    }

    // One meter is a devices file of one row.
    private static async ValueTask<DevicesFile> ParseOneAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte((byte)'[');
        await body.CopyToAsync(buffer, cancellationToken);
        buffer.WriteByte((byte)']');
        buffer.Position = 0;
        try
        {
            var file = await DevicesFile.ParseAsync(buffer, cancellationToken);
            return file.Rows.Count + file.Refused.Count == 1 ? file
                : throw new FormatException("The body is not one meter but several, or none.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer.GetBuffer());
        }
    }

    private static ValueTask NoteRefusalAsync(IAuditStore audit, TimeProvider time, ProblemHttpResult problem) => audit.AppendAsync(
        new AuditEntry(time.GetUtcNow(), Caller.Actor, "device.import", "", Succeeded: false, problem.ProblemDetails.Detail ?? ""),
        CancellationToken.None);

    private static ImportRowItem Item(ImportRow row) => new(
        row.Row, row.Serial, Codes.Of(row.Verdict), row.Field, row.Expected, row.Got, row.Reason.Length > 0 ? row.Reason : null);
}
