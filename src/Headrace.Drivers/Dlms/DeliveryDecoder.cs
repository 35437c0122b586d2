using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Drivers.Dlms;

/// <summary>Turns a plain notification into a delivery. Keeps its buffers between pushes; one thread at a time.</summary>
/// <param name="calendar">Local days, for the ledger and for times without deviation.</param>
internal sealed class DeliveryDecoder(LocalCalendar calendar)
{
    /// <summary>Most readings of one push.</summary>
    public const int MaxReadings = 16_384;

    private const int KeptReadings = 1_024;
    private static readonly LogicalName AlarmDescriptor = LogicalName.Parse(DeviceType.AlarmLog);
    private readonly Dictionary<object, PushBodyReader> _readers = new(ReferenceEqualityComparer.Instance);
    private readonly PushBodyReader _selfDescribing = new();
    private readonly List<Reading> _values = [];
    private readonly List<IntervalMark> _intervals = [];
    private readonly List<MeterEvent> _events = [];
    private PushReading[] _readings = new PushReading[KeptReadings];

    /// <summary>True where a large push has left buffers that are not worth keeping.</summary>
    public bool IsOversized => _readings.Length > KeptReadings;

    /// <summary>Deviations that were met in the notification decoded last, and borne because its type names them.</summary>
    public ApduTolerance Borne { get; private set; }

    /// <summary>Decodes a data-notification or an event-notification.</summary>
    /// <param name="apdu">The plain APDU.</param>
    /// <param name="type">The meter's type.</param>
    /// <param name="meterId">The meter.</param>
    /// <param name="receivedAt">Time of receipt.</param>
    /// <param name="counter">Counter to check when it is stored; null for a plain push.</param>
    /// <param name="flags">What to set on every value.</param>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public Delivery Decode(
        ReadOnlyMemory<byte> apdu, DlmsType type, long meterId, DateTimeOffset receivedAt, CounterUse? counter, ReadingFlags flags)
    {
        _values.Clear();
        _intervals.Clear();
        _events.Clear();
        DlmsPushLayout? layout = null;
        var count = (ApduTag)apdu.Span[0] == ApduTag.EventNotification ? ReadEvent(apdu, type) : ReadNotification(apdu, type, out layout);
        Collect(_readings.AsSpan(0, count), type, layout, meterId, receivedAt, flags);
        return new Delivery
        {
            MeterId = meterId,
            Source = DeliverySource.Push,
            ReceivedAt = receivedAt,
            Counter = counter,
            Readings = _values.Count == 0 ? [] : _values.ToArray(),
            Intervals = _intervals.Count == 0 ? [] : _intervals.ToArray(),
            Events = _events.Count == 0 ? [] : _events.ToArray(),
        };
    }

    private int ReadNotification(ReadOnlyMemory<byte> apdu, DlmsType type, out DlmsPushLayout? layout)
    {
        var body = NotificationBody.Of(apdu, type.Tolerances.Apdu, out var time, out var borne);
        Borne = borne;
        layout = type.Find(body.Span);
        // no reading is shorter than a byte
        if (_readings.Length < Math.Min(body.Length, MaxReadings)) _readings = new PushReading[Math.Min(body.Length, MaxReadings)];
        return ReaderOf(layout).Read(body, time, _readings);
    }

    private int ReadEvent(ReadOnlyMemory<byte> apdu, DlmsType type)
    {
        var reader = new CosemReader(apdu.Span);
        reader.ReadByte();
        CosemDateTime? time = null;
        var present = reader.ReadByte();
        var isTag = present == (byte)CosemTag.OctetString && type.Tolerances.Apdu.HasFlag(ApduTolerance.TaggedNotificationTime);
        if (present is not (0 or 1) && !isTag) throw new ProtocolException($"presence flag {present}", 1);
        Borne = isTag ? ApduTolerance.TaggedNotificationTime : ApduTolerance.None;
        if (present != 0) time = CosemDateTime.Parse(reader.ReadLengthPrefixed());
        var attribute = CosemAttributeDescriptor.Read(ref reader);
        var value = ReadingValue.Read(ref reader, apdu);
        reader.ExpectEnd();
        _readings[0] = new PushReading
        {
            ClassId = attribute.ClassId,
            LogicalName = attribute.LogicalName,
            Attribute = attribute.AttributeId,
            Value = value,
            Time = time,
            Row = -1,
        };
        return 1;
    }

    private void Collect(
        ReadOnlySpan<PushReading> readings, DlmsType type, DlmsPushLayout? layout, long meterId, DateTimeOffset receivedAt,
        ReadingFlags flags)
    {
        var received = DateTimeOffset.FromUnixTimeMilliseconds(receivedAt.ToUnixTimeMilliseconds());
        CosemDateTime? lastTime = null;
        var (at, marks) = (received, flags | ReadingFlags.StampedOnReceipt);
        for (var i = 0; i < readings.Length; i++)
        {
            if (readings[i].Row >= 0 && layout?.Profile is not null)
            {
                var row = RowOf(readings[i..]);
                AddRow(row, type, layout.Profile, layout.Status, meterId, flags);
                i += row.Length - 1;
                continue;
            }

            ref readonly var reading = ref readings[i];
            if (reading.Time != lastTime)
            {
                lastTime = reading.Time;
                (at, marks) = lastTime is { } time && MeterClock.Resolve(time, type, calendar, out var assumed) is { } instant
                    ? (instant, flags | assumed)
                    : (received, flags | ReadingFlags.StampedOnReceipt);
            }

            if (!RawCount.TryGet(reading.Value, out var raw, out var decimals)) continue;
            if (reading.LogicalName == AlarmDescriptor) AddAlarms(raw, meterId, at);
            else Add(type, null, reading, meterId, at, raw, decimals, (int)marks);
        }
    }

    private void AddRow(
        ReadOnlySpan<PushReading> row, DlmsType type, LoadProfile profile, LogicalName? statusName, long meterId, ReadingFlags flags)
    {
        if (row[0].Time is not { } time || MeterClock.Resolve(time, type, calendar, out var assumed) is not { } at)
            throw new ProtocolException($"row {row[0].Row + 1} of {profile.Obis} has no time that can be placed");
        var status = (int)(flags | assumed);
        foreach (ref readonly var reading in row)
        {
            if (reading.LogicalName == statusName) status |= RawCount.Status(reading.Value);
        }

        foreach (ref readonly var reading in row)
        {
            if (reading.LogicalName == statusName || !RawCount.TryGet(reading.Value, out var raw, out var decimals)) continue;
            Add(type, profile, reading, meterId, at, raw, decimals, status);
        }

        if (calendar.MarkOf(profile.Number, at, profile.CapturePeriod) is { } mark) _intervals.Add(mark);
    }

    private void Add(
        DlmsType type, LoadProfile? profile, in PushReading reading, long meterId, DateTimeOffset at, long raw, int decimals, int status)
    {
        var channel = type.Channels.Of(profile, reading.LogicalName, reading.Attribute, reading.Scaler, reading.Unit, decimals);
        _values.Add(new Reading(new SeriesKey(meterId, channel), at, raw, status));
    }

    private void AddAlarms(long raw, long meterId, DateTimeOffset at)
    {
        for (var bit = 0; bit < 32; bit++)
        {
            if ((raw & (1L << bit)) != 0) _events.Add(new MeterEvent(meterId, DeviceType.AlarmLog, at, bit));
        }
    }

    private PushBodyReader ReaderOf(DlmsPushLayout? layout)
    {
        if (layout is null) return _selfDescribing;
        if (!_readers.TryGetValue(layout, out var reader)) _readers[layout] = reader = new PushBodyReader(layout.Template);
        return reader;
    }

    private static ReadOnlySpan<PushReading> RowOf(ReadOnlySpan<PushReading> readings)
    {
        var length = 1;
        while (length < readings.Length && readings[length].Row == readings[0].Row) length++;
        return readings[..length];
    }
}
