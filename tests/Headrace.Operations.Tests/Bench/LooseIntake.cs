using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Collection;
using Headrace.Operations.Ledger;
using Headrace.Operations.Live;
using Headrace.Operations.Registry;
using Headrace.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Operations.Tests.Bench;

/// <summary>An intake by itself, over a store that a test gives.</summary>
public sealed class LooseIntake : IAsyncDisposable
{
    private readonly FakeTime _time = new(TestHeadEnd.Noon);

    public LooseIntake(IIntakeStore store, HeadEndSettings settings)
    {
        var registry = new MeterRegistry();
        var feed = new ActivityFeed(registry, new Catalogue(), _time, 10);
        Journal = new Journal(new MemoryStores().Journal, settings, _time, NullLogger.Instance);
        var marks = new ExpectedMarks(registry, new LocalCalendar(settings.Zone), _time);
        Intake = new Intake(store, settings, marks, feed, Journal, _time, NullLogger.Instance);
        Intake.Start();
    }

    public Intake Intake { get; }

    public Journal Journal { get; }

    /// <summary>Lets time pass, and things happen.</summary>
    public async Task TickAsync(TimeSpan span)
    {
        await Task.Delay(5, TestContext.Current.CancellationToken);
        _time.Advance(span);
    }

    public async ValueTask DisposeAsync()
    {
        var stopping = Intake.StopAsync();
        while (!stopping.IsCompleted)
        {
            await Task.WhenAny(stopping, Task.Delay(5));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await stopping;
    }
}
