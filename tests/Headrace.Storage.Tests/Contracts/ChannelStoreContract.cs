using Headrace.Core.Metering;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every numbering of channels must do.</summary>
public abstract class ChannelStoreContract : StoreContract
{
    private static readonly ChannelKey Import = new("1-0:99.1.0.255", "1-0:1.8.0.255", 2, 0, "Wh");

    [Fact]
    public void A_channel_keeps_its_number_and_every_difference_makes_another()
    {
        ChannelKey[] keys = [Import, Import with { Profile = "" }, Import with { Obis = "1-0:2.8.0.255" },
            Import with { Attribute = 5 }, Import with { Scaler = 3 }, Import with { Unit = "kWh" }];
        var numbers = keys.Select(key => Stores.Channels.Resolve(key)).ToArray();
        Assert.Equal(keys.Length, numbers.Distinct().Count());
        Assert.Equal(numbers, keys.Select(key => Stores.Channels.Resolve(key)));
        Assert.Equal(keys, numbers.Select(number => Stores.Channels.Find(number)!.Key));
        Assert.Equal(numbers.Order(), Stores.Channels.All().Select(channel => channel.Number));
        Assert.Null(Stores.Channels.Find(9999));
    }

    [Fact]
    public async Task Many_at_once_agree_on_the_numbers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => Enumerable.Range(0, 100).Select(i => Stores.Channels.Resolve(Import with { Attribute = i })).ToArray(),
            TestContext.Current.CancellationToken)));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(100, Stores.Channels.All().Count);
    }

    [Fact]
    public void More_channels_than_are_believable_are_refused()
    {
        for (var i = 0; i < 10_000; i++) Stores.Channels.Resolve(Import with { Attribute = i });
        Assert.Throws<InvalidOperationException>(() => Stores.Channels.Resolve(Import with { Attribute = -1 }));
        Assert.Equal(1, Stores.Channels.Resolve(Import with { Attribute = 0 }));
    }
}
