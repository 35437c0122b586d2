using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Readings;

/// <summary>Turns the body of a push into typed readings, whatever of the layouts seen in the field it has.</summary>
/// <remarks>
/// Order of recognition: a push_object_list as first element; the template, where one is given and the body has as many elements;
/// logical names beside the values; else positional. One instance serves one thread at a time and allocates nothing in steady state.
/// </remarks>
/// <param name="template">What the device type pushes, or null where that is not known.</param>
public sealed class PushBodyReader(PushTemplate? template = null)
{
    private const int CaptureObjectElements = 4;

    private readonly Dictionary<ReadingColumn, ProfileRowDecoder> _profiles = new(ReferenceEqualityComparer.Instance);

    /// <summary>The layout of the body read last.</summary>
    public PushLayout Layout { get; private set; }

    /// <summary>Reads a body into <paramref name="output"/>.</summary>
    /// <param name="body">The Data of the notification, encoded.</param>
    /// <param name="time">The date-time of the notification, used where the body has no clock.</param>
    /// <param name="output">Where the readings go.</param>
    /// <returns>How many readings there are; 0 for a positional body without template.</returns>
    /// <exception cref="ProtocolException">
    /// The body is broken, does not fit the template, or holds more readings than the output.
    /// </exception>
    public int Read(ReadOnlyMemory<byte> body, CosemDateTime? time, Span<PushReading> output)
    {
        var sink = new Sink(output);
        var reader = new CosemReader(body.Span);
        var tag = reader.PeekTag();
        if (tag is not (CosemTag.Array or CosemTag.Structure))
        {
            ReadSingle(ref reader, body, ref sink);
        }
        else
        {
            var elements = tag == CosemTag.Array ? reader.ReadArray() : reader.ReadStructure();
            if (StartsWithObjectList(reader, elements)) ReadSelfDescribing(ref reader, body, elements, ref sink);
            else if (template is not null && Fits(reader, elements)) ReadByTemplate(ref reader, body, ref sink);
            else ReadNamed(ref reader, body, elements, ref sink, depth: 0);
        }
        reader.ExpectEnd();
        sink.DateFrom(0, time);
        return sink.Count;
    }

    private void ReadSingle(ref CosemReader reader, ReadOnlyMemory<byte> body, ref Sink sink)
    {
        Layout = PushLayout.Positional;
        if (template is { Elements.Count: 1 })
        {
            Layout = PushLayout.Template;
            ReadElement(template.Elements[0], ref reader, body, ref sink);
            return;
        }
        reader.Skip();
    }

    private bool Fits(CosemReader reader, int elements)
    {
        if (elements != template!.Elements.Count) return false;
        // A list of {name, value} structures describes itself even where its length happens to be the template's.
        return !(elements > 0 && reader.PeekTag() == CosemTag.Structure && NamedStructure(reader));
    }

    private void ReadByTemplate(ref CosemReader reader, ReadOnlyMemory<byte> body, ref Sink sink)
    {
        Layout = PushLayout.Template;
        var elements = template!.Elements;
        for (var i = 0; i < elements.Count; i++) ReadElement(elements[i], ref reader, body, ref sink);
    }

    private void ReadElement(ReadingColumn element, ref CosemReader reader, ReadOnlyMemory<byte> body, ref Sink sink)
    {
        if (element.Profile is not null && reader.PeekTag() == CosemTag.Array)
        {
            ReadProfile(element, ref reader, body, ref sink);
            return;
        }
        var value = ReadingValue.Read(ref reader, body);
        if (element.IsClock && value.TryGetDateTime(out var clock)) sink.Clock = clock;
        else sink.Add(element, value, -1);
    }

    private void ReadProfile(ReadingColumn element, ref CosemReader reader, ReadOnlyMemory<byte> body, ref Sink sink)
    {
        if (!_profiles.TryGetValue(element, out var rows)) _profiles[element] = rows = new ProfileRowDecoder(element.Profile!);
        rows.Reset();
        var columns = element.Profile!.Columns;
        var count = reader.ReadArray();
        for (var row = 0; row < count; row++)
        {
            rows.ReadRow(ref reader, body);
            var first = sink.Count;
            for (var column = 0; column < columns.Count; column++)
                if (column != element.Profile.ClockColumn) sink.Add(columns[column], rows.Values[column], row);
            sink.Date(first, rows.Clock);
        }
    }

    /// <summary>
    /// Looks, with a copy of the reader, for an array of structure{class, logical name, attribute, data index} of fitting length.
    /// </summary>
    private static bool StartsWithObjectList(CosemReader reader, int elements)
    {
        if (elements == 0 || reader.PeekTag() != CosemTag.Array) return false;
        var objects = reader.ReadArray();
        if (objects == 0 || (objects != elements && objects != elements - 1)) return false;
        if (reader.PeekTag() != CosemTag.Structure || reader.ReadStructure() < CaptureObjectElements) return false;
        if (reader.PeekTag() != CosemTag.LongUnsigned) return false;
        reader.Skip();
        return LooksLikeName(reader);
    }

    private void ReadSelfDescribing(ref CosemReader reader, ReadOnlyMemory<byte> body, int elements, ref Sink sink)
    {
        Layout = PushLayout.SelfDescribing;
        var list = reader; // walks the list while the other walks the values
        var objects = list.ReadArray();
        reader.Skip();
        if (objects == elements) SkipObject(ref list); // the list names itself first
        for (var i = 1; i < elements; i++)
        {
            var named = ReadObject(ref list);
            if (template?.Find(named.LogicalName) is { } known && named.Attribute == known.Attribute) named = known;
            if (named.Profile is null && named is { ClassId: 7, Attribute: 2 })
            {
                reader.Skip(); // a buffer whose columns nobody told
                continue;
            }
            ReadElement(named, ref reader, body, ref sink);
        }
    }

    private static void SkipObject(ref CosemReader list) => list.Skip();

    private static ReadingColumn ReadObject(ref CosemReader list)
    {
        var elements = list.ReadStructure();
        if (elements < CaptureObjectElements) throw new ProtocolException($"push object of {elements} elements", list.Position);
        var classId = list.ReadInteger();
        var name = list.ReadLogicalName();
        var attribute = list.ReadInteger();
        var index = list.ReadInteger();
        for (var surplus = CaptureObjectElements; surplus < elements; surplus++) list.Skip(); // restriction, columns of newer versions
        if (classId is < 0 or > ushort.MaxValue || attribute is < sbyte.MinValue or > sbyte.MaxValue || index is < 0 or > ushort.MaxValue)
            throw new ProtocolException("push object out of range", list.Position);
        return new ReadingColumn((ushort)classId, name, (sbyte)attribute, (ushort)index);
    }

    private void ReadNamed(ref CosemReader reader, ReadOnlyMemory<byte> body, int elements, ref Sink sink, int depth)
    {
        if (depth == 0) Layout = PushLayout.Positional;
        for (var i = 0; i < elements; i++)
        {
            var tag = reader.PeekTag();
            if (LooksLikeName(reader) && i + 1 < elements)
            {
                var scaled = ReadNamedValue(ref reader, body, ref sink, elements - i - 1);
                i += scaled;
            }
            else if (tag == CosemTag.Structure && NamedStructure(reader))
            {
                var inner = reader.ReadStructure();
                for (var used = 1 + ReadNamedValue(ref reader, body, ref sink, inner - 1); used < inner; used++) reader.Skip();
            }
            else if (depth == 0 && tag is CosemTag.Array or CosemTag.Structure)
            {
                var inner = tag == CosemTag.Array ? reader.ReadArray() : reader.ReadStructure();
                ReadNamed(ref reader, body, inner, ref sink, depth: 1);
            }
            else if (ReadingValue.Read(ref reader, body).TryGetDateTime(out var clock) && i == 0)
            {
                sink.Clock = clock; // an unnamed date-time in front dates the list
            }
        }
    }

    /// <summary>Reads a name, its value and, where it follows, its scaler_unit. Returns how many elements came after the name.</summary>
    private int ReadNamedValue(ref CosemReader reader, ReadOnlyMemory<byte> body, ref Sink sink, int left)
    {
        Layout = PushLayout.Named;
        var name = LogicalName.FromBytes(reader.ReadAnyString());
        var value = ReadingValue.Read(ref reader, body);
        if (IsClockName(name) && value.TryGetDateTime(out var clock))
        {
            sink.Clock = clock;
            return 1;
        }
        ref var reading = ref sink.Add(name, value, template?.Find(name));
        if (left < 2 || !TryReadScalerUnit(ref reader, out var scaler, out var unit)) return 1;
        reading.Scaler = scaler;
        reading.Unit = unit;
        return 2;
    }

    private static bool IsClockName(LogicalName name) => name is { C: 1, D: 0, E: 0 } && name.A <= 1;

    /// <summary>A string of six bytes whose first is a medium of OBIS (0 to 15), which no text begins with.</summary>
    private static bool LooksLikeName(CosemReader reader)
    {
        if (reader.Remaining < 2 + LogicalName.Size) return false;
        if (reader.PeekTag() is not (CosemTag.OctetString or CosemTag.VisibleString)) return false;
        var bytes = reader.ReadAnyString();
        return bytes.Length == LogicalName.Size && bytes[0] <= 15;
    }

    private static bool NamedStructure(CosemReader reader) => reader.ReadStructure() >= 2 && LooksLikeName(reader);

    private static bool TryReadScalerUnit(ref CosemReader reader, out sbyte scaler, out byte unit)
    {
        (scaler, unit) = (0, 0);
        if (reader.Remaining < 2 || reader.PeekTag() != CosemTag.Structure) return false;
        var ahead = reader;
        if (ahead.ReadStructure() != 2 || ahead.Remaining < 4) return false;
        if (ahead.PeekTag() is not (CosemTag.Integer or CosemTag.Long)) return false;
        var power = ahead.ReadInteger();
        if (ahead.Remaining == 0 || ahead.PeekTag() != CosemTag.Enum || power is < sbyte.MinValue or > sbyte.MaxValue) return false;
        scaler = (sbyte)power;
        unit = (byte)ahead.ReadInteger();
        reader = ahead;
        return true;
    }

    private ref struct Sink(Span<PushReading> output)
    {
        private readonly Span<PushReading> _output = output;

        public int Count { get; private set; }

        public CosemDateTime? Clock { get; set; }

        public void Add(ReadingColumn column, in ReadingValue value, int row)
        {
            ref var reading = ref Next();
            reading.ClassId = column.ClassId;
            reading.LogicalName = column.LogicalName;
            reading.Attribute = column.Attribute;
            reading.DataIndex = column.DataIndex;
            reading.Value = value;
            reading.Scaler = column.Scaler;
            reading.Unit = column.Unit;
            reading.Time = null;
            reading.Row = row;
        }

        public ref PushReading Add(LogicalName name, in ReadingValue value, ReadingColumn? known)
        {
            ref var reading = ref Next();
            reading.ClassId = known?.ClassId ?? 0;
            reading.LogicalName = name;
            reading.Attribute = 2;
            reading.DataIndex = 0;
            reading.Value = value;
            reading.Scaler = known?.Scaler;
            reading.Unit = known?.Unit;
            reading.Time = null;
            reading.Row = -1;
            return ref reading;
        }

        public readonly void Date(int first, CosemDateTime? time)
        {
            for (var i = first; i < Count; i++) _output[i].Time = time;
        }

        /// <summary>Dates every reading that has no time of its own row: the body's clock first, else the notification's.</summary>
        public readonly void DateFrom(int first, CosemDateTime? notification)
        {
            var time = Clock ?? notification;
            for (var i = first; i < Count; i++) _output[i].Time ??= time;
        }

        private ref PushReading Next()
        {
            if (Count == _output.Length)
                throw new ProtocolException($"push with more than the {_output.Length} readings there is room for");
            return ref _output[Count++];
        }
    }
}
