using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headrace.Api;

/// <summary>Log messages of the REST API.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Warning, "{Method} {Path} from {Remote} refused: {Reason}")]
    public static partial void CallerRefused(ILogger log, string method, PathString path, IPAddress? remote, string reason);
}
