using System.IO.Pipelines;
using Headrace.Core.Drivers;
using Headrace.Drivers.Dlms.Framing;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Wakes the reader of a connection when its time is up: the time for a message that was begun runs from its first byte, whatever
/// drips in after; the idle time runs from the last byte of all.
/// </summary>
internal sealed class ReadDeadline : IDisposable
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);
    private readonly DlmsLimits _limits;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _since;
    private bool _open;

    public ReadDeadline(PipeReader input, DlmsLimits limits, TimeProvider time)
    {
        (_limits, _time) = (limits, time);
        _since = time.GetTimestamp();
        _timer =
            time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), input, limits.IdleTime, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Allowed => _open ? _limits.FrameTime : _limits.IdleTime;

    /// <summary>Tells what a read has brought.</summary>
    /// <param name="open">A message has begun and is not complete.</param>
    /// <param name="completed">A message was completed.</param>
    /// <param name="consumed">Bytes were taken off the stream.</param>
    /// <exception cref="RefusedTrafficException">The time is up.</exception>
    public void Note(bool open, bool completed, bool consumed)
    {
        var goesOn = open ? _open && !completed : !_open && !consumed;
        if (!goesOn)
        {
            _open = open;
            _since = _time.GetTimestamp();
            _timer.Change(Allowed, Timeout.InfiniteTimeSpan);
            return;
        }

        var left = Allowed - _time.GetElapsedTime(_since);
        if (left <= TimeSpan.Zero)
        {
            throw new RefusedTrafficException(
                RefusalKind.TimedOut,
                FormattableString.Invariant($"{(_open ? "a message was not complete" : "nothing came")} within {Allowed.TotalSeconds} s"));
        }

        _timer.Change(left + Grain, Timeout.InfiniteTimeSpan); // timers may be a little early
    }

    public void Dispose() => _timer.Dispose();
}
