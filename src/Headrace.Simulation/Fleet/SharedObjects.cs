using Headrace.Dlms.Classes;

namespace Headrace.Simulation.Fleet;

/// <summary>
/// The COSEM objects of a meter, shared by its connections, and let go with the last of them unless a client has changed something.
/// </summary>
/// <remarks>They take about as much memory as a meter's whole state otherwise, thirty times over. Callers hold the meter's gate.</remarks>
internal sealed class SharedObjects
{
    private WeakReference<LogicalDevice>? _shared;
    private LogicalDevice? _changed;

    /// <summary>The objects, built where they are not there.</summary>
    internal LogicalDevice Get(Func<LogicalDevice> build)
    {
        if (_changed is not null) return _changed;
        if (_shared is not null && _shared.TryGetTarget(out var known)) return known;
        var built = build();
        built.Changed += () => _changed = built;
        _shared = new WeakReference<LogicalDevice>(built);
        return built;
    }
}
