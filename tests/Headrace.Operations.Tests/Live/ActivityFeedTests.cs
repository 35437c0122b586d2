using Headrace.Core.Metering;
using Headrace.Operations.Live;
using Headrace.Operations.Registry;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Live;

public sealed class ActivityFeedTests
{
    private readonly FakeTime _time = new(TestHeadEnd.Noon);
    private readonly MeterRegistry _registry = new();

    public ActivityFeedTests() => _registry.Put([new Meter { Id = 1, Serial = "1", DeviceType = "house" }]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Values_are_counted_in_the_running_minute_and_leave_the_last_minute_after_sixty_seconds()
    {
        var feed = Feed();
        Bring(feed, 5);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((5, 5), (feed.Current.ValuesLastMinute, feed.Current.ValuesPerMinute[^1]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Bring(feed, 2);
        Assert.Equal(2, feed.Current.ValuesLastMinute);
        Assert.Equal([5, 2], feed.Current.ValuesPerMinute.TakeLast(2));
        Assert.Equal((61, 7), (feed.Current.ValuesPerMinute.Count, feed.Current.Values));
    }

    [Fact]
    public void An_hour_later_nothing_of_it_is_left_but_the_sum()
    {
        var feed = Feed();
        for (var i = 0; i < 90; i++)
        {
            Bring(feed, 1);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(60, feed.Current.ValuesPerMinute.Sum());
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal((0, 90), (feed.Current.ValuesPerMinute.Sum(), feed.Current.Values));
    }

    [Fact]
    public void A_clock_set_back_breaks_nothing()
    {
        var feed = Feed();
        Bring(feed, 5);
        _time.Advance(TimeSpan.FromMinutes(-10));
        Bring(feed, 5);
        Assert.Equal(10, feed.Current.ValuesLastMinute);
    }

    [Fact]
    public void Newest_events_come_first_each_once()
    {
        var feed = Feed();
        for (var i = 0; i < 80; i++)
            feed.Stored(Events(TestHeadEnd.Noon.AddMinutes(i)), new DeliveryOutcome(DeliveryVerdict.Stored, 0, 0, 0));
        feed.Stored(Events(TestHeadEnd.Noon.AddMinutes(79)), new DeliveryOutcome(DeliveryVerdict.Stored, 0, 0, 0));
        var events = feed.Current.Events;
        Assert.Equal(50, events.Count);
        Assert.Equal(TestHeadEnd.Noon.AddMinutes(79), events[0].Event.At);
        Assert.Equal(50, events.Select(e => e.Event).Distinct().Count());
        Assert.Equal("Power down", events[0].Name);
    }

    [Fact]
    public async Task A_watcher_sees_a_change_within_about_a_second_and_a_sign_of_life_within_fifteen()
    {
        var feed = Feed();
        await using var watcher = feed.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal(0, watcher.Current.Values);
        var next = watcher.MoveNextAsync().AsTask();
        Bring(feed, 3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        Assert.Equal(3, watcher.Current.Values);
        var before = watcher.Current.At;
        _time.Advance(TimeSpan.FromMinutes(2)); // the last minute empties: one more change
        Assert.True(await watcher.MoveNextAsync());
        next = watcher.MoveNextAsync().AsTask();
        for (var i = 0; i < 40 && !next.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Cancel);
        }

        Assert.True(await next);
        Assert.True(watcher.Current.At > before);
    }

    [Fact]
    public async Task More_watchers_than_allowed_get_one_answer_each()
    {
        var feed = Feed();
        var first = feed.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        await first.MoveNextAsync();
        var second = feed.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        await second.MoveNextAsync();
        var answers = 0;
        await foreach (var snapshot in feed.WatchAsync(Cancel)) answers++;
        Assert.Equal((1, 2), (answers, feed.WatcherCount));
        await first.DisposeAsync();
        await second.DisposeAsync();
        Assert.Equal(0, feed.WatcherCount);
    }

    private static void Bring(ActivityFeed feed, int values) =>
        feed.Stored(Events(TestHeadEnd.Noon) with { Events = [] }, new DeliveryOutcome(DeliveryVerdict.Stored, values, 0, 0));

    private static Delivery Events(DateTimeOffset at) => new()
    {
        MeterId = 1,
        Source = DeliverySource.Push,
        ReceivedAt = at,
        Events = [new MeterEvent(1, Catalogue.Log, at, 1)],
    };

    private ActivityFeed Feed() => new(_registry, new Catalogue(), _time, watchers: 2);
}
