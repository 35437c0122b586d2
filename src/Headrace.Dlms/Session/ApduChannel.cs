using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Session;

/// <summary>Carries whole APDUs between one client and one server. One task owns it.</summary>
public interface IApduChannel
{
    /// <summary>Opens what lies below the association, where there is something: the HDLC link.</summary>
    /// <exception cref="IOException">The server refused it, or the connection is gone.</exception>
    /// <exception cref="TimeoutException">The server is silent.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken) => default;

    /// <summary>Sends an APDU. Its memory is the caller's again when the task is done: what is kept for repetition is copied.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken);

    /// <summary>Waits for the next APDU, which is valid until the next call.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Closes what <see cref="OpenAsync"/> opened. The pipe stays open.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken) => default;
}

/// <summary>APDUs in the wrapper over a pipe (IEC 62056-47).</summary>
/// <param name="pipe">The connection; stays the caller's.</param>
/// <param name="clientSap">Own port.</param>
/// <param name="serverSap">The server's port.</param>
/// <param name="maxApduLength">Longest APDU, in bytes.</param>
public sealed class WrapperChannel(IDuplexPipe pipe, ushort clientSap, ushort serverSap, int maxApduLength = WrapperFrame.MaximumApduSize)
    : IApduChannel
{
    private byte[] _received = [];

    /// <summary>Told of frames between other ports: pushes that share the socket. The APDU is valid during the call. Null drops
    /// them.</summary>
    public Action<WrapperFrame>? OtherPorts { get; init; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
    {
        WrapperFrame.Write(pipe.Output, clientSap, serverSap, apdu.Span);
        var flushed = await pipe.Output.FlushAsync(cancellationToken);
        if (flushed.IsCompleted) throw new IOException("The server has closed the connection.");
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.Input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            ReadOnlyMemory<byte>? apdu = null;
            try
            {
                while (apdu is null && WrapperFrame.TryRead(ref buffer, maxApduLength, out var frame))
                {
                    if (frame.SourcePort == serverSap && frame.DestinationPort == clientSap) apdu = Keep(frame.Apdu.Span);
                    else OtherPorts?.Invoke(frame);
                }
            }
            finally
            {
                pipe.Input.AdvanceTo(buffer.Start, apdu is null ? buffer.End : buffer.Start);
            }
            if (apdu is { } whole) return whole;
            if (read.IsCompleted) throw new IOException("The server has closed the connection.");
        }
    }

    private ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> apdu)
    {
        if (_received.Length < apdu.Length) _received = new byte[Math.Min(WrapperFrame.MaximumApduSize, Math.Max(256, apdu.Length * 2))];
        apdu.CopyTo(_received);
        return _received.AsMemory(0, apdu.Length);
    }
}
