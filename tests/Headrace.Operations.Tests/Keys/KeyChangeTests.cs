using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Operations.Keys;
using Headrace.Storage.Sqlite;

namespace Headrace.Operations.Tests.Keys;

/// <summary>A meter counts its messages under a key: another key counts anew, the same key never again.</summary>
public sealed class KeyChangeTests : IAsyncLifetime
{
    private static readonly byte[] First = Convert.FromHexString("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    private static readonly byte[] Second = Convert.FromHexString("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
    private readonly string _directory = Directory.CreateTempSubdirectory("headrace-keys-").FullName;
    private SqliteStores? _stores;
    private KeyVault? _vault;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stores = await SqliteStores.OpenAsync(_directory, TimeProvider.System, cancellationToken: Cancel);
        _vault = await KeyVault.OpenAsync(Path.Combine(_directory, "master.key"), _stores.SealedKeys, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _vault!.Dispose();
        await _stores!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_replay_is_refused_under_the_same_key_and_the_counter_begins_anew_under_another()
    {
        await PutAsync(KeyKind.GlobalUnicast, First);
        Assert.Equal(DeliveryVerdict.Stored, await SendAsync(50));
        Assert.Equal(DeliveryVerdict.Replayed, await SendAsync(7));

        await PutAsync(KeyKind.GlobalUnicast, First);
        Assert.Equal(DeliveryVerdict.Replayed, await SendAsync(7));

        await PutAsync(KeyKind.GlobalUnicast, Second);
        Assert.Equal(DeliveryVerdict.Stored, await SendAsync(7));

        await PutAsync(KeyKind.GlobalUnicast, Second);
        Assert.Equal(DeliveryVerdict.Replayed, await SendAsync(6));
        Assert.Equal(DeliveryVerdict.Stored, await SendAsync(8));
    }

    [Fact]
    public async Task A_change_of_the_authentication_key_alone_lets_the_counter_be()
    {
        await PutAsync(KeyKind.GlobalUnicast, First);
        await PutAsync(KeyKind.Authentication, First);
        await SendAsync(50);
        await PutAsync(KeyKind.Authentication, Second);
        Assert.Equal(DeliveryVerdict.Replayed, await SendAsync(7));
    }

    [Fact]
    public async Task The_head_ends_own_counter_never_goes_down()
    {
        await PutAsync(KeyKind.GlobalUnicast, First);
        Assert.Equal(1u, await _stores!.SendCounters.ReserveAsync(1, KeyKind.GlobalUnicast, 10, Cancel));
        await PutAsync(KeyKind.GlobalUnicast, Second);
        Assert.Equal(11u, await _stores.SendCounters.ReserveAsync(1, KeyKind.GlobalUnicast, 1, Cancel));
    }

    [Fact]
    public async Task The_same_new_key_put_by_many_at_once_restarts_the_counter_once()
    {
        await PutAsync(KeyKind.GlobalUnicast, First);
        await SendAsync(50);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await PutAsync(KeyKind.GlobalUnicast, Second);
            await SendAsync((uint)(i + 1), fingerprint: 1);
        }));
        Assert.Equal(DeliveryVerdict.Replayed, await SendAsync(20, fingerprint: 2));
    }

    private Task PutAsync(KeyKind kind, byte[] key) => _vault!.PutAsync(1, kind, key, Cancel).AsTask();

    private async Task<DeliveryVerdict> SendAsync(uint counter, ulong fingerprint = 1)
    {
        var delivery = new Delivery
        {
            MeterId = 1,
            Source = DeliverySource.Push,
            ReceivedAt = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero),
            Readings = [],
            Counter = new CounterUse(KeyKind.GlobalUnicast, counter, fingerprint),
        };
        return (await _stores!.Intake.CommitAsync([delivery], Cancel))[0].Verdict;
    }
}
