using System.Threading.Channels;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Live;

/// <summary>
/// Notes contacts and refused traffic in the background. Callers never wait; when it is behind, the oldest entries are dropped and counted.
/// </summary>
public sealed class Journal : ISessionJournal
{
    private const int Batch = 1_000;
    private const int Tries = 5;
    private const int DetailLimit = 500;
    private readonly IJournalStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TimeSpan _linger;
    private readonly Channel<Entry> _queue;
    private readonly long[] _refused = new long[16];
    private long _dropped;
    private long _noted;
    private int _waiting;
    private Task _writing = Task.CompletedTask;

    internal Journal(IJournalStore store, HeadEndSettings settings, TimeProvider time, ILogger log)
    {
        (_store, _time, _log, _linger) = (store, time, log, settings.JournalLinger);
        var options =
            new BoundedChannelOptions(settings.JournalCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _queue = System.Threading.Channels.Channel.CreateBounded<Entry>(options, _ => Drop(1));
    }

    /// <summary>Entries dropped because the journal was behind or its store failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Entries stored.</summary>
    public long Noted => Interlocked.Read(ref _noted);

    /// <summary>Refusals of a kind since the head-end started, dropped entries included.</summary>
    public long RefusedSinceStart(RefusalKind kind) => (uint)kind < _refused.Length ? Interlocked.Read(ref _refused[(int)kind]) : 0;

    /// <inheritdoc/>
    public void Note(MeterContact contact) => Put(new Entry(contact, default));

    /// <inheritdoc/>
    public void Refused(RefusalKind refusal, long meterId, string detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        if ((uint)refusal < _refused.Length) Interlocked.Increment(ref _refused[(int)refusal]);
        if (detail.Length > DetailLimit) detail = detail[..DetailLimit];
        Put(new Entry(null, new Refusal(_time.GetUtcNow(), refusal, meterId, detail)));
    }

    /// <summary>Entries queued or being stored.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    internal void Start() => _writing = Task.Run(WriteAsync);

    /// <summary>Stores what is queued and ends.</summary>
    internal async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
    }

    private void Put(in Entry entry)
    {
        Interlocked.Increment(ref _waiting);
        if (!_queue.Writer.TryWrite(entry)) Drop(1); // after the stop only
    }

    private void Drop(int entries)
    {
        Interlocked.Add(ref _dropped, entries);
        Interlocked.Add(ref _waiting, -entries);
    }

    private async Task WriteAsync()
    {
        var contacts = new List<MeterContact>();
        var refusals = new List<Refusal>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            if (_linger > TimeSpan.Zero && !_queue.Reader.Completion.IsCompleted) await Task.Delay(_linger, _time);
            while (contacts.Count + refusals.Count < Batch && _queue.Reader.TryRead(out var entry))
            {
                if (entry.Contact is { } contact) contacts.Add(contact);
                else refusals.Add(entry.Refusal);
            }

            await StoreAsync(contacts, refusals);
            contacts.Clear();
            refusals.Clear();
        }
    }

    private async Task StoreAsync(List<MeterContact> contacts, List<Refusal> refusals)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _store.AppendAsync(contacts, refusals, CancellationToken.None);
                Interlocked.Add(ref _noted, contacts.Count + refusals.Count);
                Interlocked.Add(ref _waiting, -(contacts.Count + refusals.Count));
                return;
            }
            catch (Exception failed)
            {
                Log.JournalFailed(_log, contacts.Count + refusals.Count, attempt, failed);
                if (attempt == Tries)
                {
                    Drop(contacts.Count + refusals.Count);
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100 * (1 << attempt)), _time);
            }
        }
    }

    private readonly record struct Entry(MeterContact? Contact, Refusal Refusal);
}
