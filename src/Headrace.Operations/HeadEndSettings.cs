namespace Headrace.Operations;

/// <summary>How a head-end behaves. Every default suits a utility of a thousand to a hundred thousand meters on one machine.</summary>
public sealed record HeadEndSettings
{
    /// <summary>Zone of the utility: days begin at its midnights. Default: the machine's zone.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Deliveries that may wait to be stored; senders beyond that wait or are dropped and counted. Default 20,000.</summary>
    public int IntakeCapacity { get; init; } = 20_000;

    /// <summary>Most deliveries stored in one transaction. Default 2,000.</summary>
    public int IntakeGroup { get; init; } = 2_000;

    /// <summary>How long a busy intake gathers deliveries before it stores them together; zero for not at all. Default 2 ms.</summary>
    public TimeSpan IntakeLinger { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a stopping intake goes on trying to store what it holds. Default 20 s.</summary>
    public TimeSpan IntakeStopLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Scheduled sessions at the same time. Default 16.</summary>
    public int Parallelism { get; init; } = 16;

    /// <summary>Sessions at the same time that re-read missing intervals, beside the scheduled ones. Default 6.</summary>
    public int RereadParallelism { get; init; } = 6;

    /// <summary>A session that takes longer is broken off; what came until then is kept. Default 3 minutes.</summary>
    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long after a capture a polled meter is read at the earliest. Default 20 s.</summary>
    public TimeSpan PollDelay { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Polled meters are spread over this time after <see cref="PollDelay"/>, each at its own fixed place. Default 2 minutes.
    /// </summary>
    public TimeSpan PollSpread { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often registers of meters that can be read are read; zero for never. Default 15 minutes.</summary>
    public TimeSpan RegisterInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often event logs of meters that can be read are read; zero for never. Default one hour.</summary>
    public TimeSpan EventInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far back event logs are read the first time. Default 30 days.</summary>
    public TimeSpan EventHistory { get; init; } = TimeSpan.FromDays(30);

    /// <summary>First pause after a failed session with a meter; doubled with each failure. Default 30 s.</summary>
    public TimeSpan MeterBackOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest pause after a failed session, and the pause after a failure that trying again will not mend. Default one hour.
    /// </summary>
    public TimeSpan MeterBackOffLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Pauses between the re-reads of a ledger page; the last one repeats. Default 30 s, 2 min, 10 min, 1 h, 3 h.</summary>
    public IReadOnlyList<TimeSpan> RereadPauses { get; init; } =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3)];

    /// <summary>How often the ledger is searched for missing intervals. Default 10 s.</summary>
    public TimeSpan GapScan { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For so long after its registration a meter that pushes is not dialled by schedule and not re-read, so that it can deliver what it
    /// has stored by itself. Meters that only answer or dial in are read at once. Default 25 s.
    /// </summary>
    public TimeSpan BacklogGrace { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Ledger pages taken up per profile and day in one search. Default 2,000.</summary>
    public int GapPages { get; init; } = 2_000;

    /// <summary>Missing intervals this few present ones apart are read in one range: a row costs less than a request. Default 2.</summary>
    public int BridgedIntervals { get; init; } = 2;

    /// <summary>Longest span asked for in one range read. Default 7 days.</summary>
    public TimeSpan RangeLimit { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How many times a meter must answer without a row before the row is held to be missing in the meter itself. Default 2.
    /// </summary>
    public int HoleConfirmations { get; init; } = 2;

    /// <summary>
    /// Answers without a row count only when its interval ended this long ago: a meter's clock may be slow. Default 15 minutes.
    /// </summary>
    public TimeSpan HoleAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Without an authentic contact for this long a meter is silent. Default 2 hours.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Intervals are counted as expected in the overview this long after their end, so that pushes under way are not missed. Default 3
    /// minutes.
    /// </summary>
    public TimeSpan OverviewGrace { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the overview of today is reused. Default 1 s.</summary>
    public TimeSpan OverviewAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Browsers that may watch the activity at once; more get one answer and must ask again. Default 500.</summary>
    public int Watchers { get; init; } = 500;

    /// <summary>Contacts and refusals that may wait to be noted; beyond that the oldest are dropped and counted. Default 20,000.</summary>
    public int JournalCapacity { get; init; } = 20_000;

    /// <summary>How long the journal gathers entries before it stores them together. Default 200 ms.</summary>
    public TimeSpan JournalLinger { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a person waits for a meter that is being read already. Default 60 s.</summary>
    public TimeSpan OnDemandWait { get; init; } = TimeSpan.FromSeconds(60);
}
