using Headrace.Storage.Memory;
using Headrace.Storage.Tests.Contracts;

namespace Headrace.Storage.Tests.Memory;

public sealed class MemoryChannelStoreTests : ChannelStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryIntakeStoreTests : IntakeStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryJournalStoreTests : JournalStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryKeyStoresTests : KeyStoresContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryLedgerStoreTests : LedgerStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryMeterStoreTests : MeterStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}

public sealed class MemoryReadingStoreTests : ReadingStoreContract
{
    protected override ValueTask<StoreSet> OpenAsync() => new(new MemoryStores());
}
