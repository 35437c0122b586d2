using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headrace.Web;

/// <summary>Log messages of the web pages.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "Page {Path} could not be made ({Trace})")]
    public static partial void PageFailed(ILogger log, PathString path, string trace, Exception failure);
}
