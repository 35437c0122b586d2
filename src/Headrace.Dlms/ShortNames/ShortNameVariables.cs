using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.ShortNames;

/// <summary>The attributes and methods of a device by their short names, with the rights of one client.</summary>
internal sealed class ShortNameVariables(ServerObjects objects, ShortNameMap map)
{
    /// <summary>The objects, with the protection of the request that is being served.</summary>
    public ServerObjects Objects => objects;

    /// <summary>The short name of an attribute; null where it has none.</summary>
    public ushort? Find(CosemAttributeDescriptor attribute) => map.Find(attribute);

    /// <summary>Reads an attribute, or a part of it, or invokes a method that returns something.</summary>
    public AttributeAnswer Read(VariableAccess access)
    {
        switch (access)
        {
            case VariableName { Name: var name }:
                return map.Find(name) is { IsMethod: false } whole
                    ? objects.Get(whole.Attribute, null)
                    : AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
            case ParameterizedAccess when !objects.Agreed(Conformance.ParameterizedAccess):
                return AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated);
            case ParameterizedAccess { Name: var name, Selection: var selection }:
                return map.Find(name) switch
                {
                    null => AttributeAnswer.Refused(DataAccessResult.ObjectUndefined),
                    { IsMethod: true } method => Invoke(method.Method, selection.Parameter),
                    { } attribute => objects.Get(attribute.Attribute, selection),
                };
            default:
                return AttributeAnswer.Refused(DataAccessResult.OtherReason);
        }
    }

    /// <summary>Writes an attribute, or invokes a method.</summary>
    public DataAccessResult Write(VariableAccess access, CosemData value)
    {
        var (name, selection) = access switch
        {
            VariableName variable => (variable.Name, (SelectiveAccess?)null),
            ParameterizedAccess part => (part.Name, part.Selection),
            _ => default,
        };
        return map.Find(name) switch
        {
            null => DataAccessResult.ObjectUndefined,
            { IsMethod: false } attribute => objects.Set(attribute.Attribute, selection, value),
            _ when selection is not null => DataAccessResult.ScopeOfAccessViolated,
            { } method => (DataAccessResult)objects.Invoke(method.Method, value).Result,
        };
    }

    private AttributeAnswer Invoke(CosemMethodDescriptor method, CosemData parameter)
    {
        var answer = objects.Invoke(method, parameter);
        return answer.Result == ActionResult.Success
            ? answer.Data ?? CosemData.Null
            : AttributeAnswer.Refused((DataAccessResult)answer.Result);
    }
}
