namespace Headrace.Dlms.Connections;

/// <summary>What has happened on the connections of a server or listener since it began. Safe for many threads.</summary>
public sealed class ConnectionCounters
{
    private readonly long[] _ended = new long[Enum.GetValues<ConnectionEnd>().Length];
    private long _accepted;
    private long _frames;
    private long _datagramsDropped;

    /// <summary>Connections that were served, those that still are included.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Whole frames and datagrams taken in.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Datagrams that were malformed, from too many clients, or too many at once.</summary>
    public long DatagramsDropped => Interlocked.Read(ref _datagramsDropped);

    /// <summary>Connections that ended that way.</summary>
    public long Ended(ConnectionEnd how) => Interlocked.Read(ref _ended[(int)how]);

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);

    internal void CountFrames(int count) => Interlocked.Add(ref _frames, count);

    internal void CountDropped() => Interlocked.Increment(ref _datagramsDropped);

    internal void CountEnd(ConnectionEnd how) => Interlocked.Increment(ref _ended[(int)how]);
}
