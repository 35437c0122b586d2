using System.Net;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Connections;

/// <summary>How the APDUs of clients lie in a stream.</summary>
public enum ServerFraming
{
    /// <summary>The first byte tells: 7E is HDLC, 00 the wrapper.</summary>
    Detect,

    /// <summary>The wrapper (IEC 62056-47).</summary>
    Wrapper,

    /// <summary>HDLC (IEC 62056-46).</summary>
    Hdlc,
}

/// <summary>The bounds of a server.</summary>
public sealed record DlmsServerOptions
{
    /// <summary>Connections served at once, those of UDP clients included; more are closed at once and counted.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>A connection on which no whole frame came for so long is closed; on a serial line its HDLC links are. 120 s is the
    /// inactivity time-out of class 23.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A client that does not take an answer for so long is cut off.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A client that has not finished the TLS handshake by then is cut off.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest request, in bytes; more is a broken protocol.</summary>
    public int MaxApduLength { get; init; } = ushort.MaxValue;

    /// <summary>Bytes of answers from when on they have to be taken before the next request is served.</summary>
    public int MaxUnsent { get; init; } = 32 * 1024;

    /// <summary>Bytes read at once; held by every connection that waits.</summary>
    public int ReadSize { get; init; } = 2048;

    /// <summary>The most HDLC links can do.</summary>
    public HdlcParameters Hdlc { get; init; } = HdlcParameters.Both(1024, 7);

    /// <summary>The lower HDLC address answered to; null for any.</summary>
    public int? PhysicalDevice { get; init; }

    /// <summary>Requests of different connections are served at the same time: only where objects are made for that. Else one after the
    /// other, as in a meter.</summary>
    public bool ServeConcurrently { get; init; }

    /// <summary>The devices behind, where the server is a gateway; on the wrapper only.</summary>
    public Func<GatewayAddress, IReadOnlyList<LogicalDevice>?>? DevicesBehind { get; init; }

    /// <summary>Told when a connection ends, for a log; must not throw. The end point is null for a pipe that has none.</summary>
    public Action<EndPoint?, ConnectionEnd>? Ended { get; init; }

    /// <summary>Whose time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Why a connection ended.</summary>
public enum ConnectionEnd
{
    /// <summary>The peer closed it, or it was lost.</summary>
    Closed,

    /// <summary>No whole frame for too long.</summary>
    Idle,

    /// <summary>The peer did not take what was sent to it.</summary>
    Slow,

    /// <summary>The peer broke the protocol.</summary>
    Malformed,

    /// <summary>The TLS handshake failed.</summary>
    NotSecured,

    /// <summary>There were too many.</summary>
    Refused,

    /// <summary>This side stops.</summary>
    Stopped,
}
