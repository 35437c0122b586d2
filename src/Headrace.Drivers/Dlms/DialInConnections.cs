using System.Collections.Concurrent;

namespace Headrace.Drivers.Dlms;

/// <summary>Which meter is reached over which connection that it opened itself.</summary>
internal sealed class DialInConnections
{
    private readonly ConcurrentDictionary<long, DlmsConnection> _byMeter = new();

    /// <summary>Number of meters that can be reached so.</summary>
    public int Count => _byMeter.Count;

    /// <summary>
    /// Notes that a meter has shown itself on a connection. The newest connection counts: the old one is dead without knowing.
    /// </summary>
    public void Bind(long meterId, DlmsConnection connection) => _byMeter[meterId] = connection;

    /// <summary>Notes a connection only where none is known.</summary>
    public void TryBind(long meterId, DlmsConnection connection) => _byMeter.TryAdd(meterId, connection);

    /// <summary>Forgets a connection that has ended.</summary>
    public void Unbind(long meterId, DlmsConnection connection) =>
        _byMeter.TryRemove(new KeyValuePair<long, DlmsConnection>(meterId, connection));

    /// <summary>The connection of a meter, or null.</summary>
    public DlmsConnection? Find(long meterId) => _byMeter.GetValueOrDefault(meterId);
}
