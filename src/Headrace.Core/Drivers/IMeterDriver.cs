using Headrace.Core.Catalogue;
using Headrace.Core.Metering;

namespace Headrace.Core.Drivers;

/// <summary>Speaks one family of meters.</summary>
/// <remarks>A driver never schedules or stores. It takes the link of a meter that has dialled in, or dials the meter's address.</remarks>
public interface IMeterDriver
{
    /// <summary>The name a device type carries to choose this driver, such as <c>dlms</c>.</summary>
    string Name { get; }

    /// <summary>Opens an association with a meter.</summary>
    /// <exception cref="MeterException">The meter refused, fell silent, broke the protocol, or is not connected.</exception>
    ValueTask<IMeterSession> OpenAsync(Meter meter, CancellationToken cancellationToken);
}

/// <summary>A profile row as read: its time, status and values.</summary>
/// <param name="At">End of the interval, in UTC.</param>
/// <param name="Status">The meter's status word, with <see cref="ReadingFlags"/> above it.</param>
/// <param name="Readings">One per value column.</param>
public sealed record ProfileRow(DateTimeOffset At, int Status, IReadOnlyList<Reading> Readings);

/// <summary>One association with one meter. Not for concurrent use: a meter answers one question at a time.</summary>
public interface IMeterSession : IAsyncDisposable
{
    /// <summary>Reads a profile oldest first, yielding rows as blocks arrive, so that what came before a lost link is kept.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="range">Rows stamped within it.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    IAsyncEnumerable<ProfileRow> ReadProfileAsync(LoadProfile profile, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Reads the momentary values of the device type's registers. A register the meter refuses is left out.</summary>
    ValueTask<IReadOnlyList<Reading>> ReadRegistersAsync(CancellationToken cancellationToken);

    /// <summary>Reads the entries of an event log within a span of time.</summary>
    ValueTask<IReadOnlyList<MeterEvent>> ReadEventsAsync(string log, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Reads the meter's clock.</summary>
    ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>Bytes received and sent so far.</summary>
    (long Received, long Sent) Traffic { get; }
}

/// <summary>A session failed. <see cref="IsTransient"/> tells the scheduler whether trying again may help.</summary>
/// <param name="message">What happened, without secrets.</param>
/// <param name="isTransient">True for a lost link or a silent meter; false for a wrong key or a broken protocol.</param>
/// <param name="inner">The cause.</param>
public sealed class MeterException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True for a lost link or a silent meter; false for a wrong key or a broken protocol.</summary>
    public bool IsTransient { get; } = isTransient;
}
