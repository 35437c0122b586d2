using Headrace.Core.Metering;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations;

/// <summary>All that this project logs. Events 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Head-end started with {Meters} meters, {Planned} of them read by schedule.")]
    public static partial void HeadEndStarted(ILogger logger, int meters, int planned);

    [LoggerMessage(2001, LogLevel.Information, "Head-end stopped.")]
    public static partial void HeadEndStopped(ILogger logger);

    [LoggerMessage(2100, LogLevel.Error,
        "The store did not take {Deliveries} deliveries (attempt {Attempt}); nothing is acknowledged, next try in {PauseMs} ms.")]
    public static partial void IntakeFailed(ILogger logger, int deliveries, int attempt, double pauseMs, Exception exception);

    [LoggerMessage(2101, LogLevel.Information, "The store takes deliveries again, at attempt {Attempt}.")]
    public static partial void IntakeResumed(ILogger logger, int attempt);

    [LoggerMessage(2102, LogLevel.Warning,
        "The intake is full at {Capacity} deliveries; {Dropped} dropped so far, their values will be re-read.")]
    public static partial void IntakeFull(ILogger logger, int capacity, long dropped);

    [LoggerMessage(2103, LogLevel.Error,
        "The store cannot take a delivery of meter {MeterId} by {Source} though it takes others; it is put aside, not acknowledged.")]
    public static partial void DeliveryParked(ILogger logger, long meterId, DeliverySource source, Exception exception);

    [LoggerMessage(2104, LogLevel.Error, "Stopped with the store failing; {Deliveries} deliveries were not stored and not acknowledged.")]
    public static partial void IntakeGaveUp(ILogger logger, int deliveries);

    [LoggerMessage(2105, LogLevel.Warning,
        "Meter {MeterId} sent {Values} values by {Source} that differ from what is stored; the stored ones stand.")]
    public static partial void ValuesConflict(ILogger logger, long meterId, int values, DeliverySource source);

    [LoggerMessage(2200, LogLevel.Warning, "The journal could not store {Entries} entries (attempt {Attempt}).")]
    public static partial void JournalFailed(ILogger logger, int entries, int attempt, Exception exception);

    [LoggerMessage(2300, LogLevel.Debug, "Session with meter {Serial} failed: {Failure}")]
    public static partial void VisitFailed(ILogger logger, string serial, string failure);

    [LoggerMessage(2301, LogLevel.Error, "Session with meter {Serial} broke off for a reason that is not the meter's.")]
    public static partial void VisitBroke(ILogger logger, string serial, Exception exception);

    [LoggerMessage(2400, LogLevel.Information, "Ledger pages are open through {Day:yyyy-MM-dd}.")]
    public static partial void PagesOpened(ILogger logger, DateOnly day);

    [LoggerMessage(2401, LogLevel.Error, "Ledger pages could not be opened; trying again.")]
    public static partial void PagesFailed(ILogger logger, Exception exception);

    [LoggerMessage(2402, LogLevel.Error, "The search for missing intervals failed; trying again.")]
    public static partial void GapScanFailed(ILogger logger, Exception exception);

    [LoggerMessage(2403, LogLevel.Warning, "{Pages} ledger pages of {Day:yyyy-MM-dd} closed as unrecoverable: {Reason}")]
    public static partial void PagesClosed(ILogger logger, int pages, DateOnly day, string reason);

    [LoggerMessage(2404, LogLevel.Warning,
        "Meter {MeterId}, profile {Profile}, {Day:yyyy-MM-dd}: {Intervals} intervals closed as unrecoverable, the meter has no such rows.")]
    public static partial void HoleClosed(ILogger logger, long meterId, short profile, DateOnly day, int intervals);
}
