using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Connections;

/// <summary>The bounds of a listener.</summary>
public sealed record DlmsListenerOptions
{
    /// <summary>Finds the keys of senders of protected pushes; null takes plain pushes only.</summary>
    public FindPushSender? FindSender { get; init; }

    /// <summary>Takes pushes in the clear, which prove nothing.</summary>
    public bool AcceptPlain { get; init; }

    /// <summary>Confirms pushes in the clear that want it. For push setups of version 3: many older meters set the bit and know no
    /// confirmation. Protected ones are confirmed where <see cref="PushSender.Confirmation"/> says how.</summary>
    public bool ConfirmPlain { get; init; }

    /// <summary>Deviations to bear in pushes in the clear. Those of protected pushes are of their sender.</summary>
    public ApduTolerance PlainTolerance { get; init; }

    /// <summary>Notifications kept for the reader. When there are so many, TCP connections and pipes are read no further until there is
    /// room, and datagrams are dropped and counted.</summary>
    public int MaxNotifications { get; init; } = 1024;

    /// <summary>Datagrams that wait to be decoded; more are dropped and counted.</summary>
    public int MaxDatagrams { get; init; } = 4096;

    /// <summary>Senders whose keys and counters are remembered. The one looked up first goes first, and is looked up anew.</summary>
    public int MaxSenders { get; init; } = 100_000;

    /// <summary>Longest message, in bytes, blocks joined.</summary>
    public int MaxApduLength { get; init; } = ushort.MaxValue;

    /// <summary>Most values in one push.</summary>
    public int MaxReadings { get; init; } = 8192;

    /// <summary>Bytes of noise on an HDLC or M-Bus connection, between two messages, from when on it is closed.</summary>
    public int MaxNoise { get; init; } = 64 * 1024;

    /// <summary>Connections, their time-outs, and whose time.</summary>
    public DlmsServerOptions Connections { get; init; } = new() { IdleTimeout = TimeSpan.FromMinutes(30) };

    /// <summary>Told of every message that was not taken, for a log; must not throw.</summary>
    public Action<PushOrigin, PushVerdict, string>? Refused { get; init; }
}
