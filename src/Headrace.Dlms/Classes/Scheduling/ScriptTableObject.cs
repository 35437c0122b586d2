using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>One step of a script (IEC 62056-6-2, 4.5.2).</summary>
/// <param name="Execute">True to invoke a method, false to write an attribute.</param>
/// <param name="ClassId">Class of the object.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="Index">Attribute or method.</param>
/// <param name="Parameter">Value or parameter.</param>
public sealed record ScriptAction(bool Execute, ushort ClassId, LogicalName LogicalName, sbyte Index, CosemData Parameter);

/// <summary>A script: a number and its steps.</summary>
/// <param name="Id">1..65535.</param>
/// <param name="Actions">The steps, in order.</param>
public sealed record Script(ushort Id, IReadOnlyList<ScriptAction> Actions);

/// <summary>Class 9, Script table (IEC 62056-6-2, 4.5.2).</summary>
public sealed class ScriptTableObject : CosemObject
{
    private readonly LogicalDevice _device;
    private readonly IReadOnlyList<Script> _scripts;

    /// <summary>Scripts over the objects of one device.</summary>
    public ScriptTableObject(LogicalName name, LogicalDevice device, params IReadOnlyList<Script> scripts) : base(9, 0, name)
    {
        (_device, _scripts) = (device, scripts);
        WithAttribute(2, CosemData.Array([.. scripts.Select(ToData)]));
        WithMethod(1, parameter => parameter.TryGetInteger(out var id) ? Execute(id) : ActionResult.TypeUnmatched);
    }

    /// <summary>Runs a script; stops at the first step that fails and tells its result.</summary>
    public MethodAnswer Execute(long id)
    {
        var script = _scripts.FirstOrDefault(s => s.Id == id);
        if (script is null) return ActionResult.ObjectUndefined;
        foreach (var action in script.Actions)
        {
            var result = action.Execute
                ? _device.InvokeInternally(action.ClassId, action.LogicalName, action.Index, action.Parameter).Result
                : (ActionResult)_device.SetInternally(action.ClassId, action.LogicalName, action.Index, action.Parameter);
            if (result != ActionResult.Success) return result;
        }
        return MethodAnswer.Done;
    }

    private static CosemData ToData(Script script) => CosemData.Structure(
        CosemData.LongUnsigned(script.Id),
        CosemData.Array([.. script.Actions.Select(a => CosemData.Structure(
            CosemData.Enum(a.Execute ? (byte)2 : (byte)1), CosemData.LongUnsigned(a.ClassId), CosemData.OctetString(a.LogicalName),
            CosemData.Integer(a.Index), a.Parameter))]));
}
