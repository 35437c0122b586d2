using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>When a limiter's emergency threshold holds (IEC 62056-6-2, Limiter, emergency_profile).</summary>
/// <param name="Id">Group of meters meant.</param>
/// <param name="ActivationTime">From when.</param>
/// <param name="Duration">For how many seconds.</param>
public sealed record EmergencyProfile(ushort Id, CosemDateTime ActivationTime, uint Duration) : ICosemStructure<EmergencyProfile>
{
    /// <summary>Never.</summary>
    public static EmergencyProfile None { get; } = new(0, CosemDateTime.NotSpecified, 0);

    /// <inheritdoc/>
    public static EmergencyProfile FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new EmergencyProfile(items[0].AsNumber<ushort>(), items[1].AsDateTime(), items[2].AsNumber<uint>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(Id), CosemData.OctetString(ActivationTime), CosemData.DoubleLongUnsigned(Duration));
}

/// <summary>What a limiter is set to.</summary>
/// <param name="MonitoredValue">Attribute 2.</param>
/// <param name="ThresholdNormal">Attribute 4, a number of the type of the value.</param>
/// <param name="ThresholdEmergency">Attribute 5, a number of the type of the value.</param>
/// <param name="MinOverThresholdDuration">Attribute 6, whole seconds.</param>
/// <param name="MinUnderThresholdDuration">Attribute 7, whole seconds.</param>
/// <param name="Actions">Attribute 11: what runs when the threshold was exceeded, and when it no longer is, for so long.</param>
public sealed record LimiterSettings(
    ValueDefinition MonitoredValue, CosemData ThresholdNormal, CosemData ThresholdEmergency, TimeSpan MinOverThresholdDuration,
    TimeSpan MinUnderThresholdDuration, ActionSet Actions)
{
    /// <summary>Attribute 8.</summary>
    public EmergencyProfile EmergencyProfile { get; init; } = EmergencyProfile.None;

    /// <summary>Attribute 9: the groups that the meter belongs to.</summary>
    public IReadOnlyList<ushort> EmergencyProfileGroupIds { get; init; } = [];
}

/// <summary>Class 71, Limiter: runs a script when a value stays above a threshold (IEC 62056-6-2, Limiter). It does not watch of itself: it
/// is told to look.</summary>
public sealed class LimiterObject : CosemObject
{
    private readonly LogicalDevice _device;
    private readonly Func<CosemDateTime, DateTimeOffset> _toUtc;
    private readonly Lock _gate = new();
    private DateTimeOffset? _since; // from when on the value is on the other side than the state says
    private bool _exceeded;

    /// <summary>A limiter.</summary>
    /// <param name="name">Its name, as a rule 0-0:17.0.0.255.</param>
    /// <param name="device">Where the value is and scripts run.</param>
    /// <param name="settings">What it is set to.</param>
    /// <param name="toUtc">The instant that a written activation time means.</param>
    public LimiterObject(LogicalName name, LogicalDevice device, LimiterSettings settings, Func<CosemDateTime, DateTimeOffset> toUtc)
        : base(71, 0, name)
    {
        (_device, _toUtc, Settings) = (device, toUtc, settings);
        WithAttribute(2, CosemTypes.Structure<ValueDefinition>(), () => Settings.MonitoredValue,
            v => Settings = Settings with { MonitoredValue = v });
        WithAttribute(3, () => ThresholdActive);
        WithAttribute(4, CosemTypes.Any, () => Settings.ThresholdNormal, v => Settings = Settings with { ThresholdNormal = v },
            NumericOrder.IsNumber);
        WithAttribute(5, CosemTypes.Any, () => Settings.ThresholdEmergency, v => Settings = Settings with { ThresholdEmergency = v },
            NumericOrder.IsNumber);
        WithAttribute(6, CosemTypes.DoubleLongUnsigned, () => (uint)Settings.MinOverThresholdDuration.TotalSeconds,
            v => Settings = Settings with { MinOverThresholdDuration = TimeSpan.FromSeconds(v) });
        WithAttribute(7, CosemTypes.DoubleLongUnsigned, () => (uint)Settings.MinUnderThresholdDuration.TotalSeconds,
            v => Settings = Settings with { MinUnderThresholdDuration = TimeSpan.FromSeconds(v) });
        WithAttribute(8, CosemTypes.Structure<EmergencyProfile>(), () => Settings.EmergencyProfile,
            v => Settings = Settings with { EmergencyProfile = v });
        WithAttribute(9, CosemTypes.Array(CosemTypes.LongUnsigned), () => Settings.EmergencyProfileGroupIds,
            v => Settings = Settings with { EmergencyProfileGroupIds = v });
        WithAttribute(10, CosemTypes.Boolean, () => IsEmergency);
        WithAttribute(11, CosemTypes.Structure<ActionSet>(), () => Settings.Actions, v => Settings = Settings with { Actions = v });
    }

    /// <summary>What it is set to.</summary>
    public LimiterSettings Settings { get; private set; }

    /// <summary>Whether the emergency threshold held at the last look, attribute 10.</summary>
    public bool IsEmergency { get; private set; }

    /// <summary>The threshold that held at the last look, attribute 3.</summary>
    public CosemData ThresholdActive => IsEmergency ? Settings.ThresholdEmergency : Settings.ThresholdNormal;

    /// <summary>Whether the threshold was exceeded for long enough and not yet kept for long enough.</summary>
    public bool IsExceeded
    {
        get
        {
            lock (_gate) return _exceeded;
        }
    }

    /// <summary>Looks at the value; runs a script where it has been on the other side of the threshold for long enough.</summary>
    /// <returns>What the script came to; null where none was to run.</returns>
    public MethodAnswer? Look(DateTimeOffset now)
    {
        ScriptReference script;
        lock (_gate)
        {
            IsEmergency = IsEmergencyAt(now);
            if (!NumericOrder.TryCompare(Settings.MonitoredValue.ReadFrom(_device), ThresholdActive, out var order)) return null;
            if (order > 0 == _exceeded)
            {
                _since = null;
                return null;
            }
            _since ??= now;
            if (now - _since < (_exceeded ? Settings.MinUnderThresholdDuration : Settings.MinOverThresholdDuration)) return null;
            (_exceeded, _since) = (!_exceeded, null);
            script = _exceeded ? Settings.Actions.Up : Settings.Actions.Down;
        }
        return script.RunOn(_device);
    }

    private bool IsEmergencyAt(DateTimeOffset now)
    {
        var profile = Settings.EmergencyProfile;
        if (!Settings.EmergencyProfileGroupIds.Contains(profile.Id) || !profile.ActivationTime.TryToLocal(out _)) return false;
        var elapsed = now - _toUtc(profile.ActivationTime);
        return elapsed >= TimeSpan.Zero && elapsed < TimeSpan.FromSeconds(profile.Duration);
    }
}

/// <summary>Class 71, Limiter, of a server (IEC 62056-6-2, Limiter).</summary>
public sealed class LimiterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 71, logicalName)
{
    /// <summary>Attribute 2: the value watched.</summary>
    public AttributeProxy<ValueDefinition> MonitoredValue => Attribute(2, CosemTypes.Structure<ValueDefinition>());

    /// <summary>Attribute 3: the threshold that holds.</summary>
    public AttributeProxy<CosemData> ThresholdActive => Attribute(3);

    /// <summary>Attribute 4: the threshold of ordinary times.</summary>
    public AttributeProxy<CosemData> ThresholdNormal => Attribute(4);

    /// <summary>Attribute 5: the threshold of an emergency.</summary>
    public AttributeProxy<CosemData> ThresholdEmergency => Attribute(5);

    /// <summary>Attribute 6: seconds above it before the script runs.</summary>
    public AttributeProxy<uint> MinOverThresholdDuration => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7: seconds not above it before the other script runs.</summary>
    public AttributeProxy<uint> MinUnderThresholdDuration => Attribute(7, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 8: when the emergency threshold holds.</summary>
    public AttributeProxy<EmergencyProfile> EmergencyProfile => Attribute(8, CosemTypes.Structure<EmergencyProfile>());

    /// <summary>Attribute 9: the groups that the meter belongs to.</summary>
    public AttributeProxy<IReadOnlyList<ushort>> EmergencyProfileGroupIdList => Attribute(9, CosemTypes.Array(CosemTypes.LongUnsigned));

    /// <summary>Attribute 10: whether the emergency threshold holds.</summary>
    public AttributeProxy<bool> EmergencyProfileActive => Attribute(10, CosemTypes.Boolean);

    /// <summary>Attribute 11: what runs.</summary>
    public AttributeProxy<ActionSet> Actions => Attribute(11, CosemTypes.Structure<ActionSet>());
}
