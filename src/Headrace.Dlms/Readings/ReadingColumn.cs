using Headrace.Dlms.Data;

namespace Headrace.Dlms.Readings;

/// <summary>
/// One captured attribute: an entry of capture_objects (Profile generic, class 7) or of push_object_list (Push setup, class 40),
/// with the scaler and unit that the wire does not carry.
/// </summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="DataIndex">0 for the whole attribute, n for its nth element.</param>
public sealed record ReadingColumn(ushort ClassId, LogicalName LogicalName, sbyte Attribute = 2, ushort DataIndex = 0)
{
    /// <summary>Power of ten of the value, from scaler_unit; null where it has none or is not known.</summary>
    public sbyte? Scaler { get; init; }

    /// <summary>Unit code of scaler_unit; null where it has none or is not known.</summary>
    public byte? Unit { get; init; }

    /// <summary>The columns of a profile buffer (class 7, attribute 2) pushed as one element; null for every other attribute.</summary>
    public ProfileLayout? Profile { get; init; }

    /// <summary>True for the time of a clock object, which dates the values around it.</summary>
    public bool IsClock => ClassId == ClockClass && Attribute == 2;

    internal const ushort ClockClass = 8;

    /// <summary>The clock <c>0-0:1.0.0.255</c>.</summary>
    public static ReadingColumn Clock { get; } = new(ClockClass, new LogicalName(0, 0, 1, 0, 0, 255));
}

/// <summary>What is needed to understand the rows of a profile buffer.</summary>
/// <param name="columns">capture_objects, in order.</param>
/// <param name="capturePeriod">capture_period; <see cref="TimeSpan.Zero"/> where rows come with events.</param>
public sealed class ProfileLayout(IReadOnlyList<ReadingColumn> columns, TimeSpan capturePeriod)
{
    /// <summary>capture_objects, in order.</summary>
    public IReadOnlyList<ReadingColumn> Columns { get; } = columns;

    /// <summary>capture_period; zero where rows come with events.</summary>
    public TimeSpan CapturePeriod { get; } = capturePeriod;

    /// <summary>Position of the clock column, or -1.</summary>
    public int ClockColumn { get; } = IndexOfClock(columns);

    /// <summary>
    /// Accept rows with more elements than <see cref="Columns"/>: some meters keep writing longer rows after a firmware change.
    /// The surplus is passed over and counted by the decoder. Off by default.
    /// </summary>
    public bool TolerateSurplusElements { get; init; }

    private static int IndexOfClock(IReadOnlyList<ReadingColumn> columns)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].IsClock) return i;
        return -1;
    }
}
