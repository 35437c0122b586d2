using Headrace.Core.Keys;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every store of sealed keys and of sending counters must do.</summary>
public abstract class KeyStoresContract : StoreContract
{
    [Fact]
    public async Task Sealed_keys_come_back_by_meter_and_the_newest_of_a_kind_stands()
    {
        await Stores.SealedKeys.PutAsync(1, KeyKind.Authentication, new byte[] { 9 }, Cancel);
        await Stores.SealedKeys.PutAsync(1, KeyKind.GlobalUnicast, new byte[] { 1, 2, 3 }, Cancel);
        await Stores.SealedKeys.PutAsync(2, KeyKind.GlobalUnicast, new byte[] { 7 }, Cancel);
        await Stores.SealedKeys.PutAsync(1, KeyKind.GlobalUnicast, new byte[] { 4, 5 }, Cancel);
        var keys = await Stores.SealedKeys.GetAsync(1, Cancel);
        Assert.Equal([(KeyKind.GlobalUnicast, "0405"), (KeyKind.Authentication, "09")],
            keys.Select(k => (k.Kind, Convert.ToHexString(k.Sealed))));
        Assert.Empty(await Stores.SealedKeys.GetAsync(3, Cancel));
    }

    [Fact]
    public async Task A_new_key_does_not_lower_the_sending_counter()
    {
        Assert.Equal(1u, await Reserve(1, 10));
        await Stores.SealedKeys.PutAsync(1, KeyKind.GlobalUnicast, new byte[] { 1 }, Cancel);
        Assert.Equal(11u, await Reserve(1, 1));
    }

    [Fact]
    public async Task Reserved_counters_follow_each_other_by_meter_and_key()
    {
        Assert.Equal(1u, await Reserve(1, 10));
        Assert.Equal(11u, await Reserve(1, 1));
        Assert.Equal(12u, await Reserve(1, 5));
        Assert.Equal(1u, await Reserve(2, 5));
        Assert.Equal(1u, await Stores.SendCounters.ReserveAsync(1, KeyKind.GlobalBroadcast, 1, Cancel));
    }

    [Fact]
    public async Task Raising_a_counter_never_lowers_it()
    {
        await Stores.SendCounters.RaiseAsync(1, KeyKind.GlobalUnicast, 100, Cancel);
        Assert.Equal(100u, await Reserve(1, 10));
        await Stores.SendCounters.RaiseAsync(1, KeyKind.GlobalUnicast, 50, Cancel);
        Assert.Equal(110u, await Reserve(1, 1));
    }

    [Fact]
    public async Task Counters_reserved_by_many_at_once_are_all_different()
    {
        var firsts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Reserve(1, 3).AsTask()));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (uint)(1 + (3 * i))), firsts.Order());
    }

    [Fact]
    public async Task A_counter_that_is_used_up_is_an_error_and_does_not_begin_anew()
    {
        await Stores.SendCounters.RaiseAsync(1, KeyKind.GlobalUnicast, uint.MaxValue - 2, Cancel);
        Assert.Equal(uint.MaxValue - 2, await Reserve(1, 2));
        await Assert.ThrowsAsync<StorageException>(async () => await Reserve(1, 1));
        await Assert.ThrowsAsync<StorageException>(async () => await Reserve(1, uint.MaxValue));
    }

    private ValueTask<uint> Reserve(long meterId, uint count) =>
        Stores.SendCounters.ReserveAsync(meterId, KeyKind.GlobalUnicast, count, Cancel);
}
