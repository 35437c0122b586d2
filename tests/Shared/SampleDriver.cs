using System.Runtime.CompilerServices;
using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Tests.Shared;

/// <summary>Answers for meters that can be read out of the sample world, without a network between.</summary>
internal sealed class SampleDriver(SampleWorld world, IDeviceTypes types, IChannelStore channels, LocalCalendar calendar,
    TimeProvider time) : IMeterDriver
{
    public string Name => "dlms";

    /// <summary>The serial of a meter that never answers.</summary>
    public string Dead { get; init; } = "";

    public ValueTask<IMeterSession> OpenAsync(Meter meter, CancellationToken cancellationToken) =>
        meter.Serial == Dead
            ? throw new MeterException("The meter did not answer within 5 s.", isTransient: true)
            : ValueTask.FromResult<IMeterSession>(new Session(this, meter));

    private sealed class Session(SampleDriver driver, Meter meter) : IMeterSession
    {
        public (long Received, long Sent) Traffic => (4_312, 618);

        public async IAsyncEnumerable<ProfileRow> ReadProfileAsync(
            LoadProfile profile, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            for (var day = driver.Calendar.DayOf(range.From).AddDays(-1); driver.Calendar.StartOf(day) < range.To; day = day.AddDays(1))
            {
                for (var slot = 0; slot < driver.Calendar.SlotsOf(day, profile.CapturePeriod); slot++)
                {
                    var end = driver.Calendar.EndOf(day, slot, profile.CapturePeriod);
                    if (range.Contains(end)
                        && end <= driver.Time.GetUtcNow()) yield return new ProfileRow(end, 0, [.. driver.World.Row(meter, profile, end)]);
                }
            }
        }

        public ValueTask<IReadOnlyList<Reading>> ReadRegistersAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<Reading>>([.. driver.Registers(meter)]);

        public ValueTask<IReadOnlyList<MeterEvent>> ReadEventsAsync(string log, TimeRange range, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<MeterEvent>>([]);

        public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(driver.Time.GetUtcNow().AddSeconds(2));

        public ValueTask DisposeAsync() => default;
    }

    private SampleWorld World => world;

    private LocalCalendar Calendar => calendar;

    private TimeProvider Time => time;

    private IEnumerable<Reading> Registers(Meter meter)
    {
        foreach (var register in types.Find(meter.DeviceType)?.Registers ?? [])
        {
            var channel = channels.Resolve(new ChannelKey("", register.Obis, register.Attribute, register.Scaler, register.Unit));
            var value = register.Unit switch
            {
                "V" => 2309L,
                "A" => 137L,
                "W" => 312L,
                _ => world.Total(meter, register.Obis, time.GetUtcNow()),
            };
            yield return new Reading(new SeriesKey(meter.Id, channel), time.GetUtcNow(), value, 0);
        }
    }
}
