using System.Globalization;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Storage.Sqlite;

namespace Headrace.Storage.Tests.Sqlite;

/// <summary>The process that is killed: commits groups without end and prints the number of each when it has been acknowledged.</summary>
internal static class DoomedProcess
{
    /// <summary>Names the data directory and makes the program this process.</summary>
    public const string DirectoryVariable = "HEADRACE_TEST_DOOMED_DIRECTORY";

    public const int Meters = 50;
    public const int ValuesPerPush = 4;

    /// <summary>Goes on after the last group that is stored.</summary>
    public static async Task<int> RunAsync(string directory)
    {
        await using var stores = await SqliteStores.OpenAsync(directory, TimeProvider.System);
        var stored = await stores.Readings.CountAsync(CancellationToken.None);
        for (var group = (int)(stored / (Meters * ValuesPerPush)); group < 1_000_000; group++)
        {
            var counter = await stores.SendCounters.ReserveAsync(1, KeyKind.GlobalUnicast, 1, CancellationToken.None);
            var outcomes = await stores.Intake.CommitAsync(
                [.. Enumerable.Range(1, Meters).Select(meter => Push(stores, meter, group))], CancellationToken.None);
            if (outcomes.Any(o => o.Verdict != DeliveryVerdict.Stored || o.New != ValuesPerPush)) return 1;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{group} {counter}"));
            await Console.Out.FlushAsync();
        }

        return 0;
    }

    /// <summary>The time of a group's values.</summary>
    public static DateTimeOffset At(int group) => Samples.Midnight.AddMinutes(15 * (group + 1));

    /// <summary>The place of a group in the ledger.</summary>
    public static (DateOnly Day, short Slot) Place(int group) => (Samples.Day.AddDays(group / 96), (short)(group % 96));

    private static Delivery Push(SqliteStores stores, long meter, int group)
    {
        var (day, slot) = Place(group);
        var channels = Enumerable.Range(0, ValuesPerPush)
            .Select(i => stores.Channels.Resolve(new ChannelKey("", $"1-0:{i}.8.0.255", 2, 0, "Wh")));
        return Samples.Counted(meter, (uint)group + 1, 1,
            [.. channels.Select(c => new Reading(new SeriesKey(meter, c), At(group), (meter * 1000) + group, 0))]) with
        {
            ReceivedAt = At(group),
            Intervals = [new IntervalMark(1, day, slot, 96)],
            Events = [new MeterEvent(meter, "0-0:99.98.0.255", At(group), group)],
        };
    }
}
