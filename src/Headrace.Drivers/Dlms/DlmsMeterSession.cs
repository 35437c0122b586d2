using System.Runtime.CompilerServices;
using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>One association with one DLMS meter.</summary>
internal sealed class DlmsMeterSession : IMeterSession
{
    private readonly DlmsPorts _ports;
    private readonly Visit _visit;
    private readonly Line _line;
    private readonly SessionPort _port;
    private readonly DlmsClient _client;
    private readonly ILogger _log;
    private readonly (long Received, long Sent) _before;
    private readonly Queue<ReadOnlyMemory<byte>> _pushes = [];
    private readonly RegisterReading _registers;
    private readonly BufferReading _buffers;
    private bool _disposed;

    public DlmsMeterSession(DlmsPorts ports, Visit visit, Line line, SessionPort port, DlmsClient client, ILogger log)
    {
        (_ports, _visit, _line, _port, _client, _log) = (ports, visit, line, port, client, log);
        _before = line.Connection.Traffic;
        _registers = new RegisterReading(ports, visit, client);
        _buffers = new BufferReading(ports, visit, client);
        client.Notified = notification => _pushes.Enqueue(notification.Raw.ToArray());
    }

    /// <inheritdoc/>
    public (long Received, long Sent) Traffic =>
        (_line.Connection.Traffic.Received - _before.Received, _line.Connection.Traffic.Sent - _before.Sent);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProfileRow> ReadProfileAsync(
        LoadProfile profile, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new ProfileRows(_ports, _visit, profile);
        var clock = profile.Columns.First(c => c.ClassId == BufferReading.ClockClass);
        var buffer = _buffers.ReadAsync(profile.Obis, clock, profile.CapturePeriod, range, cancellationToken);
        await foreach (var row in GuardAsync(buffer, cancellationToken))
        {
            if (Guard(() => rows.Decode(row), cancellationToken) is { } decoded && range.Contains(decoded.At)) yield return decoded;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> ReadRegistersAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => _registers.ReadAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MeterEvent>> ReadEventsAsync(string log, TimeRange range, CancellationToken cancellationToken)
    {
        var events = new List<MeterEvent>();
        await foreach (var row in GuardAsync(_buffers.ReadAsync(log, null, TimeSpan.Zero, range, cancellationToken), cancellationToken))
        {
            if (EventOf(log, row) is { } entry && range.Contains(entry.At)) events.Add(entry);
        }

        return events;
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => _registers.ReadClockAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        try
        {
            if (!_line.Connection.Ended.IsCancellationRequested) await _client.ReleaseAsync(CancellationToken.None);
            await TakePushesAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.Session(_log, _visit.Meter.Serial, $"it was not released: {e.Message}");
        }
        finally
        {
            await _client.DisposeAsync();
            _port.Dispose();
            _visit.Keys.Dispose();
            await _line.CloseAsync();
        }
    }

    private MeterEvent? EventOf(string log, CosemData row)
    {
        DateTimeOffset? at = null;
        foreach (var item in row.Items)
        {
            if (at is null && item.TryGetDateTime(out var time)) at = MeterClock.Resolve(time, _visit.Type, _ports.Calendar, out _);
            else if (at is not null && item.TryGetInteger(out var code) && code is >= 0 and <= int.MaxValue)
                return new MeterEvent(_visit.Meter.Id, log, at.Value, (int)code);
        }

        return null;
    }

    /// <summary>Yields what comes; a failure in the middle leaves what came before.</summary>
    private async IAsyncEnumerable<CosemData> GuardAsync(
        IAsyncEnumerable<CosemData> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var each = rows.GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(() => each.MoveNextAsync(), cancellationToken)) yield return each.Current;
    }

    private async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            if (_visit.Counters is { } counters) await counters.EnsureAsync(cancellationToken);
            var answer = await ask();
            await TakePushesAsync(cancellationToken);
            return answer;
        }
        catch (Exception e) when (DlmsFailure.IsOfMeter(e, cancellationToken))
        {
            if (e is DlmsRefusalException { ExpectedInvocationCounter: { } expected } && _visit.Counters is { } own)
                await own.RaiseAsync(expected, cancellationToken);
            throw DlmsFailure.Of(e, _visit.Meter);
        }
    }

    private T Guard<T>(Func<T> decode, CancellationToken cancellationToken)
    {
        try
        {
            return decode();
        }
        catch (Exception e) when (DlmsFailure.IsOfMeter(e, cancellationToken))
        {
            throw DlmsFailure.Of(e, _visit.Meter);
        }
    }

    private async ValueTask TakePushesAsync(CancellationToken cancellationToken)
    {
        while (_pushes.TryDequeue(out var push)) await _line.Connection.ReceivePushAsync(push, cancellationToken);
    }
}
