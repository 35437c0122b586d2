using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every journal and audit trail must do.</summary>
public abstract class JournalStoreContract : StoreContract
{
    [Fact]
    public async Task Contacts_of_a_meter_come_newest_first_as_they_were()
    {
        await Stores.Journal.AppendAsync([Contact(1, 0), Contact(1, 1), Contact(2, 2), Contact(1, 3)], [], Cancel);
        Assert.Equal([Contact(1, 3), Contact(1, 1)], await Stores.Journal.OfMeterAsync(1, 2, Cancel));
        Assert.Equal([Contact(2, 2)], await Stores.Journal.OfMeterAsync(2, 9, Cancel));
        Assert.Empty(await Stores.Journal.OfMeterAsync(3, 9, Cancel));
    }

    [Fact]
    public async Task Only_the_newest_200_contacts_of_a_meter_are_kept()
    {
        for (var i = 0; i < 3; i++)
            await Stores.Journal.AppendAsync([.. Enumerable.Range(i * 90, 90).Select(n => Contact(1, n))], [], Cancel);
        var kept = await Stores.Journal.OfMeterAsync(1, 1000, Cancel);
        Assert.Equal(Enumerable.Range(70, 200).Reverse().Select(n => Contact(1, n)), kept);
    }

    [Fact]
    public async Task Refusals_come_newest_first_and_are_counted_by_kind()
    {
        Refusal[] refusals =
        [
            new(Midnight, RefusalKind.UnknownMeter, 0, "4C475A6700000001"),
            new(Midnight.AddSeconds(1), RefusalKind.WrongKey, 5, "tag"),
            new(Midnight.AddSeconds(2), RefusalKind.WrongKey, 5, new string('x', 600)),
        ];
        await Stores.Journal.AppendAsync([], refusals, Cancel);
        var newest = await Stores.Journal.RefusalsAsync(2, Cancel);
        Assert.Equal([refusals[2] with { Detail = new string('x', 500) }, refusals[1]], newest);
        var counts = await Stores.Journal.RefusalCountsAsync(Cancel);
        Assert.Equal((1L, 2L, 2), (counts[RefusalKind.UnknownMeter], counts[RefusalKind.WrongKey], counts.Count));
        Assert.Equal(2, (await Stores.Meters.PresenceAsync([5], Cancel))[0].Refused);
    }

    [Fact]
    public async Task A_replay_noted_in_the_journal_is_not_counted_a_second_time_for_its_meter()
    {
        await Stores.Intake.CommitAsync([Counted(5, 3, 1), Counted(5, 2, 2)], Cancel);
        await Stores.Journal.AppendAsync([], [new Refusal(Midnight, RefusalKind.Replayed, 5, "counter 2 after 3")], Cancel);
        Assert.Equal(1, (await Stores.Meters.PresenceAsync([5], Cancel))[0].Refused);
        Assert.Equal(1, (await Stores.Journal.RefusalCountsAsync(Cancel))[RefusalKind.Replayed]);
    }

    [Fact]
    public async Task Refusals_are_bounded_and_their_counts_are_not()
    {
        for (var i = 0; i < 3; i++)
        {
            var refusals = Enumerable.Range(i * 4000, 4000)
                .Select(n => new Refusal(Midnight.AddSeconds(n), RefusalKind.Malformed, 0, $"{n}"));
            await Stores.Journal.AppendAsync([], [.. refusals], Cancel);
        }

        var kept = await Stores.Journal.RefusalsAsync(int.MaxValue, Cancel);
        Assert.Equal((10_000, "11999", "2000"), (kept.Count, kept[0].Detail, kept[^1].Detail));
        Assert.Equal(12_000, (await Stores.Journal.RefusalCountsAsync(Cancel))[RefusalKind.Malformed]);
    }

    [Fact]
    public async Task What_users_did_comes_newest_first_as_it_was()
    {
        AuditEntry[] entries = [.. Enumerable.Range(0, 3)
            .Select(i => new AuditEntry(Midnight.AddSeconds(i), "local", "device.import", $"{i}", i != 1, "3 meters"))];
        foreach (var entry in entries) await Stores.Audit.AppendAsync(entry, Cancel);
        Assert.Equal([entries[2], entries[1]], await Stores.Audit.NewestAsync(2, Cancel));
    }

    private static MeterContact Contact(long meterId, int number) => new()
    {
        MeterId = meterId,
        Kind = ContactKind.Dialled,
        StartedAt = Midnight.AddMinutes(number),
        Duration = TimeSpan.FromMilliseconds(1234),
        Remote = "192.0.2.7:4059",
        Succeeded = number % 2 == 0,
        Detail = "read load profile 1",
        Values = number,
        BytesReceived = 4_000_000_000,
        BytesSent = 17,
    };
}
