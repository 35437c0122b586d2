using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>One step of a script (IEC 62056-6-2, Script table, action_specification).</summary>
/// <param name="Execute">True to invoke a method, false to write an attribute.</param>
/// <param name="ClassId">Class of the object.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="Index">Attribute or method.</param>
/// <param name="Parameter">Value or parameter.</param>
public sealed record ScriptAction(bool Execute, ushort ClassId, LogicalName LogicalName, sbyte Index, CosemData Parameter)
    : ICosemStructure<ScriptAction>
{
    private const byte WriteService = 1;
    private const byte ExecuteService = 2;

    /// <inheritdoc/>
    public static ScriptAction FromData(CosemData data)
    {
        var items = data.AsStructure(5);
        var service = items[0].AsNumber<byte>();
        if (service is not (WriteService or ExecuteService)) throw new ProtocolException($"service {service} in a script");
        return new ScriptAction(
            service == ExecuteService, items[1].AsNumber<ushort>(), items[2].AsLogicalName(), items[3].AsNumber<sbyte>(), items[4]);
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.Enum(Execute ? ExecuteService : WriteService), CosemData.LongUnsigned(ClassId), CosemData.OctetString(LogicalName),
        CosemData.Integer(Index), Parameter);
}

/// <summary>A script: a number and its steps (IEC 62056-6-2, Script table, script).</summary>
/// <param name="Id">1..65535.</param>
/// <param name="Actions">The steps, in order.</param>
public sealed record Script(ushort Id, IReadOnlyList<ScriptAction> Actions) : ICosemStructure<Script>
{
    /// <inheritdoc/>
    public static Script FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new Script(items[0].AsNumber<ushort>(), items[1].AsList(ScriptAction.FromData));
    }

    /// <inheritdoc/>
    public CosemData ToData() =>
        CosemData.Structure(CosemData.LongUnsigned(Id), CosemData.Array([.. Actions.Select(a => a.ToData())]));
}

/// <summary>Class 9, Script table (IEC 62056-6-2, Script table).</summary>
public sealed class ScriptTableObject : CosemObject
{
    /// <summary>How deep scripts may run scripts; a script that runs itself ends here.</summary>
    private const int MaximumDepth = 8;

    [ThreadStatic]
    private static int _depth;

    private readonly LogicalDevice _device;

    /// <summary>Scripts over the objects of one device.</summary>
    public ScriptTableObject(LogicalName name, LogicalDevice device, params IReadOnlyList<Script> scripts) : base(9, 0, name)
    {
        (_device, Scripts) = (device, scripts);
        WithAttribute(2, CosemTypes.Array<Script>(), () => Scripts, value => Scripts = value, AreNumbered);
        WithMethod(1, parameter => parameter.TryGetInteger(out var id) ? Execute(id) : ActionResult.TypeUnmatched);
    }

    /// <summary>The scripts, attribute 2.</summary>
    public IReadOnlyList<Script> Scripts { get; private set; }

    /// <summary>Runs a script; stops at the first step that fails and tells its result.</summary>
    /// <returns>Object-undefined where there is no such script, other-reason where scripts run each other more than eight deep.</returns>
    public MethodAnswer Execute(long id)
    {
        var script = Scripts.FirstOrDefault(s => s.Id == id);
        if (script is null) return ActionResult.ObjectUndefined;
        if (_depth >= MaximumDepth) return ActionResult.OtherReason;
        _depth++;
        try
        {
            return Run(script);
        }
        finally
        {
            _depth--;
        }
    }

    private MethodAnswer Run(Script script)
    {
        foreach (var action in script.Actions)
        {
            var result = action.Execute
                ? _device.InvokeInternally(action.ClassId, action.LogicalName, action.Index, action.Parameter).Result
                : (ActionResult)_device.SetInternally(action.ClassId, action.LogicalName, action.Index, action.Parameter);
            if (result != ActionResult.Success) return result;
        }
        return MethodAnswer.Done;
    }

    private static bool AreNumbered(IReadOnlyList<Script> scripts) =>
        scripts.All(s => s.Id > 0) && scripts.Select(s => s.Id).Distinct().Count() == scripts.Count;
}

/// <summary>Class 9, Script table, of a server (IEC 62056-6-2, Script table).</summary>
public sealed class ScriptTableProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 9, logicalName)
{
    /// <summary>Attribute 2: the scripts.</summary>
    public AttributeProxy<IReadOnlyList<Script>> Scripts => Attribute(2, CosemTypes.Array<Script>());

    /// <summary>Method 1: runs a script by its number.</summary>
    public MethodProxy<ushort> Execute => Method(1, CosemTypes.LongUnsigned);
}
