using Headrace.Operations.Collection;

namespace Headrace.Operations.Tests.Collection;

public sealed class BackOffTests
{
    [Fact]
    public void A_pause_doubles_up_to_the_limit_and_is_at_most_a_fifth_shorter()
    {
        var (first, limit) = (TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));
        var expected = new[] { 30, 60, 120, 240, 480, 960, 1920, 3600, 3600 };
        for (var failures = 1; failures <= expected.Length; failures++)
        {
            for (var meter = 0; meter < 100; meter++)
                Assert.InRange(BackOff.Exponential(first, limit, failures, meter).TotalSeconds, expected[failures - 1] * 0.8,
                    expected[failures - 1]);
        }

        Assert.True(BackOff.Exponential(first, limit, int.MaxValue, 1) <= limit);
    }

    [Fact]
    public void The_re_reads_of_a_page_follow_the_table_whose_last_entry_repeats()
    {
        var pauses = new HeadEndSettings().RereadPauses;
        double[] expected = [30, 120, 600, 3600, 10800, 10800];
        for (var attempts = 1; attempts <= expected.Length; attempts++)
            Assert.InRange(BackOff.ByTable(pauses, attempts, 5).TotalSeconds, expected[attempts - 1] * 0.8, expected[attempts - 1]);
    }

    [Fact]
    public void Places_are_always_the_same_and_spread_evenly()
    {
        Assert.Equal(BackOff.Place(17, 0), BackOff.Place(17, 0));
        var tenths = new int[10];
        for (var meter = 1; meter <= 10_000; meter++) tenths[(int)(BackOff.Place(meter, 0) * 10)]++;
        Assert.All(tenths, count => Assert.InRange(count, 850, 1150));
    }
}
