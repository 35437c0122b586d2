using System.IO.Pipelines;
using System.Net;

namespace Headrace.Core.Links;

/// <summary>A byte stream to a device, opened by either side.</summary>
public interface ILink : IAsyncDisposable
{
    /// <summary>Identifies the link in logs and session records.</summary>
    string Id { get; }

    /// <summary>The other end, where known.</summary>
    EndPoint? Remote { get; }

    /// <summary>True where the device opened it.</summary>
    bool Inbound { get; }

    /// <summary>The bytes both ways.</summary>
    IDuplexPipe Transport { get; }

    /// <summary>Closes the link at once; pending reads end.</summary>
    /// <param name="reason">For the log.</param>
    void Abort(string reason);
}

/// <summary>Opens links to devices.</summary>
public interface ILinkDialer
{
    /// <summary>Connects to <c>host:port</c>.</summary>
    /// <exception cref="Drivers.MeterException">Refused, unreachable or timed out; transient.</exception>
    ValueTask<ILink> DialAsync(string address, CancellationToken cancellationToken);
}

/// <summary>Serves links that devices open. One call owns one link until it ends.</summary>
public interface ILinkHandler
{
    /// <summary>Runs until the device or the head-end closes the link. Protocol errors end the link, never the process.</summary>
    Task RunAsync(ILink link, CancellationToken cancellationToken);
}

/// <summary>Takes datagrams that devices send.</summary>
public interface IDatagramHandler
{
    /// <summary>Handles one datagram; returns without waiting for storage. The memory is the caller's and reused after the call.</summary>
    void Handle(ReadOnlySpan<byte> datagram, EndPoint? remote);
}
