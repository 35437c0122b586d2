using System.Net;
using Headrace.Core.Links;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Serves the links and datagrams of DLMS meters: one port for pushes of every framing and for meters that dial in and are then read.
/// </summary>
public sealed class DlmsLinks : ILinkHandler, IDatagramHandler, IAsyncDisposable
{
    private readonly PushReception _reception;
    private readonly DatagramReception _datagrams;
    private readonly ILogger _log;

    /// <summary>Makes the handler; datagrams are decoded from here on.</summary>
    /// <param name="ports">The head-end.</param>
    /// <param name="limits">What is borne; null for the usual.</param>
    public DlmsLinks(DlmsPorts ports, DlmsLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(ports);
        Ports = ports;
        Limits = limits ?? new DlmsLimits();
        Types = new DlmsTypes(ports.Types, ports.Channels);
        _log = ports.Loggers.CreateLogger("Headrace.Drivers.Dlms");
        Tolerated = new ToleranceJournal(_log);
        _reception = new PushReception(ports, Types, Tolerated);
        _datagrams = new DatagramReception(_reception, ports, Limits, _log);
    }

    /// <summary>Meters that have dialled in and can be read over their own connection.</summary>
    public int DialledIn => DialIns.Count;

    internal DlmsPorts Ports { get; }

    internal DlmsLimits Limits { get; }

    internal DlmsTypes Types { get; }

    internal ToleranceJournal Tolerated { get; }

    internal DialInConnections DialIns { get; } = new();

    /// <inheritdoc/>
    public Task RunAsync(ILink link, CancellationToken cancellationToken) => Over(link).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void Handle(ReadOnlySpan<byte> datagram, EndPoint? remote) => _datagrams.Offer(datagram, remote);

    /// <summary>Decodes the datagrams that wait and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _datagrams.DisposeAsync();
        _reception.Dispose();
    }

    internal DlmsConnection Over(ILink link) => new(link, _reception, DialIns, Ports, Limits, _log);
}
