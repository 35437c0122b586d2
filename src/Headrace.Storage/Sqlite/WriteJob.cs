namespace Headrace.Storage.Sqlite;

/// <summary>A change waiting for the writer, or on its way.</summary>
internal abstract class WriteJob(bool tookRoom, CancellationToken cancellationToken)
{
    /// <summary>True where it counts against the queue's limit.</summary>
    public bool TookRoom => tookRoom;

    /// <summary>True where its caller gave up before it began.</summary>
    public bool Cancelled => cancellationToken.IsCancellationRequested;

    /// <summary>Why it failed, or null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Makes the change, within a transaction of the writer.</summary>
    public abstract void Run(PreparedConnection connection);

    /// <summary>Tells the caller, once the transaction has ended.</summary>
    public abstract void Finish();

    /// <summary>For the derived class.</summary>
    protected CancellationToken Token => cancellationToken;
}

/// <summary>A change with a result.</summary>
internal sealed class WriteJob<T>(Func<PreparedConnection, T> change, bool tookRoom, CancellationToken cancellationToken)
    : WriteJob(tookRoom, cancellationToken)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    /// <summary>Completes when the change is durable.</summary>
    public Task<T> Done => _done.Task;

    public override void Run(PreparedConnection connection) => _result = change(connection);

    public override void Finish()
    {
        if (Failure is OperationCanceledException) _done.TrySetCanceled(Token);
        else if (Failure is not null) _done.TrySetException(Failure);
        else _done.TrySetResult(_result);
    }
}
