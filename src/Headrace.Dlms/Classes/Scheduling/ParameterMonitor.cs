using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>A parameter that was changed, and what to (IEC 62056-6-2, Parameter monitor, changed_parameter).</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Value">Its value after the change.</param>
public sealed record ChangedParameter(ValueDefinition Parameter, CosemData Value) : ICosemStructure<ChangedParameter>
{
    /// <summary>Nothing was changed yet.</summary>
    public static ChangedParameter None { get; } = new(new ValueDefinition(0, default, 0), CosemData.Null);

    /// <inheritdoc/>
    public static ChangedParameter FromData(CosemData data)
    {
        var items = data.AsStructure(4);
        return new ChangedParameter(
            new ValueDefinition(items[0].AsNumber<ushort>(), items[1].AsLogicalName(), items[2].AsNumber<sbyte>()), items[3]);
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure([.. Parameter.ToData().Items, Value]);
}

/// <summary>Class 65, Parameter monitor: which of a list of parameters changed last (IEC 62056-6-2, Parameter monitor). It does not watch
/// of itself: it is told to look, or of a change.</summary>
public sealed class ParameterMonitorObject : CosemObject
{
    private const int Capacity = 1000;

    private readonly LogicalDevice _device;
    private readonly Action<ChangedParameter>? _changed;
    private readonly Lock _gate = new();
    private readonly Dictionary<ValueDefinition, CosemData> _known = [];

    /// <summary>A monitor.</summary>
    /// <param name="name">Its name, as a rule 0-0:16.2.0.255.</param>
    /// <param name="device">Where the parameters are.</param>
    /// <param name="parameters">Attribute 4.</param>
    /// <param name="changed">Told of each change found.</param>
    public ParameterMonitorObject(
        LogicalName name, LogicalDevice device, IReadOnlyList<ValueDefinition> parameters, Action<ChangedParameter>? changed = null)
        : base(65, 0, name)
    {
        (_device, Parameters, _changed) = (device, parameters, changed);
        WithAttribute(2, CosemTypes.Structure<ChangedParameter>(), () => LastChange);
        WithAttribute(3, CosemTypes.DateTime, () => CaptureTime);
        WithAttribute(4, CosemTypes.Array<ValueDefinition>(), () => Parameters, value => Parameters = value,
            value => value.Count <= Capacity);
        WithMethod(1, CosemTypes.Structure<ValueDefinition>(), Add);
        WithMethod(2, CosemTypes.Structure<ValueDefinition>(), Delete);
    }

    /// <summary>What changed last, attribute 2.</summary>
    public ChangedParameter LastChange { get; private set; } = ChangedParameter.None;

    /// <summary>When it was found, attribute 3.</summary>
    public CosemDateTime CaptureTime { get; private set; } = CosemDateTime.NotSpecified;

    /// <summary>The parameters watched, attribute 4.</summary>
    public IReadOnlyList<ValueDefinition> Parameters { get; private set; }

    /// <summary>Looks at all parameters and notes those whose value is another than at the last look; the last of them is shown. The first
    /// look at a parameter only begins.</summary>
    /// <returns>What has changed.</returns>
    public IReadOnlyList<ChangedParameter> Look(CosemDateTime now)
    {
        var found = new List<ChangedParameter>();
        foreach (var parameter in Parameters)
        {
            var value = parameter.ReadFrom(_device);
            lock (_gate)
            {
                var isNew = !_known.TryGetValue(parameter, out var before);
                if (!isNew && value.Equals(before)) continue;
                _known[parameter] = value;
                if (isNew) continue;
            }
            found.Add(new ChangedParameter(parameter, value));
        }
        foreach (var change in found) Note(change, now);
        return found;
    }

    private void Note(ChangedParameter change, CosemDateTime now)
    {
        (LastChange, CaptureTime) = (change, now);
        _changed?.Invoke(change);
    }

    private MethodAnswer Add(ValueDefinition parameter)
    {
        lock (_gate)
        {
            if (Parameters.Contains(parameter)) return MethodAnswer.Done;
            if (Parameters.Count == Capacity) return ActionResult.OtherReason;
            Parameters = [.. Parameters, parameter];
        }
        return MethodAnswer.Done;
    }

    private MethodAnswer Delete(ValueDefinition parameter)
    {
        lock (_gate)
        {
            if (!Parameters.Contains(parameter)) return ActionResult.ObjectUndefined;
            Parameters = [.. Parameters.Where(p => p != parameter)];
            _known.Remove(parameter);
        }
        return MethodAnswer.Done;
    }
}

/// <summary>Class 65, Parameter monitor, of a server (IEC 62056-6-2, Parameter monitor).</summary>
public sealed class ParameterMonitorProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 65, logicalName)
{
    /// <summary>Attribute 2: what changed last.</summary>
    public AttributeProxy<ChangedParameter> ChangedParameter => Attribute(2, CosemTypes.Structure<ChangedParameter>());

    /// <summary>Attribute 3: when it changed.</summary>
    public AttributeProxy<CosemDateTime> CaptureTime => Attribute(3, CosemTypes.DateTime);

    /// <summary>Attribute 4: the parameters watched.</summary>
    public AttributeProxy<IReadOnlyList<ValueDefinition>> ParameterList => Attribute(4, CosemTypes.Array<ValueDefinition>());

    /// <summary>Method 1: watches one more.</summary>
    public MethodProxy<ValueDefinition> AddParameter => Method(1, CosemTypes.Structure<ValueDefinition>());

    /// <summary>Method 2: watches one less.</summary>
    public MethodProxy<ValueDefinition> DeleteParameter => Method(2, CosemTypes.Structure<ValueDefinition>());
}
