using Headrace.Operations.Collection;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Collection;

public sealed class DueQueueTests
{
    [Fact]
    public async Task A_meter_is_taken_when_due_and_a_rest_of_a_millisecond_is_not_spun_away()
    {
        var time = new CountingTime(TestHeadEnd.Noon);
        var queue = new DueQueue(time);
        var due = TestHeadEnd.Noon.AddTicks(73_456_789).UtcTicks; // timers know whole milliseconds only
        queue.Add(7, due);
        var taking = queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        time.Advance(TimeSpan.FromTicks(73_456_788));
        Assert.False(taking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((7, due), await taking);
        Assert.InRange(time.Asked, 1, 10);
    }

    [Fact]
    public async Task An_earlier_meter_comes_before_the_one_that_is_waited_for()
    {
        var time = new FakeTime(TestHeadEnd.Noon);
        var queue = new DueQueue(time);
        queue.Add(1, TestHeadEnd.Noon.AddHours(1).UtcTicks);
        var taking = queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        queue.Add(2, TestHeadEnd.Noon.UtcTicks);
        Assert.Equal(2, (await taking).MeterId);
        Assert.Equal(1, queue.Count);
    }

    /// <summary>Counts how often the time is asked for, and gives up rather than hang.</summary>
    private sealed class CountingTime(DateTimeOffset start) : FakeTime(start)
    {
        private int _asked;

        public int Asked => _asked;

        public override DateTimeOffset GetUtcNow() =>
            Interlocked.Increment(ref _asked) < 1_000 ? base.GetUtcNow() : throw new InvalidOperationException("The queue spins.");
    }
}
