using Headrace.Core.Links;

namespace Headrace.Drivers.Dlms;

/// <summary>A connection in use: one the meter keeps open, or one dialled for this visit, which ends with it.</summary>
internal sealed class Line
{
    private readonly ILink? _dialled;
    private readonly Task _running;

    private Line(DlmsConnection connection, ILink? dialled, Task running) =>
        (Connection, _dialled, _running) = (connection, dialled, running);

    /// <summary>The connection.</summary>
    public DlmsConnection Connection { get; }

    /// <summary>Over the connection a meter has opened.</summary>
    public static Line DialledIn(DlmsConnection connection) => new(connection, null, Task.CompletedTask);

    /// <summary>Over a link of our own, which is served from here on.</summary>
    public static Line Dialled(DlmsLinks links, ILink link)
    {
        var connection = links.Over(link);
        return new Line(connection, link, connection.RunAsync(CancellationToken.None));
    }

    /// <summary>This line, or a new one where a dialled one has ended.</summary>
    public async ValueTask<Line> AliveAsync(Func<ValueTask<Line>> again)
    {
        if (!Connection.Ended.IsCancellationRequested) return this;
        await CloseAsync();
        return await again();
    }

    /// <summary>Ends a link of our own; leaves a meter's own connection open.</summary>
    public async ValueTask CloseAsync()
    {
        if (_dialled is null) return;
        _dialled.Transport.Input.CancelPendingRead();
        _dialled.Abort("the visit is over");
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _dialled.DisposeAsync();
    }
}
