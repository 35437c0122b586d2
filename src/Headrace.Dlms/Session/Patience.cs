namespace Headrace.Dlms.Session;

/// <summary>A time-out beside a caller's cancellation, made once and used for every wait of one owner.</summary>
internal sealed class Patience(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _source;
    private CancellationTokenRegistration _caller;

    /// <summary>Begins to wait: the token is cancelled after a time, or when the caller cancels.</summary>
    public CancellationToken Begin(TimeSpan patience, CancellationToken caller)
    {
        caller.ThrowIfCancellationRequested();
        _source ??= new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _source.CancelAfter(patience);
        if (caller.CanBeCanceled) _caller = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return _source.Token;
    }

    /// <summary>The wait is over.</summary>
    public void End()
    {
        _caller.Dispose();
        _caller = default;
        if (_source is null || _source.TryReset()) return;
        _source.Dispose();
        _source = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _source?.Dispose();
        _source = null;
    }
}
