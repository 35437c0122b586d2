using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every registry must do.</summary>
public abstract class MeterStoreContract : StoreContract
{
    [Fact]
    public async Task Meters_come_back_as_they_were_put_with_numbers_of_their_own()
    {
        var put = await Stores.Meters.PutAsync(
            [Meter("B"), Meter("A") with { SystemTitle = null, Address = null, LogicalDeviceName = "LGZ1" }], Cancel);
        Assert.Equal(2, put.Select(m => m.Id).Distinct().Count());
        Assert.Equal(Meter("B") with { Id = put[0].Id }, put[0]);
        Assert.Equal(Meter("A") with { Id = put[1].Id, SystemTitle = null, Address = null, LogicalDeviceName = "LGZ1" }, put[1]);
        Assert.Equal(put, await ToList(Stores.Meters.AllAsync(Cancel)));
    }

    [Fact]
    public async Task A_serial_that_is_there_already_is_updated_and_keeps_its_number_and_registration()
    {
        var first = await Stores.Meters.PutAsync([Meter("A"), Meter("B")], Cancel);
        var second = await Stores.Meters.PutAsync(
            [Meter("C"), Meter("B") with { Address = "198.51.100.9:4059", RegisteredAt = Midnight.AddDays(9) }], Cancel);
        Assert.Equal(first[1] with { Address = "198.51.100.9:4059" }, second[1]);
        Assert.Equal(["A", "B", "C"], (await ToList(Stores.Meters.AllAsync(Cancel))).Select(m => m.Serial));
    }

    [Fact]
    public async Task All_meters_come_however_many()
    {
        await Stores.Meters.PutAsync([.. Enumerable.Range(0, 2500).Select(i => Meter($"{i}"))], Cancel);
        Assert.Equal(2500, (await ToList(Stores.Meters.AllAsync(Cancel))).Select(m => m.Serial).Distinct().Count());
    }

    [Fact]
    public async Task Search_finds_parts_of_serial_title_and_type_in_order_of_serial()
    {
        await Stores.Meters.PutAsync(
            [
                Meter("XY-30"), Meter("ab-20"), Meter("ab_10") with { SystemTitle = "4B464D1020300001" },
                Meter("zz%") with { DeviceType = "kaifa-ma309" },
            ],
            Cancel);
        Assert.Equal(["XY-30", "ab-20", "ab_10", "zz%"], await Search(""));
        Assert.Equal(["ab-20", "ab_10"], await Search("AB"));
        Assert.Equal(["ab_10"], await Search("464d"));
        Assert.Equal(["zz%"], await Search("ma309"));
        Assert.Equal(["ab_10"], await Search("_"));
        Assert.Equal(["zz%"], await Search("%"));
        Assert.Empty(await Search("nothing"));
        var page = await Stores.Meters.SearchAsync("", 1, 2, Cancel);
        Assert.Equal((4, "ab-20"), (page.Total, page.Items[0].Serial));
        Assert.Equal(2, page.Items.Count);
    }

    [Fact]
    public async Task Presence_is_given_for_every_meter_asked_for_in_the_order_asked()
    {
        await Stores.Intake.CommitAsync([Push(7)], Cancel);
        var presence = await Stores.Meters.PresenceAsync([9, 7], Cancel);
        Assert.Equal([(9L, (DateTimeOffset?)null), (7L, Midnight.AddHours(12))], presence.Select(p => (p.MeterId, p.LastSeen)));
    }

    [Fact]
    public async Task Silent_meters_come_never_seen_first_then_longest_silent()
    {
        var meters = await Stores.Meters.PutAsync([Meter("late"), Meter("early"), Meter("fresh"), Meter("never")], Cancel);
        await Stores.Intake.CommitAsync(
            [
                Push(meters[0].Id) with { ReceivedAt = Midnight.AddHours(2) },
                Push(meters[1].Id) with { ReceivedAt = Midnight.AddHours(1) },
                Push(meters[2].Id) with { ReceivedAt = Midnight.AddHours(3) },
            ],
            Cancel);
        var silent = await Stores.Meters.SilentAsync(Midnight.AddHours(3), 10, Cancel);
        Assert.Equal(["never", "early", "late"], silent.Items.Select(s => s.Meter.Serial));
        Assert.Equal((3, Midnight.AddHours(1)), (silent.Total, silent.Items[1].Presence.LastSeen));
        var first = await Stores.Meters.SilentAsync(Midnight.AddHours(3), 1, Cancel);
        Assert.Equal((3, 1), (first.Total, first.Items.Count));
    }

    private async Task<IEnumerable<string>> Search(string text) =>
        (await Stores.Meters.SearchAsync(text, 0, 10, Cancel)).Items.Select(m => m.Serial);
}
