using Headrace.Core.Metering;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>Stores deliveries within one transaction of the writer.</summary>
internal sealed class IntakeTransaction(PreparedConnection connection)
{
    private readonly SqliteCommand _counter = connection.Command(
        "SELECT value, fingerprint FROM receive_counter WHERE meter_id = ?1 AND key_mark = ?2");

    private readonly SqliteCommand _advance = connection.Command("""
        INSERT INTO receive_counter (meter_id, key_mark, value, fingerprint) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (meter_id, key_mark) DO UPDATE SET value = excluded.value, fingerprint = excluded.fingerprint
        """);

    private readonly SqliteCommand _insertReading = connection.Command(
        "INSERT OR IGNORE INTO reading (meter_id, at, channel, value, status) VALUES (?1, ?2, ?3, ?4, ?5)");

    private readonly SqliteCommand _storedValue = connection.Command(
        "SELECT value FROM reading WHERE meter_id = ?1 AND at = ?2 AND channel = ?3");

    private readonly SqliteCommand _page = connection.Command(
        "SELECT slots, first_slot, received, last_slot, state, present FROM ledger_day WHERE profile = ?1 AND day = ?2 AND meter_id = ?3");

    private readonly SqliteCommand _updatePage = connection.Command(
        "UPDATE ledger_day SET received = ?4, last_slot = ?5, state = ?6, present = ?7 WHERE profile = ?1 AND day = ?2 AND meter_id = ?3");

    private readonly SqliteCommand _insertEvent = connection.Command(
        "INSERT OR IGNORE INTO meter_event (meter_id, log, at, code) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqliteCommand _presence = connection.Command("SELECT last_seen, newest FROM presence WHERE meter_id = ?1");

    private readonly SqliteCommand _insertPresence = connection.Command(
        "INSERT INTO presence (meter_id, last_seen, newest) VALUES (?1, ?2, ?3)");

    private readonly SqliteCommand _updatePresence = connection.Command(
        "UPDATE presence SET last_seen = ?2, newest = ?3 WHERE meter_id = ?1");

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
        var (key, fingerprint) = unchecked(((long)use.Key, (long)use.Fingerprint));
        using (var row = _counter.With(meterId, key).ExecuteReader())
        {
            if (row.Read())
            {
                var last = row.GetInt64(0);
                if (use.Value == last && fingerprint == row.GetInt64(1)) return DeliveryVerdict.Duplicate;
                if (use.Value <= last) return DeliveryVerdict.Replayed;
            }
        }

        _advance.With(meterId, key, use.Value, fingerprint).ExecuteNonQuery();
        return DeliveryVerdict.Stored;
    }

    private DeliveryOutcome StoreReadings(IReadOnlyList<Reading> readings)
    {
        int added = 0, repeated = 0, conflicting = 0;
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            var at = Instant.Of(reading.At);
            _insertReading.With(reading.Series.MeterId, at, reading.Series.Channel, reading.Value, reading.Status);
            if (_insertReading.ExecuteNonQuery() == 1) added++;
            else if (StoredValue(reading.Series, at) == reading.Value) repeated++;
            else conflicting++;
        }

        return new DeliveryOutcome(DeliveryVerdict.Stored, added, repeated, conflicting);
    }

    private long? StoredValue(SeriesKey series, long at) => _storedValue.With(series.MeterId, at, series.Channel).Integer();

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
            for (; i < marks.Count && marks[i].Profile == first.Profile && marks[i].Day == first.Day; i++)
                changed |= page.Mark(marks[i].Slot);
            if (isNew) LedgerRows.Insert(connection, new LedgerKey(delivery.MeterId, first.Profile, first.Day), page);
            else if (changed) Update(delivery.MeterId, first, page);
        }
    }

    private LedgerPage? FindPage(long meterId, IntervalMark mark)
    {
        using var row = _page.With(mark.Profile, mark.Day.DayNumber, meterId).ExecuteReader();
        if (!row.Read()) return null;
        var page = new LedgerPage(row.GetInt16(0), row.GetInt16(1))
        {
            Received = row.GetInt16(2),
            LastSlot = row.GetInt16(3),
            State = (LedgerState)row.GetInt32(4),
        };
        row.GetFieldValue<byte[]>(5).CopyTo(page.Present);
        return page;
    }

    private void Update(long meterId, IntervalMark mark, LedgerPage page) =>
        _updatePage.With(mark.Profile, mark.Day.DayNumber, meterId, page.Received, page.LastSlot, (long)page.State, page.Present)
            .ExecuteNonQuery();

    private void StoreEvents(IReadOnlyList<MeterEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            _insertEvent.With(events[i].MeterId, events[i].Log, Instant.Of(events[i].At), events[i].Code).ExecuteNonQuery();
        }
    }

    private void NotePresence(Delivery delivery)
    {
        var seen = Instant.Of(delivery.ReceivedAt);
        bool known;
        using (var row = _presence.With(delivery.MeterId).ExecuteReader())
        {
            known = row.Read();
            if (known && !row.IsDBNull(0)) seen = Math.Max(seen, row.GetInt64(0));
            _newest.Load(known ? row.GetFieldValue<byte[]>(1) : []);
        }

        for (var i = 0; i < delivery.Readings.Count; i++)
            _newest.Note(delivery.Readings[i].Series.Channel, Instant.Of(delivery.Readings[i].At));
        (known ? _updatePresence : _insertPresence).With(delivery.MeterId, seen, _newest.ToArray()).ExecuteNonQuery();
    }
}
