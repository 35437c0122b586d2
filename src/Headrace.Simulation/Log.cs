using Microsoft.Extensions.Logging;

namespace Headrace.Simulation;

/// <summary>What a fleet logs.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Information, "{Meters} virtual meters: {Pushing} push, {Listening} listen, {Dialling} dial in")]
    internal static partial void FleetStarted(ILogger logger, int meters, int pushing, int listening, int dialling);

    [LoggerMessage(7002, LogLevel.Debug, "{Serial}: {Kind} push did not go out, attempt {Attempt}: {Reason}")]
    internal static partial void PushFailed(ILogger logger, string serial, Models.PushKind kind, int attempt, string reason);

    [LoggerMessage(7003, LogLevel.Debug, "{Serial}: {Kind} push of {End:u} lost on purpose")]
    internal static partial void PushLost(ILogger logger, string serial, Models.PushKind kind, DateTimeOffset end);

    [LoggerMessage(7004, LogLevel.Debug, "{Serial}: connection from {Remote} closed: {Reason}")]
    internal static partial void ConnectionClosed(ILogger logger, string serial, string remote, string reason);

    [LoggerMessage(7005, LogLevel.Debug, "{Serial}: dialling the head-end failed, next try in {Delay}: {Reason}")]
    internal static partial void DialFailed(ILogger logger, string serial, TimeSpan delay, string reason);

    [LoggerMessage(7006, LogLevel.Warning, "{Serial}: accepting connections failed, next try in a second: {Reason}")]
    internal static partial void AcceptFailed(ILogger logger, string serial, string reason);

    [LoggerMessage(7007, LogLevel.Error, "{Serial}: unexpected failure")]
    internal static partial void Unexpected(ILogger logger, string serial, Exception error);
}
