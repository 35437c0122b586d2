using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Makes deliveries durable, a group in one transaction.</summary>
internal sealed class SqliteIntakeStore(SqliteDatabase database, SqliteChannelStore channels) : IIntakeStore
{
    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome[]> CommitAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0) return [];
        DeliveryCheck.Require(deliveries);
        var (outcomes, lastChannel) = await database.WriteAsync(connection => Commit(connection, deliveries), cancellationToken);
        channels.NoteDurable(lastChannel);
        return outcomes;
    }

    private (DeliveryOutcome[] Outcomes, int LastChannel) Commit(PreparedConnection connection, IReadOnlyList<Delivery> deliveries)
    {
        var lastChannel = channels.SaveNew(connection);
        var transaction = new IntakeTransaction(connection);
        var outcomes = new DeliveryOutcome[deliveries.Count];
        long added = 0;
        foreach (var (_, index) in InOrderOfMeter(deliveries))
        {
            outcomes[index] = transaction.Take(deliveries[index]);
            added += outcomes[index].New;
        }

        if (added > 0) Figure.Add(connection, Figure.Readings, added);
        return (outcomes, lastChannel);
    }

    /// <summary>Neighbouring meters share pages of the trees. Deliveries of one meter keep their order.</summary>
    private static (long MeterId, int Index)[] InOrderOfMeter(IReadOnlyList<Delivery> deliveries)
    {
        var order = new (long MeterId, int Index)[deliveries.Count];
        for (var i = 0; i < order.Length; i++) order[i] = (deliveries[i].MeterId, i);
        Array.Sort(order);
        return order;
    }
}
