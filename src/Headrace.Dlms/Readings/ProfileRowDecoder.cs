using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Readings;

/// <summary>
/// Reads the rows of a profile buffer one by one and undoes their compression: null-data repeats the value of the row before, a null
/// clock is the clock of the row before plus the capture period, delta types add to the row before.
/// </summary>
/// <remarks>Keeps the state of one buffer; not to be shared between threads. Allocates nothing per row.</remarks>
/// <param name="layout">The columns of the profile.</param>
public sealed class ProfileRowDecoder(ProfileLayout layout)
{
    private readonly ReadingValue[] _values = new ReadingValue[layout.Columns.Count];
    private CosemDateTime? _clock;
    private int _rows;

    /// <summary>The columns of the profile.</summary>
    public ProfileLayout Layout { get; } = layout;

    /// <summary>Values of the row read last, one per column, decompressed.</summary>
    public ReadOnlySpan<ReadingValue> Values => _values;

    /// <summary>Time of the row read last; null where the profile has no clock column or the row's clock is no date-time.</summary>
    public CosemDateTime? Clock => _clock;

    /// <summary>True where the time of the row read last was counted on from the row before.</summary>
    public bool ClockWasDerived { get; private set; }

    /// <summary>Rows read since <see cref="Reset"/>.</summary>
    public int Rows => _rows;

    /// <summary>Rows that had more elements than there are columns, where that is tolerated.</summary>
    public int SurplusRows { get; private set; }

    /// <summary>Forgets the rows read: the next one begins a buffer.</summary>
    public void Reset()
    {
        _rows = SurplusRows = 0;
        _clock = null;
        ClockWasDerived = false;
        Array.Clear(_values);
    }

    /// <summary>Reads one row into <see cref="Values"/> and <see cref="Clock"/>.</summary>
    /// <param name="reader">Placed on the row's structure; moved past it.</param>
    /// <param name="source">The very bytes the reader reads.</param>
    /// <exception cref="ProtocolException">Wrong number of elements, or a null or delta with no row before it.</exception>
    public void ReadRow(ref CosemReader reader, ReadOnlyMemory<byte> source)
    {
        var elements = reader.ReadStructure();
        _rows++;
        if (elements < _values.Length || (elements > _values.Length && !Layout.TolerateSurplusElements))
            throw new ProtocolException($"row {_rows} has {elements} elements, the profile {_values.Length} columns", reader.Position);
        for (var column = 0; column < _values.Length; column++)
        {
            var value = ReadingValue.Read(ref reader, source);
            if (column == Layout.ClockColumn) ReadClock(value);
            else _values[column] = Expand(value, column);
        }
        if (elements == _values.Length) return;
        SurplusRows++;
        for (var surplus = _values.Length; surplus < elements; surplus++) reader.Skip();
    }

    private ReadingValue Expand(in ReadingValue value, int column)
    {
        if (!value.IsNull && !value.IsDelta) return value;
        if (_rows == 1)
        {
            if (value.IsNull) return value; // a first row may hold nothing for an object that has no value yet
            throw new ProtocolException($"row 1 has a difference in column {column + 1} and no row before it");
        }
        if (value.IsNull) return _values[column];
        return _values[column].IsInteger
            ? _values[column].Plus(value)
            : throw new ProtocolException($"row {_rows} has a difference in column {column + 1}, which held no number before");
    }

    private void ReadClock(in ReadingValue value)
    {
        ClockWasDerived = false;
        if (!value.IsNull)
        {
            _values[Layout.ClockColumn] = value;
            _clock = value.TryGetDateTime(out var time) ? time : null;
            return;
        }
        if (_rows == 1) throw new ProtocolException("row 1 has no time and no row before it");
        if (Layout.CapturePeriod <= TimeSpan.Zero)
            throw new ProtocolException($"row {_rows} has no time and the profile no capture period");
        if (_clock is not { } before) return;
        _clock = CosemClock.Add(before, Layout.CapturePeriod) ??
            throw new ProtocolException($"the time of row {_rows} cannot be counted on from {before}");
        ClockWasDerived = true;
    }
}

/// <summary>Arithmetic on the meter's own clock.</summary>
internal static class CosemClock
{
    /// <summary>The same clock, deviation and status some time later; null where the time is not concrete or leaves the calendar.</summary>
    public static CosemDateTime? Add(CosemDateTime time, TimeSpan period)
    {
        if (!time.TryToLocal(out var local) || local > DateTime.MaxValue - period) return null;
        var later = local + period;
        var from = CosemDateTime.From(new DateTimeOffset(later, TimeSpan.Zero));
        return time with
        {
            Date = from.Date with { Weekday = time.Date.Weekday == CosemDate.Any ? CosemDate.Any : from.Date.Weekday },
            Time = from.Time with
            {
                Second = time.Time.Second == CosemTime.Any ? CosemTime.Any : from.Time.Second,
                Hundredths = time.Time.Hundredths == CosemTime.Any ? CosemTime.Any : from.Time.Hundredths,
            },
        };
    }
}
