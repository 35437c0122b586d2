using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Stores;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// The invocation counters of one session: reserved in blocks and written down before the first is used, so that none is ever used twice.
/// </summary>
internal sealed class SendCounters(ISendCounterStore store, long meterId, uint block)
{
    private const uint AheadOfEachAnswer = 8;
    private const uint Exhausted = 0xFFFF_0000;
    private uint _next;
    private uint _end;

    /// <summary>True where the store had given out none before: what the meter expects is not known.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>The next counter, without using it.</summary>
    public uint Next => _next;

    /// <summary>Makes sure that the next answer can be followed by requests.</summary>
    /// <exception cref="MeterException">The counters of the key are used up.</exception>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (_end - _next >= AheadOfEachAnswer) return;
        var first = await store.ReserveAsync(meterId, KeyKind.GlobalUnicast, block, cancellationToken);
        if (first >= Exhausted)
            throw new MeterException("The invocation counters of the meter's key are used up: change the key.", isTransient: false);
        if (_end == 0) IsFresh = first <= 1;
        (_next, _end) = (first, first + block);
    }

    /// <summary>Goes on above what the meter has seen.</summary>
    /// <param name="atLeast">The least counter the meter takes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeterException">So high that it is not believed.</exception>
    public async ValueTask RaiseAsync(uint atLeast, CancellationToken cancellationToken)
    {
        if (atLeast >= Exhausted)
            throw new MeterException($"The meter demands invocation counter {atLeast}, which is not believed.", isTransient: false);
        if (atLeast <= _next) return;
        await store.RaiseAsync(meterId, KeyKind.GlobalUnicast, atLeast, cancellationToken);
        _next = _end; // what is left of the old block is below
        IsFresh = false;
        await EnsureAsync(cancellationToken);
    }

    /// <summary>Hands the next one out.</summary>
    public uint Take() => _next < _end ? _next++ : throw new InvalidOperationException("No invocation counter is reserved.");
}
