using System.Buffers;
using System.Net.Sockets;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>How often a datagram is sent again that is not answered.</summary>
/// <param name="Interval">Silence after which the last request is sent again.</param>
/// <param name="Times">How often; 0 for never.</param>
/// <remarks>A server that has counted a ciphered request refuses its repetition by its counter, and one that acts on a request acts
/// twice: repeat only where requests are plain and reading.</remarks>
public sealed record DatagramRepetition(TimeSpan Interval, int Times)
{
    /// <summary>Nothing is sent again: who waited in vain asks anew.</summary>
    public static DatagramRepetition None => new(Timeout.InfiniteTimeSpan, 0);
}

/// <summary>APDUs in the wrapper over UDP, one in each datagram (IEC 62056-47).</summary>
/// <param name="socket">Connected to the server, so that others' datagrams do not arrive; stays the caller's.</param>
/// <param name="clientSap">Own port.</param>
/// <param name="serverSap">The server's port.</param>
/// <param name="repetition">What is done about silence.</param>
/// <param name="time">Whose time.</param>
public sealed class DatagramChannel(Socket socket, ushort clientSap, ushort serverSap, DatagramRepetition repetition, TimeProvider time)
    : IApduChannel
{
    private readonly byte[] _received = new byte[WrapperFrame.HeaderSize + WrapperFrame.MaximumApduSize];
    private readonly ArrayBufferWriter<byte> _last = new();

    /// <summary>Datagrams that were no wrapper frame or between other ports, and were dropped.</summary>
    public long StrayDatagrams { get; private set; }

    /// <summary>Requests sent again.</summary>
    public long Repetitions { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The APDU does not fit a datagram, or nobody is there.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
    {
        _last.ResetWrittenCount();
        WrapperFrame.Write(_last, clientSap, serverSap, apdu.Span);
        await SendLastAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        for (var repeated = 0; repeated < repetition.Times; repeated++)
        {
            using var silence = new CancellationTokenSource(repetition.Interval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                return await NextAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Repetitions++;
                await SendLastAsync(cancellationToken);
            }
        }
        return await NextAsync(cancellationToken);
    }

    private async ValueTask SendLastAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(_last.WrittenMemory, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new IOException($"The datagram could not be sent: {e.Message}.", e);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int length;
            try
            {
                length = await socket.ReceiveAsync(_received, cancellationToken);
            }
            catch (SocketException e)
            {
                throw new IOException($"Nobody is there: {e.Message}.", e); // the network says so by ICMP
            }
            if (TryTake(_received.AsMemory(0, length), out var apdu)) return apdu;
            StrayDatagrams++;
        }
    }

    private bool TryTake(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        try
        {
            if (!WrapperFrame.TryRead(datagram, WrapperFrame.MaximumApduSize, out var frame)) return false;
            if (frame.SourcePort != serverSap || frame.DestinationPort != clientSap) return false;
            apdu = frame.Apdu.ToArray();
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }
}
