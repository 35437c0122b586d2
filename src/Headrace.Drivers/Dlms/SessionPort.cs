using System.Threading.Channels;
using Headrace.Core.Drivers;

namespace Headrace.Drivers.Dlms;

/// <summary>The use of a connection by one session: what it sends, and what comes for it.</summary>
internal sealed class SessionPort(DlmsConnection connection, ushort client, ushort server) : IDisposable
{
    // More than the largest window of general blocks; a meter that sends more unasked is cut off.
    private const int MostWaiting = 128;
    private readonly Channel<byte[]> _answers = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>The connection.</summary>
    public DlmsConnection Connection => connection;

    /// <summary>Sends an APDU to the meter.</summary>
    /// <exception cref="MeterException">The link was lost.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken) => connection.SendAsync(client, server, apdu, cancellationToken);

    /// <summary>The next APDU from the meter.</summary>
    /// <exception cref="MeterException">The link was lost.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _answers.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw connection.Lost(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.CloseSession(this);

    /// <summary>Puts down what came. Called by the task that owns the connection.</summary>
    internal void Offer(ReadOnlyMemory<byte> apdu)
    {
        if (!_answers.Writer.TryWrite(apdu.ToArray())) connection.Abort("more answers than were asked for");
    }

    /// <summary>No more will come.</summary>
    internal void Complete() => _answers.Writer.TryComplete();
}
