using System.Globalization;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>A ciphered APDU whose counter is not above the last one.</summary>
internal sealed class InvocationCounterException(uint received, uint expected)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"invocation counter {received} where {expected} or more was expected"))
{
    public uint Expected { get; } = expected;
}

/// <summary>The last counters received under one key, one for each originator. A server's connections share it.</summary>
/// <remarks>An originator is entered only with an authentic message; there is room for <see cref="MaxOriginators"/>, more are
/// refused. Messages that carry no proof are counted apart: whoever made them up must not use up the counters of the others.</remarks>
/// <param name="floor">What an originator not seen before has to be above; null for nothing.</param>
internal sealed class ReceivedCounters(uint? floor = null)
{
    /// <summary>Parties that may send under one key.</summary>
    public const int MaxOriginators = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, uint> _last = [];
    private readonly Dictionary<ulong, uint> _unproved = [];
    private uint? _floor = floor;
    private uint? _latest = floor;

    /// <summary>The highest counter accepted, of whatever originator; null for none.</summary>
    public uint? Last
    {
        get
        {
            lock (_gate) return _latest;
        }
    }

    /// <summary>The least counter that will be accepted of an originator.</summary>
    public uint Expected(ReadOnlySpan<byte> originator)
    {
        lock (_gate) return LastOf(SecurityKeys.Number(originator)) is not { } seen ? 0 : seen == uint.MaxValue ? seen : seen + 1;
    }

    /// <summary>Throws where a counter would not be accepted.</summary>
    /// <exception cref="InvocationCounterException">It is not above the last one.</exception>
    public void Check(ReadOnlySpan<byte> originator, uint counter)
    {
        lock (_gate)
        {
            if (LastOf(SecurityKeys.Number(originator)) is { } seen && counter <= seen) throw TooLow(counter, seen);
        }
    }

    /// <summary>Accepts the counter of a message.</summary>
    /// <param name="originator">Who sent it.</param>
    /// <param name="counter">Its counter.</param>
    /// <param name="proved">The counter is authentic; else it stands against those of other unproved messages alone.</param>
    /// <exception cref="InvocationCounterException">It is not above the last one.</exception>
    /// <exception cref="ProtectionException">One originator more than there is room for.</exception>
    public void Accept(ReadOnlySpan<byte> originator, uint counter, bool proved = true)
    {
        var number = SecurityKeys.Number(originator);
        lock (_gate)
        {
            if (LastOf(number) is { } seen && counter <= seen) throw TooLow(counter, seen);
            if (!proved && _unproved.TryGetValue(number, out var before) && counter <= before) throw TooLow(counter, before);
            var kept = proved ? _last : _unproved;
            if (kept.Count >= MaxOriginators && !kept.ContainsKey(number))
                throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "more originators than are kept count of");
            kept[number] = counter;
            if (proved && (_latest is not { } latest || counter > latest)) _latest = counter;
        }
    }

    /// <summary>Begins anew: the key is another.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _last.Clear();
            _unproved.Clear();
            (_floor, _latest) = (null, null);
        }
    }

    private uint? LastOf(ulong originator) => _last.TryGetValue(originator, out var seen) ? seen : _floor;

    private static InvocationCounterException TooLow(uint counter, uint seen) => new(counter, seen == uint.MaxValue ? seen : seen + 1);
}

/// <summary>The counter of a message that was opened, to be accepted when the whole of it is right.</summary>
/// <param name="Counters">Of the key; null for a layer without a counter.</param>
/// <param name="Originator">Who sent it.</param>
/// <param name="Counter">The counter.</param>
internal readonly record struct CounterReceipt(ReceivedCounters? Counters, ReadOnlyMemory<byte> Originator, uint Counter)
{
    /// <summary>Where a signed message without a counter is remembered; null for any other.</summary>
    public ReceivedSignatures? Signatures { get; init; }

    /// <summary>The signed message.</summary>
    public ulong Message { get; init; }

    /// <inheritdoc cref="ReceivedCounters.Accept"/>
    public void Accept(bool proved) => Counters?.Accept(Originator.Span, Counter, proved);

    /// <inheritdoc cref="ReceivedSignatures.Accept"/>
    public void AcceptSignature() => Signatures?.Accept(Message);
}

/// <summary>Where one side's counters come from, and what it has received, for each key that outlives an association.</summary>
/// <param name="nextUnicast">The next counter under the global unicast key.</param>
/// <param name="lastReceived">The last counter accepted under it; null for none.</param>
internal sealed class AssociationCounters(Func<uint> nextUnicast, uint? lastReceived = null)
{
    /// <summary>The next counter under the global unicast key.</summary>
    public Func<uint> NextUnicast { get; } = nextUnicast;

    /// <summary>The next counter under the broadcast key.</summary>
    public Func<uint> NextBroadcast { get; init; } = () => throw new InvalidOperationException("No counter of the broadcast key.");

    /// <summary>The next counter under a dedicated key; null counts anew with each. A server cannot know whether a client makes each key
    /// anew, so there the counters do not begin again.</summary>
    public Func<uint>? NextDedicated { get; init; }

    /// <summary>The next counter under keys that are wrapped or agreed for one message.</summary>
    public Func<uint> NextTransported { get; init; } = nextUnicast;

    /// <summary>Received under the global unicast key.</summary>
    public ReceivedCounters Unicast { get; } = new(lastReceived);

    /// <summary>Received under the broadcast key.</summary>
    public ReceivedCounters Broadcast { get; init; } = new();

    /// <summary>Messages that were signed and not ciphered, which have no counter.</summary>
    public ReceivedSignatures Signed { get; } = new();

    /// <summary>Received under keys that were wrapped or agreed for one message.</summary>
    public ReceivedCounters Transported { get; init; } = new();
}
