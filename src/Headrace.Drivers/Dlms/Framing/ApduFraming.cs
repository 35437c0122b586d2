using System.Buffers;
using Headrace.Core.Drivers;

namespace Headrace.Drivers.Dlms.Framing;

/// <summary>A message taken off a stream, with the addresses of its frame where it has any.</summary>
/// <param name="Apdu">The APDU; valid until more is read.</param>
/// <param name="Source">wPort of the sender, 0 where the framing has none.</param>
/// <param name="Destination">wPort of the receiver.</param>
internal readonly record struct FramedApdu(ReadOnlyMemory<byte> Apdu, ushort Source = 0, ushort Destination = 0);

/// <summary>How messages lie in a stream. One object serves one stream.</summary>
internal interface IApduFraming
{
    /// <summary>Name for logs.</summary>
    string Name { get; }

    /// <summary>True while segments of a message have been taken off the stream and its end has not come.</summary>
    bool HoldsPart { get; }

    /// <summary>
    /// Takes the next message off the front; false where it is not there yet. What is of no more use is taken off as well.
    /// </summary>
    /// <param name="input">What has been received.</param>
    /// <param name="ended">No more will come.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="Wire.ProtocolException">The bytes cannot become a message.</exception>
    /// <exception cref="RefusedTrafficException">Longer than allowed, or too much noise.</exception>
    bool TryRead(ref ReadOnlySequence<byte> input, bool ended, out FramedApdu message);
}

/// <summary>Traffic is not accepted and its connection has to end.</summary>
internal sealed class RefusedTrafficException(RefusalKind kind, string detail) : Exception(detail)
{
    public RefusalKind Kind { get; } = kind;
}

/// <summary>Tells framings apart by the first byte of a connection.</summary>
internal static class ApduFramings
{
    private const byte WrapperVersionHigh = 0x00;
    private const byte HdlcFlag = 0x7E;
    private const byte MBusStart = 0x68;

    /// <summary>The framing whose messages begin with that byte.</summary>
    /// <exception cref="Wire.ProtocolException">None does.</exception>
    public static IApduFraming Detect(byte first, DlmsLimits limits) => first switch
    {
        WrapperVersionHigh => new WrapperFraming(limits),
        HdlcFlag => new HdlcFraming(limits),
        MBusStart => new MBusFraming(),
        _ when BareFraming.CanBegin(first) => new BareFraming(limits),
        _ => throw new Wire.ProtocolException($"a connection that begins with {first:X2}, which no framing does", 0),
    };
}
