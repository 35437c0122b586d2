using Headrace.Core.Metering;

namespace Headrace.Storage.Sqlite;

/// <summary>Stores deliveries within one transaction of the writer.</summary>
internal sealed class IntakeTransaction(SqliteConnection connection)
{
    private readonly SqliteStatement _counter = connection.Statement(
        "SELECT value, fingerprint FROM receive_counter WHERE meter_id = ?1 AND key_kind = ?2");

    private readonly SqliteStatement _advance = connection.Statement("""
        INSERT INTO receive_counter (meter_id, key_kind, value, fingerprint) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (meter_id, key_kind) DO UPDATE SET value = excluded.value, fingerprint = excluded.fingerprint
        """);

    private readonly SqliteStatement _insertReading = connection.Statement(
        "INSERT OR IGNORE INTO reading (meter_id, at, channel, value, status) VALUES (?1, ?2, ?3, ?4, ?5)");

    private readonly SqliteStatement _storedValue = connection.Statement(
        "SELECT value FROM reading WHERE meter_id = ?1 AND at = ?2 AND channel = ?3");

    private readonly SqliteStatement _page = connection.Statement(
        "SELECT slots, first_slot, received, last_slot, state, present FROM ledger_day WHERE profile = ?1 AND day = ?2 AND meter_id = ?3");

    private readonly SqliteStatement _updatePage = connection.Statement(
        "UPDATE ledger_day SET received = ?4, last_slot = ?5, state = ?6, present = ?7 WHERE profile = ?1 AND day = ?2 AND meter_id = ?3");

    private readonly SqliteStatement _insertEvent = connection.Statement(
        "INSERT OR IGNORE INTO meter_event (meter_id, log, at, code) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqliteStatement _presence = connection.Statement("SELECT last_seen, newest FROM presence WHERE meter_id = ?1");

    private readonly SqliteStatement _insertPresence = connection.Statement("INSERT INTO presence (meter_id, last_seen, newest) VALUES (?1, ?2, ?3)");

    private readonly SqliteStatement _updatePresence = connection.Statement("UPDATE presence SET last_seen = ?2, newest = ?3 WHERE meter_id = ?1");

    private readonly NewestReadings _newest = new();

    /// <summary>Stores a delivery, or says why it is refused.</summary>
    public DeliveryOutcome Take(Delivery delivery)
    {
        if (delivery.Counter is { } counter)
        {
            var verdict = Accept(delivery.MeterId, counter);
            if (verdict == DeliveryVerdict.Replayed) Presence.CountRefused(connection, delivery.MeterId, 1);
            if (verdict != DeliveryVerdict.Stored) return new DeliveryOutcome(verdict, 0, 0, 0);
        }

        var outcome = StoreReadings(delivery.Readings);
        MarkIntervals(delivery);
        StoreEvents(delivery.Events);
        NotePresence(delivery);
        return outcome;
    }

    private DeliveryVerdict Accept(long meterId, CounterUse use)
    {
        var fingerprint = unchecked((long)use.Fingerprint);
        using (_counter)
        {
            if (_counter.Bind(1, meterId).Bind(2, (long)use.Key).Step())
            {
                var last = _counter.Long(0);
                if (use.Value == last && fingerprint == _counter.Long(1)) return DeliveryVerdict.Duplicate;
                if (use.Value <= last) return DeliveryVerdict.Replayed;
            }
        }

        _advance.Bind(1, meterId).Bind(2, (long)use.Key).Bind(3, use.Value).Bind(4, fingerprint).Run();
        return DeliveryVerdict.Stored;
    }

    private DeliveryOutcome StoreReadings(IReadOnlyList<Reading> readings)
    {
        int added = 0, repeated = 0, conflicting = 0;
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            var at = Instant.Of(reading.At);
            _insertReading.Bind(1, reading.Series.MeterId).Bind(2, at).Bind(3, reading.Series.Channel).Bind(4, reading.Value).Bind(5, reading.Status).Run();
            if (connection.Changes == 1) added++;
            else if (StoredValue(reading.Series, at) == reading.Value) repeated++;
            else conflicting++;
        }

        return new DeliveryOutcome(DeliveryVerdict.Stored, added, repeated, conflicting);
    }

    private long? StoredValue(SeriesKey series, long at)
    {
        using var row = _storedValue;
        return row.Bind(1, series.MeterId).Bind(2, at).Bind(3, series.Channel).Step() ? row.Long(0) : null;
    }

    /// <summary>Sets the bits of the intervals, a page at a time: marks of one day usually follow each other.</summary>
    private void MarkIntervals(Delivery delivery)
    {
        var marks = delivery.Intervals;
        for (var i = 0; i < marks.Count;)
        {
            var first = marks[i];
            var page = FindPage(delivery.MeterId, first);
            var isNew = page is null;
            page ??= new LedgerPage(first.Slots);
            var changed = false;
            for (; i < marks.Count && marks[i].Profile == first.Profile && marks[i].Day == first.Day; i++) changed |= page.Mark(marks[i].Slot);
            if (isNew) LedgerRows.Insert(connection, new LedgerKey(delivery.MeterId, first.Profile, first.Day), page);
            else if (changed) Update(delivery.MeterId, first, page);
        }
    }

    private LedgerPage? FindPage(long meterId, IntervalMark mark)
    {
        using var row = _page;
        if (!row.Bind(1, mark.Profile).Bind(2, mark.Day.DayNumber).Bind(3, meterId).Step()) return null;
        var page = new LedgerPage(row.Short(0), row.Short(1)) { Received = row.Short(2), LastSlot = row.Short(3), State = (LedgerState)row.Int(4) };
        row.Blob(5).CopyTo(page.Present);
        return page;
    }

    private void Update(long meterId, IntervalMark mark, LedgerPage page) =>
        _updatePage.Bind(1, mark.Profile).Bind(2, mark.Day.DayNumber).Bind(3, meterId)
            .Bind(4, page.Received).Bind(5, page.LastSlot).Bind(6, (long)page.State).Bind(7, page.Present).Run();

    private void StoreEvents(IReadOnlyList<MeterEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            _insertEvent.Bind(1, events[i].MeterId).Bind(2, events[i].Log).Bind(3, Instant.Of(events[i].At)).Bind(4, events[i].Code).Run();
        }
    }

    private void NotePresence(Delivery delivery)
    {
        var seen = Instant.Of(delivery.ReceivedAt);
        bool known;
        using (_presence)
        {
            known = _presence.Bind(1, delivery.MeterId).Step();
            if (known && !_presence.IsNull(0)) seen = Math.Max(seen, _presence.Long(0));
            _newest.Load(known ? _presence.Blob(1) : default);
        }

        for (var i = 0; i < delivery.Readings.Count; i++) _newest.Note(delivery.Readings[i].Series.Channel, Instant.Of(delivery.Readings[i].At));
        (known ? _updatePresence : _insertPresence).Bind(1, delivery.MeterId).Bind(2, seen).Bind(3, _newest.Bytes).Run();
    }
}
