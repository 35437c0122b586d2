namespace Headrace.Drivers.Dlms;

/// <summary>What is borne of a device's traffic, and how long answers may take.</summary>
public sealed record DlmsLimits
{
    /// <summary>Longest APDU, in bytes; at most 65,535.</summary>
    public int MaxApduBytes { get; init; } = ushort.MaxValue;

    /// <summary>A message that was begun must be complete after this long, however slowly its bytes drip.</summary>
    public TimeSpan FrameTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection on which nothing came for this long is closed.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Messages refused in a row after which a connection is closed.</summary>
    public int MaxRefusals { get; init; } = 8;

    /// <summary>How long a meter may take for one answer.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Datagrams that wait to be decoded, at most; more are dropped and counted.</summary>
    public int MaxDatagrams { get; init; } = 8_192;

    /// <summary>Bytes of datagrams that wait, at most.</summary>
    public int MaxDatagramBytes { get; init; } = 16 << 20;

    /// <summary>Send counters that are reserved at a time: a crash wastes no more than these.</summary>
    public uint CounterBlock { get; init; } = 64;

    /// <summary>Bytes of noise between HDLC frames after which a connection is closed.</summary>
    public int MaxNoiseBytes { get; init; } = 65_536;
}
