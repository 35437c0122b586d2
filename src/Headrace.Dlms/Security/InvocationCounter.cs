using System.Globalization;

namespace Headrace.Dlms.Security;

/// <summary>All invocation counters of a key have been used: the key has to be changed before anything more is sent under it.</summary>
public sealed class InvocationCounterUsedUpException() : InvalidOperationException("The invocation counter is used up: change the key.");

/// <summary>Hands out the invocation counters of one key in one direction, each once, also across a crash (IEC 62056-5-3, invocation
/// counter; NIST SP 800-38D, uniqueness of the initialisation vector).</summary>
/// <remarks>
/// Counters are reserved ahead in blocks: the end of a block is written down before its first counter is handed out, so that after a crash
/// the count goes on behind it. What was reserved and not used is lost, never used twice. Each key and each direction has an object of its
/// own; a new key gets a new one. Safe for several threads.
/// </remarks>
public sealed class InvocationCounter
{
    /// <summary>From here on a key change is due by default: 16 million counters are left.</summary>
    public const uint DefaultThreshold = 0xFF00_0000;

    private readonly Lock _gate = new();
    private readonly Action<uint> _reserve;
    private readonly uint _block;
    private readonly uint _threshold;
    private uint _last;
    private uint _reserved;
    private bool _warned;

    /// <summary>Goes on behind what was reserved before.</summary>
    /// <param name="lastReserved">The number written down last; 0 for a new key.</param>
    /// <param name="reserve">Writes down that all counters up to a number may have been used. Returns when that is safe from a crash; where
    /// it throws, no counter is handed out.</param>
    /// <param name="block">Counters reserved at once, 1 or more.</param>
    /// <param name="threshold">At this counter <see cref="NearlyUsedUp"/> is raised.</param>
    public InvocationCounter(uint lastReserved, Action<uint> reserve, uint block = 1000, uint threshold = DefaultThreshold)
    {
        ArgumentOutOfRangeException.ThrowIfZero(block);
        (_last, _reserved, _reserve, _block, _threshold) = (lastReserved, lastReserved, reserve, block, threshold);
    }

    /// <summary>Raised once, when the counter reaches the threshold: time to change the key.</summary>
    public event Action<uint>? NearlyUsedUp;

    /// <summary>The last counter handed out, or the last reserved before.</summary>
    public uint Last
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    /// <summary>Counters left.</summary>
    public uint Remaining => uint.MaxValue - Last;

    /// <summary>The next counter.</summary>
    /// <exception cref="InvocationCounterUsedUpException">There is none.</exception>
    public uint Next()
    {
        uint next;
        bool warn;
        lock (_gate)
        {
            if (_last == uint.MaxValue) throw new InvocationCounterUsedUpException();
            next = _last + 1;
            if (next > _reserved)
            {
                var end = (uint)Math.Min(uint.MaxValue, (ulong)_last + _block);
                _reserve(end);
                _reserved = end;
            }
            _last = next;
            warn = !_warned && next >= _threshold;
            _warned |= warn;
        }
        if (warn) NearlyUsedUp?.Invoke(next);
        return next;
    }

    /// <inheritdoc/>
    public override string ToString() => Last.ToString(CultureInfo.InvariantCulture);
}
