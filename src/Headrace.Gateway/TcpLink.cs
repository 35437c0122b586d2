using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Links;
using Microsoft.AspNetCore.Connections;

namespace Headrace.Gateway;

/// <summary>A TCP connection as a link. It knows when bytes last came, so that idle links can be closed.</summary>
internal sealed class TcpLink : ILink, IDuplexPipe
{
    private readonly ConnectionContext _connection;
    private readonly WatchedPipeReader _input;
    private readonly Func<ValueTask>? _close;
    private int _disposed;

    /// <param name="connection">The connection.</param>
    /// <param name="inbound">Whether the device opened it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="received">Told of bytes as they are consumed.</param>
    /// <param name="close">Ends the connection on disposal; null where its listener does that.</param>
    public TcpLink(ConnectionContext connection, bool inbound, TimeProvider time, Action<long> received, Func<ValueTask>? close)
    {
        _connection = connection;
        _close = close;
        _input = new WatchedPipeReader(connection.Transport.Input, time, received);
        Inbound = inbound;
        Remote = Plain(connection.RemoteEndPoint);
    }

    public string Id => _connection.ConnectionId;

    public EndPoint? Remote { get; }

    public bool Inbound { get; }

    public IDuplexPipe Transport => this;

    public PipeReader Input => _input;

    public PipeWriter Output => _connection.Transport.Output;

    /// <summary>Timestamp of the provider at which bytes last came.</summary>
    public long LastActivity => _input.LastActivity;

    public void Abort(string reason) => _connection.Abort(new ConnectionAbortedException(reason));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _input.CompleteAsync();
        await Output.CompleteAsync();
        if (_close is not null) await _close();
    }

    /// <summary>An IPv4 peer of a socket for both families, as IPv4.</summary>
    internal static EndPoint? Plain(EndPoint? remote) =>
        remote is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address.IsIPv4MappedToIPv6: true } mapped
            ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
            : remote;
}
