using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>The rows behind a profile, which may be kept or computed. A row has one value for each captured object, in their
/// order.</summary>
public interface IProfileBuffer
{
    /// <summary>Rows there are, attribute 7 (entries_in_use).</summary>
    int Count { get; }

    /// <summary>Rows by number, in the order of the buffer.</summary>
    /// <param name="first">First row, from 0.</param>
    /// <param name="count">How many; never more than there are.</param>
    IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count);

    /// <summary>Rows whose clock column lies in a span, both ends included, in the order of the buffer.</summary>
    IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to);
}

/// <summary>A buffer that keeps its rows, the newest last, and drops the oldest when it is full. Safe for one writer and many
/// readers.</summary>
/// <param name="capacity">profile_entries.</param>
/// <param name="toUtc">The instant that a date-time of the clock column means.</param>
/// <param name="clockColumn">Which column holds the clock.</param>
public sealed class KeptProfileBuffer(int capacity, Func<CosemDateTime, DateTimeOffset> toUtc, int clockColumn = 0) : IProfileBuffer
{
    private readonly Queue<IReadOnlyList<CosemData>> _rows = new();
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate) return _rows.Count;
        }
    }

    /// <summary>Appends a row.</summary>
    public void Add(IReadOnlyList<CosemData> row)
    {
        lock (_gate)
        {
            if (_rows.Count == capacity) _rows.Dequeue();
            _rows.Enqueue(row);
        }
    }

    /// <summary>Empties the buffer.</summary>
    public void Clear()
    {
        lock (_gate) _rows.Clear();
    }

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count) => Copy().Skip(first).Take(count);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to) =>
        Copy().Where(row => row[clockColumn].TryGetDateTime(out var time) && toUtc(time) is var at && at >= from && at <= to);

    private IReadOnlyList<CosemData>[] Copy()
    {
        lock (_gate) return [.. _rows];
    }
}
