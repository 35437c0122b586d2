using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>The objects of a device as one client may use them: finds them, checks rights, and asks them.</summary>
internal sealed class ServerObjects(LogicalDevice device, AssociationSettings settings, AssociationObject current)
{
    /// <summary>Services agreed with the client.</summary>
    public Conformance Conformance { get; set; }

    public AttributeAnswer Get(AttributeSelection wanted, bool authenticated)
    {
        var (attribute, selection) = wanted;
        var error = Find(attribute.ClassId, attribute.LogicalName, out var found);
        if (error != DataAccessResult.Success) return AttributeAnswer.Refused(error);
        if (selection is not null
            && !Conformance.HasFlag(Conformance.SelectiveAccess)) return AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated);
        if (attribute.AttributeId == 0) return GetAll(found!, authenticated);
        if (!found!.Attributes.Contains(attribute.AttributeId)) return AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
        if (!settings.RightsOf(found,
            attribute.AttributeId).AllowsRead(authenticated)) return AttributeAnswer.Refused(DataAccessResult.ReadWriteDenied);
        return Guard(() => found.Get(attribute.AttributeId, selection), AttributeAnswer.Refused(DataAccessResult.TypeUnmatched));
    }

    public DataAccessResult Set(AttributeSelection wanted, CosemData value, bool authenticated)
    {
        var (attribute, selection) = wanted;
        var error = Find(attribute.ClassId, attribute.LogicalName, out var found);
        if (error != DataAccessResult.Success) return error;
        if (selection is not null) return DataAccessResult.ScopeOfAccessViolated;
        if (!found!.Attributes.Contains(attribute.AttributeId)) return DataAccessResult.ObjectUndefined;
        if (!settings.RightsOf(found, attribute.AttributeId).AllowsWrite(authenticated)) return DataAccessResult.ReadWriteDenied;
        var result = Guard(() => found.Set(attribute.AttributeId, value), DataAccessResult.TypeUnmatched);
        if (result == DataAccessResult.Success) device.NoteChange();
        return result;
    }

    public MethodAnswer Invoke(CosemMethodDescriptor method, CosemData? parameter, bool authenticated)
    {
        var error = Find(method.ClassId, method.LogicalName, out var found);
        if (error != DataAccessResult.Success) return (ActionResult)error;
        if (!found!.Methods.Contains(method.MethodId)) return ActionResult.ObjectUndefined;
        if (!settings.MethodRightsOf(found, method.MethodId).AllowsInvoke(authenticated)) return ActionResult.ReadWriteDenied;
        var answer = Guard(() => found.Invoke(method.MethodId, parameter ?? CosemData.Null), ActionResult.TypeUnmatched);
        if (answer.Result == ActionResult.Success) device.NoteChange();
        return answer;
    }

    /// <summary>Attribute 0: all of them in a structure, null-data for those this client may not read.</summary>
    private AttributeAnswer GetAll(CosemObject found, bool authenticated)
    {
        if (!Conformance.HasFlag(Conformance.Attribute0SupportedWithGet)) return AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
        return Guard<AttributeAnswer>(() => CosemData.Structure([.. found.Attributes.Where(a => a > 0).Select(a =>
            settings.RightsOf(found, a).AllowsRead(authenticated) && found.Get(a, null) is { IsSuccess: true } answer ? answer.Data
                : CosemData.Null)]),
            AttributeAnswer.Refused(DataAccessResult.TemporaryFailure));
    }

    private DataAccessResult Find(ushort classId, LogicalName name, out CosemObject? found)
    {
        found = name == AssociationObject.Current ? current : device.Find(name);
        if (found is null) return DataAccessResult.ObjectUndefined;
        return found.ClassId == classId ? DataAccessResult.Success : DataAccessResult.ObjectClassInconsistent;
    }

    /// <summary>An object that takes a value apart meets what the client sent: a wrong shape is a wrong type.</summary>
    private static T Guard<T>(Func<T> ask, T wrongType)
    {
        try
        {
            return ask();
        }
        catch (ProtocolException)
        {
            return wrongType;
        }
    }
}
