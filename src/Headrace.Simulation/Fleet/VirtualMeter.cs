using Headrace.Simulation.Metrology;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Fleet;

/// <summary>How a meter's pushes travel.</summary>
internal enum PushLine
{
    ConnectionForEach,
    KeptConnection,
    Datagram,
}

/// <summary>One meter of a fleet: the device, and how it behaves towards the head-end.</summary>
internal sealed class VirtualMeter
{
    private readonly ulong _seed;

    internal VirtualMeter(FleetOptions options, int index, MeterClock clock)
    {
        Index = index;
        var identity = MeterIdentity.At(options.Seed, index);
        _seed = SeededRandom.Mix(unchecked(SeededRandom.Mix(options.Seed) + (ulong)index + 1));
        Device = new E450(identity, MeterKeys.For(options.Seed, identity.Serial), _seed, clock);
        Behaviour = options.Behaviours[index % options.Behaviours.Count];
        Line = options.Transport switch
        {
            PushTransport.Udp => PushLine.Datagram,
            PushTransport.Tcp => SeededRandom.For(_seed, 20).Chance(0.6) ? PushLine.ConnectionForEach : PushLine.KeptConnection,
            _ => SeededRandom.For(_seed, 20).NextDouble() switch
            {
                < 0.5 => PushLine.ConnectionForEach,
                < 0.8 => PushLine.KeptConnection,
                _ => PushLine.Datagram,
            },
        };
        Port = options.ListenHost is null || Behaviour == MeterBehaviour.DialsIn || options.FirstPort == 0 ? 0 : options.FirstPort + index;
    }

    internal int Index { get; }

    internal E450 Device { get; }

    internal MeterBehaviour Behaviour { get; }

    internal PushLine Line { get; }

    /// <summary>The port it listens on; 0 while that is not known or where it does not listen.</summary>
    internal int Port { get; set; }

    /// <summary>True where it pushes by the clock.</summary>
    internal bool Pushes => Behaviour is MeterBehaviour.Pushes or MeterBehaviour.LosesPushes;

    /// <summary>Held while a request of any connection is served.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Its COSEM objects, while a client is there.</summary>
    internal SharedObjects Objects { get; } = new();

    /// <summary>One push at a time, so that invocation counters arrive in order.</summary>
    internal SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>No push before this instant, for the same reason.</summary>
    internal DateTimeOffset NotBefore { get; set; }

    /// <summary>The connection it keeps to the head-end, or null.</summary>
    internal MeterConnection? Kept { get; set; }

    /// <summary>A share of a span that is the meter's own for a purpose, and always the same.</summary>
    internal TimeSpan Share(TimeSpan span, long purpose) => span * SeededRandom.For(_seed, 21, purpose).NextDouble();

    /// <summary>True where the push of the interval that ends then is one of those that get lost on purpose.</summary>
    internal bool Loses(DateTimeOffset intervalEnd) =>
        Behaviour == MeterBehaviour.LosesPushes && SeededRandom.For(_seed, 22, intervalEnd.UtcTicks).Chance(1.0 / 3);
}
