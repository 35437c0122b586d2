using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>The order of a profile's rows (IEC 62056-6-2, Profile generic, sort_method).</summary>
public enum ProfileSortMethod : byte
{
    /// <summary>Oldest first; the oldest makes room.</summary>
    FirstInFirstOut = 1,
    /// <summary>Newest first; the oldest makes room.</summary>
    LastInFirstOut = 2,
    /// <summary>Largest first; the smallest makes room.</summary>
    Largest = 3,
    /// <summary>Smallest first; the largest makes room.</summary>
    Smallest = 4,
    /// <summary>Nearest to zero first; the farthest makes room.</summary>
    NearestToZero = 5,
    /// <summary>Farthest from zero first; the nearest makes room.</summary>
    FarthestFromZero = 6,
}

/// <summary>A buffer that keeps its rows in an order of one column, or the newest first. Safe for several callers at once.</summary>
/// <remarks>For rows in the order of time see <see cref="KeptProfileBuffer"/>.</remarks>
/// <param name="capacity">profile_entries.</param>
/// <param name="method">The order.</param>
/// <param name="sortColumn">The column of sort_object; means nothing where the newest come first.</param>
/// <param name="toUtc">The instant that a date-time of the clock column means.</param>
/// <param name="clockColumn">Which column holds the clock.</param>
public sealed class SortedProfileBuffer(
    int capacity, ProfileSortMethod method, int sortColumn, Func<CosemDateTime, DateTimeOffset> toUtc, int clockColumn = 0)
    : IProfileBuffer
{
    private readonly List<IReadOnlyList<CosemData>> _rows = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate) return _rows.Count;
        }
    }

    /// <summary>Puts a row where it belongs; the last row makes room.</summary>
    public void Add(IReadOnlyList<CosemData> row)
    {
        lock (_gate)
        {
            _rows.Insert(PlaceOf(row), row);
            if (_rows.Count > capacity) _rows.RemoveAt(method == ProfileSortMethod.FirstInFirstOut ? 0 : _rows.Count - 1);
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

    private int PlaceOf(IReadOnlyList<CosemData> row)
    {
        if (method == ProfileSortMethod.LastInFirstOut) return 0;
        var place = _rows.Count;
        if (method == ProfileSortMethod.FirstInFirstOut) return place;
        while (place > 0 && Precedes(row[sortColumn], _rows[place - 1][sortColumn])) place--;
        return place;
    }

    private bool Precedes(CosemData value, CosemData other) => method switch
    {
        ProfileSortMethod.NearestToZero => NumericOrder.Magnitude(value) < NumericOrder.Magnitude(other),
        ProfileSortMethod.FarthestFromZero => NumericOrder.Magnitude(value) > NumericOrder.Magnitude(other),
        ProfileSortMethod.Smallest => NumericOrder.TryCompare(value, other, out var order) && order < 0,
        _ => NumericOrder.TryCompare(value, other, out var order) && order > 0,
    };

    private IReadOnlyList<CosemData>[] Copy()
    {
        lock (_gate) return [.. _rows];
    }
}
