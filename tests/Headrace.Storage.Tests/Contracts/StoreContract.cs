namespace Headrace.Storage.Tests.Contracts;

/// <summary>Opens the stores a contract is held against. Each test has its own.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private StoreSet? _stores;

    /// <summary>The stores of this test.</summary>
    protected StoreSet Stores => _stores!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _stores = await OpenAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens empty stores.</summary>
    protected abstract ValueTask<StoreSet> OpenAsync();
}
