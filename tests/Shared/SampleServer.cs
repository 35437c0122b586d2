using System.Globalization;
using System.Net;
using Headrace.Api;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Drivers.Profiles;
using Headrace.Operations;
using Headrace.Operations.Keys;
using Headrace.Operations.Registry;
using Headrace.Storage.Memory;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Tests.Shared;

/// <summary>
/// A head-end with the real API, pages, operations and stores in memory on a free port, seeded with 125 meters of a Tuesday in March.
/// </summary>
internal sealed class SampleServer : IAsyncDisposable
{
    /// <summary>A meter that pushes; yesterday 13:00 to 15:30 is missing.</summary>
    public const string Gappy = "LGZ1030784001";

    /// <summary>A meter that can be read.</summary>
    public const string Readable = "LGZ1030784002";

    /// <summary>A meter that can be read by its registration but never answers.</summary>
    public const string Dead = "LGZ1030784003";

    /// <summary>A meter whose serial number looks like markup.</summary>
    public const string Hostile = "<script>alert(1)</script>";

    /// <summary>Number of meters.</summary>
    public const int Meters = 125;

    private static readonly DateTimeOffset Start = new(2026, 3, 31, 8, 7, 30, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("headrace-sample").FullName;
    private readonly MemoryStores _memory = new();
    private WebApplication? _app;
    private KeyVault? _vault;

    private SampleServer()
    {
        Time = new SteadyClock(Start);
        Stores = new HeadEndStores(
            _memory.Meters, _memory.Intake, _memory.Channels, _memory.Readings, _memory.Ledger, _memory.Events, _memory.Journal,
            _memory.Audit);
    }

    public TimeProvider Time { get; }

    public HeadEndStores Stores { get; }

    public HeadEnd HeadEnd { get; private set; } = null!;

    public SampleWorld World { get; private set; } = null!;

    /// <summary>Where it is to be asked, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>An HTTP client of it; does not follow redirects.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<SampleServer> StartAsync(CancellationToken cancellationToken, bool seeded = true)
    {
        var server = new SampleServer();
        await server.OpenAsync(seeded, cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        if (HeadEnd is not null) await HeadEnd.DisposeAsync();
        _vault?.Dispose();
        await _memory.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ends the web server as Ctrl-C does.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app!.StopAsync(cancellationToken);

    /// <summary>Delivers one more interval of some meters, as pushes would.</summary>
    public async Task PushAsync(int meters, CancellationToken cancellationToken)
    {
        var types = HeadEnd.DeviceTypes;
        foreach (var meter in HeadEnd.Registry.All.Take(meters).ToList())
        {
            var profile = types.Find(meter.DeviceType)!.Profiles[0];
            var now = Time.GetUtcNow();
            await HeadEnd.Intake.DeliverAsync(World.Deliver(meter, profile, new TimeRange(now.AddMinutes(5), now.AddMinutes(25)), now),
                cancellationToken);
        }
    }

    private async Task OpenAsync(bool seeded, CancellationToken cancellationToken)
    {
        var types = DeviceTypeFiles.Load();
        var settings = new HeadEndSettings
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
            OverviewAge = TimeSpan.FromMilliseconds(200),
        };
        _vault = await KeyVault.OpenAsync(Path.Combine(_folder, "keys"), _memory.SealedKeys, cancellationToken);
        using var loggers = LoggerFactory.Create(_ => { });
        HeadEnd = new HeadEnd(settings, Stores, types, _vault, Time, loggers);
        World = new SampleWorld(HeadEnd.Calendar, Stores.Channels);
        HeadEnd.UseDrivers([new SampleDriver(World, types, Stores.Channels, HeadEnd.Calendar, Time) { Dead = Dead }]);
        await HeadEnd.StartAsync(cancellationToken);
        if (seeded) await SeedAsync(cancellationToken);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(HeadEnd).AddSingleton(Stores).AddSingleton(Time);
        builder.Services.AddHeadraceApi(api => api.ImportLimitBytes = 256 * 1024).AddHeadraceWeb();
        _app = builder.Build();
        _app.UseHeadraceApi();
        _app.MapHeadraceApi();
        _app.MapHeadraceWeb();
        await _app.StartAsync(cancellationToken);
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    private async Task SeedAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var rows = Enumerable.Range(1, Meters - 1).Select(i =>
            New($"LGZ1030784{i:000}", i, now)).Append(New(Hostile, Meters, now)).ToList();
        var answers = await HeadEnd.Registration.ImportAsync(rows, "test", cancellationToken);
        Assert.DoesNotContain(answers, a => a.Verdict == ImportVerdict.Refused);
        var yesterday = HeadEnd.Calendar.DayOf(now).AddDays(-1);
        var gap = new TimeRange(HeadEnd.Calendar.ToUtc(yesterday.ToDateTime(new TimeOnly(13, 1))),
            HeadEnd.Calendar.ToUtc(yesterday.ToDateTime(new TimeOnly(15, 31))));
        foreach (var meter in HeadEnd.Registry.All.ToList())
        {
            if (meter.Serial == Dead || meter.Id > Meters - 4 && meter.Serial != Hostile) continue;
            var longer = meter.Serial is Gappy or Readable;
            foreach (var profile in HeadEnd.DeviceTypes.Find(meter.DeviceType)!.Profiles)
            {
                var range = new TimeRange(now.AddDays(longer ? -13 : -2), now);
                Func<DateTimeOffset, bool>? lost = meter.Serial == Gappy && profile.Number == 1
                    ? end => gap.Contains(end)
                    : meter.Id % 9 == 0 ? end => end.Hour % 11 == 3 : null;
                await Stores.Intake.CommitAsync([World.Deliver(meter, profile, range, now.AddSeconds(-meter.Id * 7), lost)],
                    cancellationToken);
            }
        }

        await SeedJournalAsync(now, cancellationToken);
    }

    private async Task SeedJournalAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gappy = HeadEnd.Registry.FindBySerial(Gappy)!;
        int[] codes = [40, 41, 5, 76, 85, 2, 1, 47];
        var events = codes.Select((code, i) =>
            new MeterEvent(gappy.Id, "0-0:99.98.0.255", now.AddHours(-3 * (i + 1)).AddSeconds(-17 * i), code));
        await HeadEnd.Intake.DeliverAsync(
            new Delivery { MeterId = gappy.Id, Source = DeliverySource.Push, ReceivedAt = now, Events = [.. events] }, cancellationToken);
        var contacts = Enumerable.Range(0, 30).Select(i => new MeterContact
        {
            MeterId = gappy.Id,
            Kind = i % 7 == 3 ? ContactKind.DialledIn : ContactKind.Push,
            StartedAt = now.AddMinutes(-15 * i),
            Duration = TimeSpan.FromMilliseconds(41 + (i * 13)),
            Remote = "192.0.2.17:41822",
            Succeeded = i != 5,
            Detail = i == 5 ? "The meter closed the connection in the middle of a message." : "Load profile 1, one interval",
            Values = i == 5 ? 0 : 2,
            BytesReceived = 143 + i,
        });
        Refusal[] refusals =
        [
            new(now, RefusalKind.UnknownMeter, 0, "System title 4C475A0000000001 from 192.0.2.9:50112"),
            new(now, RefusalKind.Replayed, gappy.Id, "Invocation counter 4711 is not above 4712"),
            new(now, RefusalKind.UnknownMeter, 0, "System title 4C475A0000000002 from 192.0.2.9:50112"),
        ];
        await Stores.Journal.AppendAsync([.. contacts], refusals, cancellationToken);
    }

    private static DeviceRegistration New(string serial, int number, DateTimeOffset now) => new()
    {
        Serial = serial,
        DeviceType = "idis-e450",
        SystemTitle = "4C475A" + number.ToString("X10", CultureInfo.InvariantCulture),
        Guek = Enumerable.Repeat((byte)number, 16).ToArray(),
        Gak = Enumerable.Repeat((byte)(number + 1), 16).ToArray(),
        Address = serial is Readable or Dead ? "127.0.0.1:4059" : null,
        Contact = serial is Readable or Dead ? ContactModes.Answers : ContactModes.Pushes,
        ExpectedFrom = now.AddDays(serial is Gappy or Readable ? -13 : -2),
    };
}
