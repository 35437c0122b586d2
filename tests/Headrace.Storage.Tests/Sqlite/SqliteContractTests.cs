using Headrace.Storage.Tests.Contracts;

namespace Headrace.Storage.Tests.Sqlite;

public sealed class SqliteChannelStoreTests : ChannelStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteIntakeStoreTests : IntakeStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteJournalStoreTests : JournalStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteKeyStoresTests : KeyStoresContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteLedgerStoreTests : LedgerStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteMeterStoreTests : MeterStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}

public sealed class SqliteReadingStoreTests : ReadingStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<StoreSet> OpenAsync() => await _directory.OpenAsync();
}
