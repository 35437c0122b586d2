namespace Headrace.Simulation.Fleet;

/// <summary>What a fleet has done since it was made.</summary>
public sealed class FleetCounters
{
    private long _sent, _failed, _lost, _accepted, _dialled, _requests, _malformed;

    /// <summary>Pushes that were handed to the network.</summary>
    public long PushesSent => Interlocked.Read(ref _sent);

    /// <summary>Attempts to push that failed because the head-end could not be reached.</summary>
    public long PushesFailed => Interlocked.Read(ref _failed);

    /// <summary>Pushes that were lost on purpose.</summary>
    public long PushesLost => Interlocked.Read(ref _lost);

    /// <summary>Connections that clients opened.</summary>
    public long ConnectionsAccepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections that meters opened to be read over them.</summary>
    public long ConnectionsDialled => Interlocked.Read(ref _dialled);

    /// <summary>Messages of clients that were answered or refused.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Connections that were closed because what came was not DLMS.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    internal void CountSent() => Interlocked.Increment(ref _sent);

    internal void CountFailed() => Interlocked.Increment(ref _failed);

    internal void CountLost() => Interlocked.Increment(ref _lost);

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);

    internal void CountDialled() => Interlocked.Increment(ref _dialled);

    internal void CountRequests(int requests) => Interlocked.Add(ref _requests, requests);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);
}
