using System.Threading.Channels;
using Headrace.Dlms.Session;

namespace Headrace.Drivers.Dlms;

/// <summary>The use of a connection by one session: what it sends, and what comes for it.</summary>
internal sealed class SessionPort(DlmsConnection connection, ushort client, ushort server, SendCounters? counters)
    : IApduChannel, IDisposable
{
    // More than the largest window of general blocks; a meter that sends more unasked is cut off.
    private const int MostWaiting = 128;
    private readonly Channel<byte[]> _answers =
        Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken) =>
        connection.SendAsync(client, server, apdu, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] answer;
        try
        {
            answer = await _answers.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException($"The connection to {connection.Remote} was lost.", e);
        }

        // the answer may be followed by a request at once, which needs its counter
        if (counters is not null) await counters.EnsureAsync(cancellationToken);
        return answer;
    }

    /// <summary>Gives the connection back.</summary>
    public void Dispose() => connection.CloseSession(this);

    /// <summary>True for a frame of the two parties of this session.</summary>
    internal bool IsFor(ushort source, ushort destination) => source == server && destination == client;

    /// <summary>Puts down what came. Called by the task that owns the connection.</summary>
    internal void Offer(ReadOnlyMemory<byte> apdu)
    {
        if (!_answers.Writer.TryWrite(apdu.ToArray())) connection.Abort("more answers than were asked for");
    }

    /// <summary>No more will come.</summary>
    internal void Complete() => _answers.Writer.TryComplete();
}
