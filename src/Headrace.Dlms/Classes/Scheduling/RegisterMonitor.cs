using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>What happens when a value crosses a threshold (IEC 62056-6-2, Register monitor, action_set).</summary>
/// <param name="Up">Upwards.</param>
/// <param name="Down">Downwards.</param>
public sealed record ActionSet(ScriptReference Up, ScriptReference Down) : ICosemStructure<ActionSet>
{
    /// <inheritdoc/>
    public static ActionSet FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ActionSet(ScriptReference.FromData(items[0]), ScriptReference.FromData(items[1]));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(Up.ToData(), Down.ToData());
}

/// <summary>Class 21, Register monitor: runs scripts when a value crosses thresholds (IEC 62056-6-2, Register monitor). It does not watch
/// of itself: it is told to look.</summary>
public sealed class RegisterMonitorObject : CosemObject
{
    private readonly LogicalDevice _device;
    private readonly Lock _gate = new();
    private CosemData? _last;

    /// <summary>A monitor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="device">Where the value is and scripts run.</param>
    /// <param name="thresholds">Attribute 2, numbers.</param>
    /// <param name="monitored">Attribute 3.</param>
    /// <param name="actions">Attribute 4, one for each threshold.</param>
    public RegisterMonitorObject(
        LogicalName name, LogicalDevice device, IReadOnlyList<CosemData> thresholds, ValueDefinition monitored,
        IReadOnlyList<ActionSet> actions) : base(21, 0, name)
    {
        (_device, Thresholds, MonitoredValue, Actions) = (device, thresholds, monitored, actions);
        WithAttribute(2, CosemTypes.Array(CosemTypes.Any), () => Thresholds, value => Thresholds = value,
            value => value.All(NumericOrder.IsNumber));
        WithAttribute(3, CosemTypes.Structure<ValueDefinition>(), () => MonitoredValue, Watch);
        WithAttribute(4, CosemTypes.Array<ActionSet>(), () => Actions, value => Actions = value);
    }

    /// <summary>The thresholds, attribute 2.</summary>
    public IReadOnlyList<CosemData> Thresholds { get; private set; }

    /// <summary>The value watched, attribute 3.</summary>
    public ValueDefinition MonitoredValue { get; private set; }

    /// <summary>What happens at each threshold, attribute 4.</summary>
    public IReadOnlyList<ActionSet> Actions { get; private set; }

    /// <summary>Looks at the value, and runs the script of each threshold that lies between it and the one seen before: a value is above a
    /// threshold where it is more. The first look only begins.</summary>
    /// <returns>The scripts run, with what they came to.</returns>
    public IReadOnlyList<(ScriptReference Script, MethodAnswer Answer)> Look()
    {
        var value = MonitoredValue.ReadFrom(_device);
        if (!NumericOrder.IsNumber(value)) return [];
        CosemData? before;
        lock (_gate) (before, _last) = (_last, value);
        if (before is null) return [];
        var run = new List<(ScriptReference, MethodAnswer)>();
        foreach (var (threshold, action) in Thresholds.Zip(Actions))
        {
            var (was, isNow) = (IsAbove(before, threshold), IsAbove(value, threshold));
            if (was == isNow) continue;
            var script = isNow ? action.Up : action.Down;
            if (script.Selector != 0) run.Add((script, script.RunOn(_device)));
        }
        return run;
    }

    private static bool IsAbove(CosemData value, CosemData threshold) =>
        NumericOrder.TryCompare(value, threshold, out var order) && order > 0;

    private void Watch(ValueDefinition monitored)
    {
        lock (_gate) (MonitoredValue, _last) = (monitored, null);
    }
}

/// <summary>Class 21, Register monitor, of a server (IEC 62056-6-2, Register monitor).</summary>
public sealed class RegisterMonitorProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 21, logicalName)
{
    /// <summary>Attribute 2: thresholds, of the type of the value.</summary>
    public AttributeProxy<IReadOnlyList<CosemData>> Thresholds => Attribute(2, CosemTypes.Array(CosemTypes.Any));

    /// <summary>Attribute 3: the value watched.</summary>
    public AttributeProxy<ValueDefinition> MonitoredValue => Attribute(3, CosemTypes.Structure<ValueDefinition>());

    /// <summary>Attribute 4: what happens at each threshold.</summary>
    public AttributeProxy<IReadOnlyList<ActionSet>> Actions => Attribute(4, CosemTypes.Array<ActionSet>());
}
