using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>How the times of a single action schedule may look (IEC 62056-6-2, Single action schedule, type).</summary>
public enum SingleActionScheduleType : byte
{
    /// <summary>One time; wildcards in the date.</summary>
    OneWithWildcards = 1,
    /// <summary>Several of the same time of day; no wildcards in the date.</summary>
    SameTime = 2,
    /// <summary>Several of the same time of day; wildcards in the date.</summary>
    SameTimeWithWildcards = 3,
    /// <summary>Several; no wildcards in the date.</summary>
    AnyTime = 4,
    /// <summary>Several; wildcards in the date.</summary>
    AnyTimeWithWildcards = 5,
}

/// <summary>When something is executed (IEC 62056-6-2, Single action schedule, execution_time_date).</summary>
/// <param name="Time">Time of day; meters take wildcards here too.</param>
/// <param name="Date">Date, with wildcards.</param>
public sealed record ExecutionTime(CosemTime Time, CosemDate Date) : ICosemStructure<ExecutionTime>
{
    /// <inheritdoc/>
    public static ExecutionTime FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ExecutionTime(CosemTypes.Time.FromData(items[0]), CosemTypes.Date.FromData(items[1]));
    }

    /// <inheritdoc/>
    public CosemData ToData() =>
        CosemData.Structure(CosemData.OctetString(Time.ToArray()), CosemData.OctetString(Date.ToArray()));
}

/// <summary>Class 22, Single action schedule: which script runs when (IEC 62056-6-2, Single action schedule). It has no time of its own: it
/// is told.</summary>
public sealed class SingleActionScheduleObject : CosemObject
{
    private readonly Lock _gate = new();
    private DateTime? _told;

    /// <summary>A schedule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="script">The script, attribute 2.</param>
    /// <param name="type">Attribute 3.</param>
    /// <param name="times">Attribute 4.</param>
    /// <param name="changed">Told when a client wrote other times.</param>
    public SingleActionScheduleObject(
        LogicalName name, ScriptReference script, SingleActionScheduleType type, IReadOnlyList<ExecutionTime> times,
        Action? changed = null) : base(22, 0, name)
    {
        (Script, Type, ExecutionTimes) = (script, type, times);
        WithAttribute(2, CosemTypes.Structure<ScriptReference>(), () => Script, value => Script = value);
        WithAttribute(3, CosemTypes.Enum<SingleActionScheduleType>(), () => Type, value => Type = value,
            value => value is >= SingleActionScheduleType.OneWithWildcards and <= SingleActionScheduleType.AnyTimeWithWildcards);
        WithAttribute(4, CosemTypes.Array<ExecutionTime>(), () => ExecutionTimes, value =>
        {
            ExecutionTimes = value;
            changed?.Invoke();
        }, value => Type != SingleActionScheduleType.OneWithWildcards || value.Count <= 1);
    }

    /// <summary>The script that runs, attribute 2.</summary>
    public ScriptReference Script { get; private set; }

    /// <summary>How the times may look, attribute 3.</summary>
    public SingleActionScheduleType Type { get; private set; }

    /// <summary>When it runs, attribute 4.</summary>
    public IReadOnlyList<ExecutionTime> ExecutionTimes { get; private set; }

    /// <summary>Whether the script is due: some time lies after one moment and not after another, local time.</summary>
    public bool IsDue(DateTime after, DateTime until) =>
        ExecutionTimes.Any(t => Recurrence.TryFindLast(t.Date, t.Time, after, until, out _));

    /// <summary>Tells the local time; runs the script where it became due since the last telling. The first telling only begins.</summary>
    /// <returns>What the script came to; null where it was not due.</returns>
    public MethodAnswer? Tell(DateTime now, LogicalDevice device)
    {
        DateTime? before;
        lock (_gate) (before, _told) = (_told, now);
        return before is { } since && IsDue(since, now) ? Script.RunOn(device) : null;
    }
}

/// <summary>Class 22, Single action schedule, of a server (IEC 62056-6-2, Single action schedule).</summary>
public sealed class SingleActionScheduleProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 22, logicalName)
{
    /// <summary>Attribute 2: the script that runs.</summary>
    public AttributeProxy<ScriptReference> ExecutedScript => Attribute(2, CosemTypes.Structure<ScriptReference>());

    /// <summary>Attribute 3: how the times may look.</summary>
    public AttributeProxy<SingleActionScheduleType> Type => Attribute(3, CosemTypes.Enum<SingleActionScheduleType>());

    /// <summary>Attribute 4: when it runs.</summary>
    public AttributeProxy<IReadOnlyList<ExecutionTime>> ExecutionTimes => Attribute(4, CosemTypes.Array<ExecutionTime>());
}
