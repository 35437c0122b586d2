using System.Text;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Sqlite;

/// <summary>Opening, closing and opening again; and the sentence an operator gets when it cannot be.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Everything_is_there_after_opening_again()
    {
        var key = new ChannelKey("1-0:99.1.0.255", "1-0:1.8.0.255", 2, 0, "Wh");
        var entry = new Headrace.Core.Stores.AuditEntry(Midnight, "local", "device.add", "A", true, "");
        short channel;
        Meter meter;
        await using (var stores = await _directory.OpenAsync())
        {
            channel = stores.Channels.Resolve(key);
            meter = (await stores.Meters.PutAsync([Meter("A")], Cancel))[0];
            await stores.Intake.CommitAsync([Counted(meter.Id, 7, 1, DayOf(meter.Id, channel)), Marked(meter.Id, Day, 96, 1, 2)], Cancel);
            await stores.SealedKeys.PutAsync(meter.Id, KeyKind.GlobalUnicast, new byte[] { 1 }, Cancel);
            await stores.SendCounters.ReserveAsync(meter.Id, KeyKind.GlobalUnicast, 100, Cancel);
            await stores.Ledger.SetExpectedThroughAsync(Day, Cancel);
            await stores.Audit.AppendAsync(entry, Cancel);
        }

        Assert.False(File.Exists(_directory.Database + "-wal"), "a clean stop leaves no log behind");
        await using var again = await _directory.OpenAsync();
        Assert.Equal(channel, again.Channels.Resolve(key));
        Assert.Equal([meter], await ToList(again.Meters.AllAsync(Cancel)));
        Assert.Equal(DayOf(meter.Id, channel), await again.Readings.OfMeterAsync(meter.Id, WholeDay, 1000, Cancel));
        Assert.Equal(96, await again.Readings.CountAsync(Cancel));
        Assert.Equal(DeliveryVerdict.Replayed, (await again.Intake.CommitAsync([Counted(meter.Id, 7, 2)], Cancel))[0].Verdict);
        Assert.Equal(DeliveryVerdict.Duplicate, (await again.Intake.CommitAsync([Counted(meter.Id, 7, 1)], Cancel))[0].Verdict);
        Assert.Equal(2, (await again.Ledger.OfMeterAsync(meter.Id, Day, Day, Cancel))[0].Received);
        Assert.Equal(Day, await again.Ledger.ExpectedThroughAsync(Cancel));
        Assert.Single(await again.SealedKeys.GetAsync(meter.Id, Cancel));
        Assert.Equal(101u, await again.SendCounters.ReserveAsync(meter.Id, KeyKind.GlobalUnicast, 1, Cancel));
        Assert.Equal([entry], await again.Audit.NewestAsync(10, Cancel));
    }

    [Fact]
    public async Task A_missing_directory_is_made()
    {
        var directory = Path.Combine(_directory.Path, "a", "b");
        await using (await SqliteStores.OpenAsync(directory, TimeProvider.System, cancellationToken: Cancel)) { }
        Assert.True(File.Exists(Path.Combine(directory, "headrace.db")));
    }

    [Fact]
    public async Task Meter_numbers_are_not_used_again()
    {
        await using (var stores = await _directory.OpenAsync()) await stores.Meters.PutAsync([Meter("A"), Meter("B")], Cancel);
        Tamper("DELETE FROM meter WHERE serial = 'B'");
        await using var again = await _directory.OpenAsync();
        Assert.Equal(3, (await again.Meters.PutAsync([Meter("C")], Cancel))[0].Id);
    }

    [Fact]
    public async Task A_second_head_end_on_the_same_directory_is_turned_away()
    {
        await using var stores = await _directory.OpenAsync();
        await Refused("is in use by another head-end.");
        await stores.Intake.CommitAsync([Push(1, DayOf(1))], Cancel);
    }

    [Fact]
    public async Task A_directory_that_is_a_file_is_named()
    {
        var file = Path.Combine(_directory.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        var e = await Assert.ThrowsAsync<StorageException>(
            () => SqliteStores.OpenAsync(file, TimeProvider.System, cancellationToken: Cancel));
        Assert.StartsWith($"The data directory '{file}' cannot be made or used: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        await using (await _directory.OpenAsync()) { }
        Tamper("INSERT INTO schema_version (version, name, applied_at) VALUES (999, '0999_future.sql', 0)");
        await Refused("was written by a newer Headrace (schema 999; this one knows up to ");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var words = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("this is not a database\n", 500)));
        await File.WriteAllBytesAsync(_directory.Database, words, Cancel);
        await Refused($"The database file '{_directory.Database}' is damaged or not a database; restore it from a backup, " +
            "or move it away to start empty: ");
        Assert.Equal(words, await File.ReadAllBytesAsync(_directory.Database, Cancel));
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("overwritten")]
    public async Task A_damaged_database_is_refused(string damage)
    {
        await using (var stores = await _directory.OpenAsync())
        {
            for (var meter = 1; meter < 200; meter++) await stores.Intake.CommitAsync([Push(meter, DayOf(meter))], Cancel);
        }

        await using (var file = File.Open(_directory.Database, FileMode.Open))
        {
            if (damage == "torn")
            {
                file.SetLength(file.Length / 2 / 4096 * 4096);
            }
            else
            {
                file.Position = file.Length / 2 / 4096 * 4096;
                var noise = new byte[8 * 4096];
                new Random(1).NextBytes(noise);
                await file.WriteAsync(noise, Cancel);
            }
        }

        await Refused($"The database file '{_directory.Database}' is damaged or not a database");
    }

    [Fact]
    public async Task The_schema_is_made_once_and_noted()
    {
        await using (await _directory.OpenAsync()) { }
        await using (await _directory.OpenAsync()) { }
        using var connection = PreparedConnection.OpenReader(_directory.Database);
        Assert.Equal(1, connection.Command(
            "SELECT count(*) FROM schema_version WHERE version = 1 AND name = '0001_initial.sql' AND applied_at > 0").Integer());
    }

    [Fact]
    public async Task The_audit_trail_refuses_changes()
    {
        await using (var stores = await _directory.OpenAsync())
        {
            await stores.Audit.AppendAsync(new Headrace.Core.Stores.AuditEntry(Midnight, "local", "x", "y", true, ""), Cancel);
        }

        Assert.Contains("append only", Assert.Throws<SqliteException>(() => Tamper("DELETE FROM audit")).Message, StringComparison.Ordinal);
        Assert.Contains("append only",
            Assert.Throws<SqliteException>(() => Tamper("UPDATE audit SET actor = 'z'")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_in_use_is_no_older_than_the_bundled_one()
    {
        var (version, library) = NativeSqlite.Load();
        Assert.True(Version.Parse(version) >= new Version(3, 35, 5), $"{version} ({library})");
        if (library == "bundled") Assert.Equal("3.35.5", version);
    }

    private async Task Refused(string sentence)
    {
        var e = await Assert.ThrowsAsync<StorageException>(() => _directory.OpenAsync());
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
    }

    private void Tamper(string sql)
    {
        using var connection = PreparedConnection.OpenWriter(_directory.Database);
        connection.Execute(sql);
    }
}
