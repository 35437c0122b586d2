using Headrace.Operations.Collection;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Collection;

public sealed class MeterTurnsTests
{
    private readonly FakeTime _time = new(TestHeadEnd.Noon);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_comes_before_who_only_tries()
    {
        var turns = new MeterTurns(_time);
        var first = turns.TryTake(1)!;
        var waiting = turns.TakeAsync(1, TimeSpan.FromMinutes(1), Cancel).AsTask();
        Assert.Null(turns.TryTake(1));
        Assert.NotNull(turns.TryTake(2));
        first.Dispose();
        Assert.Null(turns.TryTake(1));
        var second = await waiting;
        second!.Dispose();
        second.Dispose();
        Assert.NotNull(turns.TryTake(1));
    }

    [Fact]
    public async Task Who_waited_too_long_gets_nothing_and_leaves_nothing_behind()
    {
        var turns = new MeterTurns(_time);
        var first = turns.TryTake(1)!;
        var waiting = turns.TakeAsync(1, TimeSpan.FromSeconds(5), Cancel).AsTask();
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await waiting);
        first.Dispose();
        Assert.NotNull(turns.TryTake(1));
    }

    [Fact]
    public async Task Many_who_contend_are_never_two_at_a_time()
    {
        var turns = new MeterTurns(TimeProvider.System);
        int now = 0, most = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            using var turn = await turns.TakeAsync(1, TimeSpan.FromMinutes(1), Cancel);
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref done);
        }, Cancel)));
        Assert.Equal((1, 50), (most, done));
        Assert.NotNull(turns.TryTake(1));
    }
}
