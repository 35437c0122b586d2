using Headrace.Core.Metering;
using Headrace.Operations.Keys;
using Headrace.Operations.Registry;
using Headrace.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Operations.Tests.Bench;

/// <summary>A whole head-end over a real SQLite database with a clock of its own and meters in memory.</summary>
public sealed class TestHeadEnd : IAsyncDisposable
{
    public static readonly TimeZoneInfo Zurich = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");

    private readonly string _directory;
    private readonly bool _keeps;
    private readonly SqliteStores _sqlite;
    private readonly KeyVault _vault;

    private TestHeadEnd(string directory, bool keeps, SqliteStores sqlite, KeyVault vault, FakeTime time, HeadEndSettings settings)
    {
        (_directory, _keeps, _sqlite, _vault, Time) = (directory, keeps, sqlite, vault, time);
        Stores = new HeadEndStores(
            sqlite.Meters, sqlite.Intake, sqlite.Channels, sqlite.Readings, sqlite.Ledger, sqlite.Events, sqlite.Journal, sqlite.Audit);
        HeadEnd = new HeadEnd(settings, Stores, new Catalogue(), vault, time, NullLoggerFactory.Instance);
        Meters = new FakeMeters(sqlite.Channels, HeadEnd.Calendar, time);
        HeadEnd.UseDrivers([Meters]);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Settings under which only time that a test moves passes.</summary>
    public static HeadEndSettings Settings { get; } = new()
    {
        Zone = Zurich,
        IntakeLinger = TimeSpan.Zero,
        JournalLinger = TimeSpan.Zero,
        BacklogGrace = TimeSpan.Zero,
    };

    /// <summary>Noon of Tuesday 3 March 2026 in Zurich.</summary>
    public static DateTimeOffset Noon { get; } = new(2026, 3, 3, 11, 0, 0, TimeSpan.Zero);

    public FakeTime Time { get; }

    public HeadEndStores Stores { get; }

    public HeadEnd HeadEnd { get; }

    public FakeMeters Meters { get; }

    public LocalCalendar Calendar => HeadEnd.Calendar;

    /// <summary>Opens and starts one. A directory that is given is kept, for the next one to go on with.</summary>
    public static async Task<TestHeadEnd> StartAsync(
        FakeTime? time = null, HeadEndSettings? settings = null, string? directory = null, Action<TestHeadEnd>? prepare = null)
    {
        time ??= new FakeTime(Noon);
        var place = directory ?? NewDirectory();
        var sqlite = await SqliteStores.OpenAsync(place, time, cancellationToken: Cancel);
        var vault = await KeyVault.OpenAsync(Path.Combine(place, "master.key"), sqlite.SealedKeys, Cancel);
        var bench = new TestHeadEnd(place, directory is not null, sqlite, vault, time, settings ?? Settings);
        prepare?.Invoke(bench);
        await bench.HeadEnd.StartAsync(Cancel);
        return bench;
    }

    public static string NewDirectory()
    {
        var path = Path.Combine(Path.GetTempPath(), $"headrace-operations-{Guid.NewGuid():n}");
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Registers one household meter and returns it.</summary>
    public async Task<Meter> RegisterAsync(
        string serial, ContactModes contact = ContactModes.Answers, DateTimeOffset? expectedFrom = null, string type = "house")
    {
        var row = new DeviceRegistration
        {
            Serial = serial,
            DeviceType = type,
            Contact = contact,
            Address = contact.HasFlag(ContactModes.Answers) ? "meter.example:4059" : null,
            ExpectedFrom = expectedFrom,
        };
        var answer = Assert.Single(await HeadEnd.Registration.ImportAsync([row], "test", Cancel));
        Assert.Equal("", answer.Reason);
        return HeadEnd.Registry.FindBySerial(serial)!;
    }

    /// <summary>Waits in real time until nothing runs and nothing waits.</summary>
    public async Task SettleAsync()
    {
        for (var calm = 0; calm < 4;)
        {
            await Task.Yield();
            Cancel.ThrowIfCancellationRequested();
            calm = HeadEnd.Busy ? 0 : calm + 1;
            if (calm == 0) await Task.Delay(1, Cancel);
        }
    }

    /// <summary>Moves the clock in steps, each after everything has come to rest.</summary>
    public async Task PassAsync(TimeSpan span, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow() + span;
        await SettleAsync();
        while (Time.GetUtcNow() < end)
        {
            var left = end - Time.GetUtcNow();
            var next = step ?? TimeSpan.FromSeconds(10);
            if (Time.Advance(left < next ? left : next)) await SettleAsync();
        }
    }

    /// <summary>Moves the clock until something is so; fails after a day.</summary>
    public async Task UntilAsync(Func<Task<bool>> so, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow().AddDays(1);
        await SettleAsync();
        while (!await so())
        {
            Assert.True(Time.GetUtcNow() < end, "It did not come about within a day.");
            if (Time.Advance(step ?? TimeSpan.FromSeconds(10))) await SettleAsync();
        }
    }

    /// <summary>The ledger page of a meter.</summary>
    public async Task<LedgerDay?> PageAsync(Meter meter, DateOnly day, short profile = 1) =>
        (await Stores.Ledger.OfMeterAsync(meter.Id, day, day, Cancel)).FirstOrDefault(p => p.Key.Profile == profile);

    /// <summary>A push with the rows of the given interval ends.</summary>
    public Delivery Push(Meter meter, params IEnumerable<DateTimeOffset> ends)
    {
        var profile = HeadEnd.DeviceTypes.Find(meter.DeviceType)!.Profiles[0];
        var channel = Stores.Channels.Resolve(new ChannelKey(profile.Obis, Catalogue.Energy, 2, 0, "Wh"));
        return new Delivery
        {
            MeterId = meter.Id,
            Source = DeliverySource.Push,
            ReceivedAt = Time.GetUtcNow(),
            Readings = [.. ends.Select(at => new Reading(new SeriesKey(meter.Id, channel), at, FakeMeters.CountAt(meter, at), 0))],
            Intervals = [.. ends.Select(at => Calendar.MarkOf(profile.Number, at, profile.CapturePeriod)!.Value)],
        };
    }

    public async ValueTask DisposeAsync()
    {
        // A stop that waits for the clock must not wait for ever here.
        var stopping = HeadEnd.DisposeAsync().AsTask();
        while (!stopping.IsCompleted)
        {
            await Task.WhenAny(stopping, Task.Delay(10));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await stopping;
        _vault.Dispose();
        await _sqlite.DisposeAsync();
        if (!_keeps) Directory.Delete(_directory, recursive: true);
    }
}
