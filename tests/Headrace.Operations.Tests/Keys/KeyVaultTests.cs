using System.Security.Cryptography;
using Headrace.Core.Keys;
using Headrace.Operations.Keys;
using Headrace.Operations.Tests.Bench;
using Headrace.Storage.Memory;
using Headrace.Storage.Sqlite;

namespace Headrace.Operations.Tests.Keys;

public sealed class KeyVaultTests : IDisposable
{
    private static readonly byte[] Guek = Convert.FromHexString("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    private static readonly byte[] Gak = Convert.FromHexString("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF");
    private readonly string _directory = TestHeadEnd.NewDirectory();
    private readonly MemoryStores _stores = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_directory, "master.key");

    [Fact]
    public async Task The_key_file_is_made_at_the_first_start_for_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are those of Unix.");
        using var vault = await OpenAsync();
        Assert.Equal(32, new FileInfo(KeyFile).Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task Keys_come_back_as_they_were_put_and_after_a_restart()
    {
        using (var vault = await OpenAsync())
        {
            await vault.PutAsync(1, KeyKind.GlobalUnicast, Guek, Cancel);
            await vault.PutAsync(1, KeyKind.Authentication, Gak, Cancel);
        }

        using var again = await OpenAsync();
        using var lease = await again.LeaseAsync(1, Cancel);
        Assert.Equal(Guek, lease.Get(KeyKind.GlobalUnicast).ToArray());
        Assert.Equal(Gak, lease.Get(KeyKind.Authentication).ToArray());
        Assert.False(lease.Has(KeyKind.Master));
        Assert.True(lease.Get((KeyKind)17).IsEmpty);
    }

    [Fact]
    public async Task A_replaced_key_is_handed_out_at_once()
    {
        using var vault = await OpenAsync();
        await vault.PutAsync(1, KeyKind.GlobalUnicast, Guek, Cancel);
        (await vault.LeaseAsync(1, Cancel)).Dispose();
        await vault.PutAsync(1, KeyKind.GlobalUnicast, Gak, Cancel);
        using var lease = await vault.LeaseAsync(1, Cancel);
        Assert.Equal(Gak, lease.Get(KeyKind.GlobalUnicast).ToArray());
    }

    [Fact]
    public async Task A_disposed_lease_holds_zeros_only()
    {
        using var vault = await OpenAsync();
        await vault.PutAsync(1, KeyKind.GlobalUnicast, Guek, Cancel);
        var lease = await vault.LeaseAsync(1, Cancel);
        byte[] seen = Look(lease);
        Assert.Equal(Guek, seen);
        Assert.Equal(new byte[16], WhileHeld(lease));
        Assert.False(lease.Has(KeyKind.GlobalUnicast));
    }

    [Fact]
    public async Task Another_key_file_is_recognised_as_the_wrong_one()
    {
        (await OpenAsync()).Dispose();
        await File.WriteAllBytesAsync(KeyFile, RandomNumberGenerator.GetBytes(32), Cancel);
        var refused = await Assert.ThrowsAsync<KeyFileException>(async () => await OpenAsync());
        Assert.Equal($"The key file {KeyFile} is not the one the keys of the meters are sealed under.", refused.Message);
    }

    [Fact]
    public async Task A_lost_key_file_is_not_replaced_by_a_new_one()
    {
        (await OpenAsync()).Dispose();
        File.Delete(KeyFile);
        var refused = await Assert.ThrowsAsync<KeyFileException>(async () => await OpenAsync());
        Assert.Contains("put it back", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_key_file_open_to_others_is_refused(UnixFileMode wide)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are those of Unix.");
        (await OpenAsync()).Dispose();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | wide);
        var refused = await Assert.ThrowsAsync<KeyFileException>(async () => await OpenAsync());
        Assert.Contains("set its mode to 0600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_of_the_wrong_size_is_refused()
    {
        (await OpenAsync()).Dispose();
        await File.WriteAllBytesAsync(KeyFile, new byte[31], Cancel);
        var refused = await Assert.ThrowsAsync<KeyFileException>(async () => await OpenAsync());
        Assert.Contains("31 bytes where 32 were expected", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealed_key_of_another_meter_or_kind_does_not_open()
    {
        using var vault = await OpenAsync();
        await vault.PutAsync(1, KeyKind.GlobalUnicast, Guek, Cancel);
        var box = (await _stores.SealedKeys.GetAsync(1, Cancel)).Single().Sealed;
        await _stores.SealedKeys.PutAsync(2, KeyKind.GlobalUnicast, box, Cancel);
        await _stores.SealedKeys.PutAsync(3, KeyKind.Authentication, box, Cancel);
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await vault.LeaseAsync(2, Cancel));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await vault.LeaseAsync(3, Cancel));
    }

    [Fact]
    public async Task The_files_of_the_database_hold_no_key_bytes()
    {
        await using (var sqlite = await SqliteStores.OpenAsync(_directory, TimeProvider.System, cancellationToken: Cancel))
        {
            using var vault = await KeyVault.OpenAsync(KeyFile, sqlite.SealedKeys, Cancel);
            for (var id = 1; id <= 20; id++) await vault.PutAsync(id, KeyKind.GlobalUnicast, Guek, Cancel);
        }

        foreach (var file in Directory.GetFiles(_directory))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            for (var at = 0; at <= Guek.Length - 8; at++) Assert.True(bytes.AsSpan().IndexOf(Guek.AsSpan(at, 8)) < 0, file);
        }
    }

    [Fact]
    public async Task Many_threads_lease_and_replace_at_once_and_get_a_whole_key_each_time()
    {
        using var vault = await KeyVault.OpenAsync(KeyFile, _stores.SealedKeys, Cancel, cachedMeters: 8);
        for (var id = 1; id <= 32; id++) await vault.PutAsync(id, KeyKind.GlobalUnicast, Guek, Cancel);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 2_000; i++)
            {
                var id = random.Next(1, 33);
                if (i % 50 == 0) await vault.PutAsync(id, KeyKind.GlobalUnicast, worker % 2 == 0 ? Guek : Gak, Cancel);
                using var lease = await vault.LeaseAsync(id, Cancel);
                var key = lease.Get(KeyKind.GlobalUnicast);
                Assert.True(key.SequenceEqual(Guek) || key.SequenceEqual(Gak));
            }
        }, Cancel)));
    }

    [Fact]
    public async Task A_cached_lease_completes_without_waiting()
    {
        using var vault = await OpenAsync();
        await vault.PutAsync(1, KeyKind.GlobalUnicast, Guek, Cancel);
        (await vault.LeaseAsync(1, Cancel)).Dispose();
        var lease = vault.LeaseAsync(1, Cancel);
        Assert.True(lease.IsCompletedSuccessfully);
        (await lease).Dispose();
    }

    private static byte[] Look(IKeyLease lease) => lease.Get(KeyKind.GlobalUnicast).ToArray();

    // The span was taken before the disposal and still shows the lease's own array.
    private static byte[] WhileHeld(IKeyLease lease)
    {
        var key = lease.Get(KeyKind.GlobalUnicast);
        lease.Dispose();
        return key.ToArray();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private ValueTask<KeyVault> OpenAsync() => KeyVault.OpenAsync(KeyFile, _stores.SealedKeys, Cancel);
}
