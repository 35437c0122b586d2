using Headrace.Dlms.Security;

namespace Headrace.Dlms.Tests.Security;

public sealed class InvocationCounterTests
{
    [Fact]
    public void Counters_are_reserved_before_they_are_handed_out_and_never_used_again_after_a_crash()
    {
        uint written = 0;
        var used = new HashSet<uint>();
        var random = new Random(7);
        for (var life = 0; life < 50; life++)
        {
            var counter = new InvocationCounter(written, end => written = end, block: 10);
            for (var i = random.Next(25); i > 0; i--)
            {
                var next = counter.Next();
                Assert.True(used.Add(next), $"{next} twice");
                Assert.True(next <= written);
            }
        }
    }

    [Fact]
    public void Nothing_is_handed_out_that_could_not_be_written_down()
    {
        var fails = true;
        var counter = new InvocationCounter(5, _ =>
        {
            if (fails) throw new IOException("disk full");
        });
        Assert.Throws<IOException>(() => counter.Next());
        fails = false;
        Assert.Equal(6u, counter.Next());
    }

    [Fact]
    public void The_end_is_told_ahead_once_and_the_last_counter_is_the_last()
    {
        var told = new List<uint>();
        var counter = new InvocationCounter(uint.MaxValue - 3, _ => { }, threshold: uint.MaxValue - 1);
        counter.NearlyUsedUp += told.Add;
        Assert.Equal([uint.MaxValue - 2, uint.MaxValue - 1, uint.MaxValue], [counter.Next(), counter.Next(), counter.Next()]);
        Assert.Equal([uint.MaxValue - 1], told);
        Assert.Equal(0u, counter.Remaining);
        Assert.Throws<InvocationCounterUsedUpException>(() => counter.Next());
    }

    [Fact]
    public void Several_threads_get_different_counters()
    {
        var counter = new InvocationCounter(0, _ => { }, block: 3);
        var all = new System.Collections.Concurrent.ConcurrentBag<uint>();
        Parallel.For(0, 1000, _ => all.Add(counter.Next()));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (uint)i), all.Order());
    }
}
