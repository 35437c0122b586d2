using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>How a profile is set up.</summary>
public sealed record ProfileSettings
{
    /// <summary>The columns, attribute 3.</summary>
    public required IReadOnlyList<CaptureObjectDefinition> CaptureObjects { get; init; }

    /// <summary>Attribute 4; zero for a profile that events fill.</summary>
    public TimeSpan CapturePeriod { get; init; }

    /// <summary>Attribute 8: how many rows the buffer can hold.</summary>
    public int ProfileEntries { get; init; }

    /// <summary>Attribute 5: the order of the buffer.</summary>
    public ProfileSortMethod SortMethod { get; init; } = ProfileSortMethod.FirstInFirstOut;

    /// <summary>Attribute 6; null for none.</summary>
    public CaptureObjectDefinition? SortObject { get; init; }

    /// <summary>The instant that a date-time of a request means. Wall time without deviation is the device's own to place; by default it is
    /// UTC.</summary>
    public Func<CosemDateTime, DateTimeOffset> ToUtc { get; init; } = ProfileGenericObject.AsUtc;

    /// <summary>Send null-data for a value equal to the one of the row before, and for a clock one capture period later.</summary>
    public bool CompressRepeats { get; init; }

    /// <summary>Asked before a client's SET of attributes 3 to 6 and 8 takes effect; empties the buffer where it agrees. Null makes them
    /// read only.</summary>
    public Func<ProfileSettings, bool>? Change { get; init; }
}

/// <summary>Class 7, Profile generic, version 1, with selective access by range and by entry (IEC 62056-6-2, 4.3.6).</summary>
public sealed class ProfileGenericObject : CosemObject
{
    private const sbyte BufferAttribute = 2;
    private const ushort ClockClass = 8;

    private static readonly CosemTime StartOfDay = new(0, 0, 0, 0);
    private static readonly CosemTime EndOfDay = new(23, 59, 59, 0);
    private readonly IProfileBuffer _buffer;
    private ProfileSettings _settings;

    /// <summary>A profile over its rows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">Columns, period, size.</param>
    /// <param name="buffer">The rows.</param>
    /// <param name="reset">Method 1; null where it is not there.</param>
    /// <param name="capture">Method 2; null where it is not there.</param>
    public ProfileGenericObject(LogicalName name, ProfileSettings settings, IProfileBuffer buffer, Action? reset = null,
        Action? capture = null) : base(7, 1, name)
    {
        (_settings, _buffer) = (settings, buffer);
        WithAttribute(BufferAttribute, () => CosemData.Null);
        WithSetting(3, CosemTypes.Array(CosemTypes.CaptureObject), () => _settings.CaptureObjects,
            value => _settings with { CaptureObjects = value });
        WithSetting(4, CosemTypes.DoubleLongUnsigned, () => (uint)_settings.CapturePeriod.TotalSeconds,
            value => _settings with { CapturePeriod = TimeSpan.FromSeconds(value) });
        WithSetting(5, CosemTypes.Enum<ProfileSortMethod>(), () => _settings.SortMethod, value => _settings with { SortMethod = value });
        WithSetting(6, CosemTypes.CaptureObject, () => _settings.SortObject ?? default,
            value => _settings with { SortObject = value == default ? null : value });
        WithAttribute(7, () => CosemData.DoubleLongUnsigned((uint)buffer.Count));
        WithSetting(8, CosemTypes.DoubleLongUnsigned, () => (uint)_settings.ProfileEntries,
            value => _settings with { ProfileEntries = (int)Math.Min(value, int.MaxValue) });
        if (reset is not null) WithMethod(1, _ => Run(reset));
        if (capture is not null) WithMethod(2, _ => Run(capture));
    }

    /// <summary>Columns, period, order and size.</summary>
    public ProfileSettings Settings => _settings;

    /// <summary>The columns.</summary>
    public IReadOnlyList<CaptureObjectDefinition> CaptureObjects => _settings.CaptureObjects;

    /// <inheritdoc/>
    public override IReadOnlyList<byte> SelectorsOf(sbyte attribute) =>
        attribute == BufferAttribute ? [RangeDescriptor.Selector, EntryDescriptor.Selector] : [];

    /// <inheritdoc/>
    public override AttributeAnswer Get(sbyte attribute, SelectiveAccess? selection)
    {
        if (attribute != BufferAttribute) return base.Get(attribute, selection);
        try
        {
            return selection?.Selector switch
            {
                null => Encode(_buffer.Read(0, _buffer.Count), AllColumns()),
                RangeDescriptor.Selector => ByRange(RangeDescriptor.FromData(selection.Parameter)),
                EntryDescriptor.Selector => ByEntry(EntryDescriptor.FromData(selection.Parameter)),
                _ => AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated),
            };
        }
        catch (ProtocolException)
        {
            return AttributeAnswer.Refused(DataAccessResult.TypeUnmatched);
        }
    }

    /// <summary>A date-time as it stands: its deviation where it has one, else UTC. Unspecified is the beginning of time.</summary>
    public static DateTimeOffset AsUtc(CosemDateTime time) =>
        time.TryToUtc(out var utc) ? utc
        : time.TryToLocal(out var local) ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero)
        : DateTimeOffset.MinValue;

    private static MethodAnswer Run(Action action)
    {
        action();
        return MethodAnswer.Done;
    }

    private void WithSetting<T>(sbyte attribute, CosemType<T> type, Func<T> get, Func<T, ProfileSettings> with)
    {
        if (_settings.Change is null)
        {
            WithAttribute(attribute, type, get);
            return;
        }
        WithAttribute(attribute, type, get, value => _settings = with(value), value => Agrees(with(value)));
    }

    private static bool Agrees(ProfileSettings wanted) => wanted.CaptureObjects.Count > 0
        && wanted.SortMethod is >= ProfileSortMethod.FirstInFirstOut and <= ProfileSortMethod.FarthestFromZero
        && wanted.Change!(wanted);

    private AttributeAnswer ByRange(RangeDescriptor range)
    {
        var restricting = FindColumn(range.RestrictingObject);
        var columns = range.SelectedValues.Count == 0 ? AllColumns() : [.. range.SelectedValues.Select(FindColumn).Order()];
        if (restricting < 0 || columns.Contains(-1)) return AttributeAnswer.Refused(DataAccessResult.OtherReason);
        if (range.RestrictingObject.ClassId == ClockClass && range.From.TryGetDateTime(out var from) && range.To.TryGetDateTime(out var to))
        {
            var (first, last) = (Bound(from, StartOfDay, DateTimeOffset.MinValue), Bound(to, EndOfDay, DateTimeOffset.MaxValue));
            return Encode(_buffer.ReadBetween(first, last), columns);
        }
        if (!range.From.TryGetInteger(out var least)
            || !range.To.TryGetInteger(out var most)) return AttributeAnswer.Refused(DataAccessResult.TypeUnmatched);
        var rows = _buffer.Read(0, _buffer.Count).Where(row => row[restricting].TryGetInteger(out var value) && value >= least
            && value <= most);
        return Encode(rows, columns);
    }

    /// <summary>Entries and columns count from 1. Many clients ask from 0 and mean the first: so they get it.</summary>
    private AttributeAnswer ByEntry(EntryDescriptor entry)
    {
        var count = _buffer.Count;
        var (first, firstColumn) = (Math.Max(entry.FromEntry, 1), Math.Max(entry.FromSelectedValue, (ushort)1));
        var last = entry.ToEntry == 0 ? (uint)count : Math.Min(entry.ToEntry, (uint)count);
        var lastColumn = entry.ToSelectedValue == 0 ? CaptureObjects.Count : Math.Min(entry.ToSelectedValue, CaptureObjects.Count);
        int[] columns = firstColumn > lastColumn ? [] : [.. Enumerable.Range(firstColumn - 1, lastColumn - firstColumn + 1)];
        var rows = first > last ? [] : _buffer.Read((int)(first - 1), (int)(last - first + 1));
        return Encode(rows, columns);
    }

    /// <summary>A date without a time is taken from its first or to its last moment; without a date the range is open.</summary>
    private DateTimeOffset Bound(CosemDateTime time, CosemTime ofDay, DateTimeOffset open)
    {
        if (!time.TryToLocal(out _)) time = time with { Time = ofDay };
        return time.TryToLocal(out _) ? _settings.ToUtc(time) : open;
    }

    private int[] AllColumns() => [.. Enumerable.Range(0, CaptureObjects.Count)];

    private int FindColumn(CaptureObjectDefinition wanted)
    {
        for (var i = 0; i < CaptureObjects.Count; i++) if (CaptureObjects[i] == wanted) return i;
        return -1;
    }

    private AttributeAnswer Encode(IEnumerable<IReadOnlyList<CosemData>> rows, int[] columns)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        var writer = new CosemWriter(body);
        IReadOnlyList<CosemData>? before = null;
        var count = 0;
        foreach (var row in rows)
        {
            writer.WriteStructure(columns.Length);
            foreach (var column in columns)
            {
                if (_settings.CompressRepeats && before is not null && IsImplied(row[column], before[column])) writer.WriteNull();
                else row[column].WriteTo(body);
            }
            before = row;
            count++;
        }
        var whole = new ArrayBufferWriter<byte>(body.WrittenCount + 6);
        new CosemWriter(whole).WriteArray(count);
        whole.Write(body.WrittenSpan);
        return AttributeAnswer.OfEncoded(whole.WrittenMemory);
    }

    private bool IsImplied(CosemData value, CosemData before)
    {
        if (!value.TryGetDateTime(out var time)) return value.Equals(before);
        return before.TryGetDateTime(out var earlier) && time.Status == earlier.Status && time.Deviation == earlier.Deviation
            && _settings.CapturePeriod > TimeSpan.Zero && _settings.ToUtc(time) - _settings.ToUtc(earlier) == _settings.CapturePeriod;
    }
}
