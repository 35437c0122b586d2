using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Simulation.Fleet;

/// <summary>How a virtual meter and a head-end come together.</summary>
public enum MeterBehaviour
{
    /// <summary>Pushes every quarter of an hour, every minute and every day; listens as well.</summary>
    Pushes,

    /// <summary>Only listens: it is polled.</summary>
    WaitsToBePolled,

    /// <summary>Opens a connection to the head-end, keeps it and is read over it; does not listen.</summary>
    DialsIn,

    /// <summary>Pushes like <see cref="Pushes"/>, but loses about every third interval push on purpose.</summary>
    LosesPushes,
}

/// <summary>By which transport pushes travel.</summary>
public enum PushTransport
{
    /// <summary>Half of the meters open a TCP connection for each push, three in ten keep one, two in ten send UDP.</summary>
    Mixed,

    /// <summary>TCP only: a connection for each push or a kept one.</summary>
    Tcp,

    /// <summary>UDP only.</summary>
    Udp,
}

/// <summary>What a fleet of virtual meters is to be.</summary>
public sealed record FleetOptions
{
    /// <summary>
    /// The usual mix, repeated over the fleet: of twenty meters ten push, five wait to be polled, three dial in and two lose pushes.
    /// Even the first four show all four.
    /// </summary>
    public static IReadOnlyList<MeterBehaviour> UsualMix { get; } = Parse("PWDLPPWPDPPWPPWLPDPW");

    /// <summary>Number of meters, 1 to 100,000.</summary>
    public int Meters { get; init; } = 50;

    /// <summary>Seed of everything: serials, keys, households, behaviour in time.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where meters push and dial to, as <c>host:port</c>; null for nowhere.</summary>
    public string? PushTarget { get; init; }

    /// <summary>By which transport.</summary>
    public PushTransport Transport { get; init; }

    /// <summary>Address that meters listen on; null where none listens.</summary>
    public string? ListenHost { get; init; } = "127.0.0.1";

    /// <summary>Port of the first meter; each following one listens one higher. 0 lets the system choose for each.</summary>
    public int FirstPort { get; init; }

    /// <summary>Zone of the meters' clocks.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Behaviour of the meters, repeated over the fleet.</summary>
    public IReadOnlyList<MeterBehaviour> Behaviours { get; init; } = UsualMix;

    /// <summary>Interval pushes are spread over so long after the end of the quarter.</summary>
    public TimeSpan PushWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two momentary pushes of a meter.</summary>
    public TimeSpan MomentaryPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two momentary pushes of a meter that has dialled in.</summary>
    public TimeSpan DialInHeartbeat { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A connection on which a client is silent for so long is closed.</summary>
    public TimeSpan Inactivity { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Connections that one meter serves at once; a further one is closed.</summary>
    public int MaximumConnections { get; init; } = 4;

    /// <summary>From when the devices file says that intervals are expected; null leaves it to the head-end.</summary>
    public DateTimeOffset? ExpectedFrom { get; init; }

    /// <summary>
    /// At the start, every meter that pushes sends the rows of all intervals and days that began at or after this instant, several rows to
    /// a push; null for none. A meter that loses pushes leaves out the rows whose own push is lost.
    /// </summary>
    public DateTimeOffset? BacklogFrom { get; init; }

    /// <summary>The backlog is spread over so long, and over at least 20 ms for each meter. Default 20 s.</summary>
    public TimeSpan BacklogWindow { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// For so long after the start meters that lose pushes hang up on whoever connects to them, as over a bad line. Default zero.
    /// </summary>
    public TimeSpan LineDown { get; init; }

    /// <summary>Where the fleet logs.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    private static MeterBehaviour[] Parse(string pattern) => [.. pattern.Select(letter => letter switch
    {
        'W' => MeterBehaviour.WaitsToBePolled,
        'D' => MeterBehaviour.DialsIn,
        'L' => MeterBehaviour.LosesPushes,
        _ => MeterBehaviour.Pushes,
    })];
}
