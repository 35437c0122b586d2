namespace Headrace.Core.Metering;

/// <summary>How a contact with a meter came about.</summary>
public enum ContactKind
{
    /// <summary>The meter sent data unasked.</summary>
    Push = 1,

    /// <summary>The head-end dialled the meter.</summary>
    Dialled = 2,

    /// <summary>The meter had dialled in and was read.</summary>
    DialledIn = 3,
}

/// <summary>A finished contact with a meter: what was done over which link, and how it ended.</summary>
public sealed record MeterContact
{
    /// <summary>The meter.</summary>
    public required long MeterId { get; init; }

    /// <summary>How it came about.</summary>
    public required ContactKind Kind { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The other end, for people.</summary>
    public string Remote { get; init; } = "";

    /// <summary>True where it did what it was meant to do.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>What was done or why it failed, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>Values stored by it.</summary>
    public int Values { get; init; }

    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; init; }
}
