using Microsoft.Extensions.Logging;

namespace Headrace.Drivers;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Debug, "Link {Link} with {Remote} was lost: {Reason}")]
    public static partial void LinkLost(ILogger logger, string link, string remote, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "Link {Link} with {Remote} closed: {Reason}")]
    public static partial void Closed(ILogger logger, string link, string remote, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Link {Link} with {Remote} closed after {Refusals} refused messages in a row")]
    public static partial void TooManyRefusals(ILogger logger, string link, string remote, int refusals);

    [LoggerMessage(3004, LogLevel.Error, "A push from {Remote} could not be taken in")]
    public static partial void PushFailed(ILogger logger, Exception exception, string? remote);

    [LoggerMessage(3005, LogLevel.Warning, "Datagrams come faster than they are decoded: {Dropped} dropped so far")]
    public static partial void DatagramsDropped(ILogger logger, long dropped);

    [LoggerMessage(3007, LogLevel.Information,
        "Devices of type {Type} deviate from the standard as their type says: {What}; the first was meter {Meter}")]
    public static partial void Tolerated(ILogger logger, string type, string what, string meter);

    [LoggerMessage(3006, LogLevel.Debug, "Meter {Meter}: {What}")]
    public static partial void Session(ILogger logger, string meter, string what);
}
