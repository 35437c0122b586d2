using Microsoft.Extensions.Logging;

namespace Headrace.Gateway;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Listening for meters at {Endpoint} over TCP, at most {Connections} connections")]
    public static partial void ListeningTcp(ILogger logger, string endpoint, int connections);

    [LoggerMessage(2009, LogLevel.Information, "Listening for meters at {Endpoint} over UDP")]
    public static partial void ListeningUdp(ILogger logger, string endpoint);

    [LoggerMessage(2002, LogLevel.Warning, "Connection from {Remote} refused: {Reason}")]
    public static partial void Refused(ILogger logger, string? remote, string reason);

    [LoggerMessage(2003, LogLevel.Error, "Connection {Link} from {Remote} failed unexpectedly")]
    public static partial void LinkFailed(ILogger logger, Exception exception, string link, string? remote);

    [LoggerMessage(2004, LogLevel.Debug, "Connection {Link} closed: nothing came for {Seconds} s")]
    public static partial void Idle(ILogger logger, string link, double seconds);

    [LoggerMessage(2005, LogLevel.Error, "A datagram from {Remote} could not be handled")]
    public static partial void DatagramFailed(ILogger logger, Exception exception, string? remote);

    [LoggerMessage(2006, LogLevel.Error, "The UDP receiver at {Endpoint} met an error of the system and goes on")]
    public static partial void ReceiveFailed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(2007, LogLevel.Warning, "At most {Granted} of {Wanted} connections, for the limit on open files is {Limit}")]
    public static partial void Held(ILogger logger, int granted, int wanted, long? limit);
}
