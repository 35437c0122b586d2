using System.Net;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;

namespace Headrace.Drivers.Dlms;

/// <summary>Sums the pushes of each meter up, so that the journal gets one contact per meter and minute at most.</summary>
internal sealed class PushContacts : IDisposable
{
    private static readonly TimeSpan Spell = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly Dictionary<long, Sum> _sums = [];
    private readonly Lock _gate = new();
    private readonly ISessionJournal _journal;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public PushContacts(ISessionJournal journal, TimeProvider time)
    {
        (_journal, _time) = (journal, time);
        _timer = time.CreateTimer(_ => Flush(time.GetUtcNow() - Spell), null, Pace, Pace);
    }

    /// <summary>Counts a push that was accepted.</summary>
    public void Add(long meterId, EndPoint? remote, DateTimeOffset at, int bytes, int values)
    {
        lock (_gate)
        {
            if (!_sums.TryGetValue(meterId, out var sum)) _sums[meterId] = sum = new Sum(at);
            sum.Add(remote, at, bytes, values);
        }
    }

    /// <summary>Notes the contact of a meter now, as when its connection ends.</summary>
    public void End(long meterId)
    {
        Sum? sum;
        lock (_gate)
        {
            if (!_sums.Remove(meterId, out sum)) return;
        }

        _journal.Note(sum.ToContact(meterId));
    }

    public void Dispose()
    {
        _timer.Dispose();
        Flush(_time.GetUtcNow() + Spell);
    }

    private void Flush(DateTimeOffset begunBefore)
    {
        List<MeterContact> due = [];
        lock (_gate)
        {
            foreach (var (meterId, sum) in _sums)
            {
                if (sum.Begun <= begunBefore) due.Add(sum.ToContact(meterId));
            }

            foreach (var contact in due) _sums.Remove(contact.MeterId);
        }

        foreach (var contact in due) _journal.Note(contact);
    }

    private sealed class Sum(DateTimeOffset begun)
    {
        private DateTimeOffset _last;
        private EndPoint? _remote;
        private long _bytes;
        private int _pushes;
        private int _values;

        public DateTimeOffset Begun { get; } = begun;

        public void Add(EndPoint? remote, DateTimeOffset at, int bytes, int values)
        {
            (_remote, _last) = (remote ?? _remote, at);
            _bytes += bytes;
            _values += values;
            _pushes++;
        }

        public MeterContact ToContact(long meterId) => new()
        {
            MeterId = meterId,
            Kind = ContactKind.Push,
            StartedAt = Begun,
            Duration = _last > Begun ? _last - Begun : TimeSpan.Zero,
            Remote = _remote?.ToString() ?? "",
            Succeeded = true,
            Detail = string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{_pushes} {(_pushes == 1 ? "push" : "pushes")} with {_values} values"),
            Values = _values,
            BytesReceived = _bytes,
        };
    }
}
