using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Headrace.Api.Http;

/// <summary>What went wrong, as RFC 9457 problem details.</summary>
internal static class Problems
{
    /// <summary>404: no meter has that serial number.</summary>
    public static ProblemHttpResult UnknownMeter(string serial) =>
        TypedResults.Problem($"No meter with serial number '{serial}' is registered.", statusCode: StatusCodes.Status404NotFound,
            title: "Unknown meter");

    /// <summary>404: there is no resource of that address.</summary>
    public static ProblemHttpResult UnknownAddress() => TypedResults.Problem(
        "There is no resource of that address; /api/v1/openapi.json lists those there are.", statusCode: StatusCodes.Status404NotFound,
        title: "Unknown address");

    /// <summary>400: a field of the request cannot be understood.</summary>
    public static ProblemHttpResult BadField(FieldError error) => TypedResults.Problem(
        $"{error.Field}: expected {error.Expected}, got {error.Got}.",
        statusCode: StatusCodes.Status400BadRequest,
        title: "Bad request",
        extensions: new Dictionary<string, object?> { ["field"] = error.Field, ["expected"] = error.Expected, ["got"] = error.Got });

    /// <summary>400: the body cannot be understood.</summary>
    public static ProblemHttpResult BadBody(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "Bad request body");

    /// <summary>413: the body is longer than is taken.</summary>
    public static ProblemHttpResult TooLarge(long limitBytes) => TypedResults.Problem(
        $"The body is longer than {limitBytes / 1024} KiB: divide it.", statusCode: StatusCodes.Status413PayloadTooLarge,
        title: "Body too large");

    /// <summary>415: the body is not JSON.</summary>
    public static ProblemHttpResult NotJson() => TypedResults.Problem(
        "The body must be application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Unsupported media type");
}

/// <summary>A field that cannot be understood.</summary>
/// <param name="Field">Name in the request.</param>
/// <param name="Expected">What is taken.</param>
/// <param name="Got">What was given, cut short.</param>
internal sealed record FieldError(string Field, string Expected, string Got);
