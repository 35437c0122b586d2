namespace Headrace.Gateway;

/// <summary>
/// What the gateway takes on at most. The number of connections is also held below the machine's limit on file descriptors.
/// </summary>
public sealed record GatewayLimits
{
    /// <summary>Descriptors kept free for the database, the web pages and the runtime: a .NET process that runs out of them dies.</summary>
    public const int ReservedDescriptors = 500;

    /// <summary>Connections opened by devices at one time; those above are closed at once and counted. At least 1.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>
    /// Connections from one remote address at one time; 0 for no limit, as where all meters come through one operator's gateway.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>Connections that the head-end opens at one time; at least 1. A dial above waits for a free one.</summary>
    public int MaxDialled { get; init; } = 256;

    /// <summary>The fewest connections worth starting for: below it the gateway refuses to start.</summary>
    public int MinConnections { get; init; } = 64;

    /// <summary>A connection on which the device has sent nothing for this long is closed. Zero or less for no limit.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a dial may take.</summary>
    public TimeSpan DialTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long connections may take to end by themselves when the gateway stops.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Receive buffer of the UDP socket in bytes; the system may grant less (<c>net.core.rmem_max</c>).</summary>
    public int DatagramBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The number of connections that may be taken in under a limit on file descriptors.</summary>
    /// <param name="descriptors">The limit, or null where the system has none.</param>
    /// <exception cref="GatewayException">The limit leaves room for fewer than <see cref="MinConnections"/>, or a limit is out of
    /// range.</exception>
    public int ConnectionsWithin(long? descriptors)
    {
        if (MaxConnections < 1 || MaxDialled < 1 || MaxConnectionsPerAddress < 0)
            throw new GatewayException("The gateway's limits must allow one connection or more.");
        if (descriptors is not { } limit) return MaxConnections;
        var room = limit - ReservedDescriptors - MaxDialled;
        var least = Math.Min(MinConnections, MaxConnections);
        if (room < least)
        {
            throw new GatewayException(FormattableString.Invariant(
                $"The limit on open files is {limit}, and {limit - room + least} are needed: raise it (ulimit -n, LimitNOFILE)."));
        }

        return (int)Math.Min(MaxConnections, room);
    }
}
