using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>The objects of a device as one client may use them: finds them, checks rights, and asks them.</summary>
internal sealed class ServerObjects(LogicalDevice device, AssociationSettings settings, ServerTerms terms)
{
    private CosemObject? _current;

    /// <summary>How the request that is being served is protected.</summary>
    public MessageProtection Protection { get; private set; }

    /// <summary>How its response has to be protected, by the rights to what was touched.</summary>
    public MessageProtection Required { get; private set; }

    /// <summary>Limits of what is taken and given.</summary>
    public AssociationSettings Settings => settings;

    /// <summary>True where all of these services were agreed.</summary>
    public bool Agreed(Conformance services) => terms.Agreed(services);

    /// <summary>Begins a request.</summary>
    public void Begin(MessageProtection protection) => (Protection, Required) = (protection, default);

    /// <summary>A request that came in several messages is protected as the weakest of them.</summary>
    public void Weaken(MessageProtection earlier) => Protection &= earlier;

    /// <summary>The response has to be protected at least so.</summary>
    public void Require(MessageProtection response) => Required |= response;

    public AttributeAnswer Get(CosemAttributeDescriptor attribute, SelectiveAccess? selection)
    {
        var error = Find(attribute.ClassId, attribute.LogicalName, out var found);
        if (error != DataAccessResult.Success) return AttributeAnswer.Refused(error);
        if (selection is not null && !Agreed(settings.UsesShortNames ? Conformance.ParameterizedAccess : Conformance.SelectiveAccess))
            return AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated);
        if (attribute.AttributeId == 0) return GetAll(found!);
        if (!found!.HasAttribute(attribute.AttributeId)) return AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
        if (!MayRead(settings.RightsOf(found, attribute.AttributeId)))
            return AttributeAnswer.Refused(DataAccessResult.ReadWriteDenied);
        return Ask(found, attribute.AttributeId, selection);
    }

    public DataAccessResult Set(CosemAttributeDescriptor attribute, SelectiveAccess? selection, CosemData value)
    {
        var error = Find(attribute.ClassId, attribute.LogicalName, out var found);
        if (error != DataAccessResult.Success) return error;
        if (selection is not null) return DataAccessResult.ScopeOfAccessViolated;
        if (attribute.AttributeId == 0) return SetAll(found!, value);
        if (!found!.HasAttribute(attribute.AttributeId)) return DataAccessResult.ObjectUndefined;
        if (!MayWrite(settings.RightsOf(found, attribute.AttributeId))) return DataAccessResult.ReadWriteDenied;
        var result = Change(found, attribute.AttributeId, value);
        if (result == DataAccessResult.Success) device.NoteChange();
        return result;
    }

    public MethodAnswer Invoke(CosemMethodDescriptor method, CosemData? parameter)
    {
        var error = Find(method.ClassId, method.LogicalName, out var found);
        if (error != DataAccessResult.Success) return (ActionResult)error;
        if (!found!.HasMethod(method.MethodId)) return ActionResult.ObjectUndefined;
        if (!MayRead(settings.MethodRightsOf(found, method.MethodId))) return ActionResult.ReadWriteDenied;
        MethodAnswer answer;
        // Keys are agreed with the client that asks, not with the one that was associated last.
        if (found == settings.Security && !terms.ClientTitle.IsEmpty) settings.Security!.ClientTitle = terms.ClientTitle;
        try
        {
            answer = found.Invoke(method.MethodId, parameter ?? CosemData.Null);
        }
        catch (Exception e) when (IsOfTheValue(e))
        {
            return ActionResult.TypeUnmatched;
        }
        if (answer.Result == ActionResult.Success) device.NoteChange();
        return answer;
    }

    /// <summary>Attribute 0: all of them in a structure, null-data for those this client may not read.</summary>
    private AttributeAnswer GetAll(CosemObject found)
    {
        if (!Agreed(Conformance.Attribute0SupportedWithGet)) return AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
        var values = new List<CosemData>();
        foreach (var attribute in found.Attributes)
        {
            if (attribute <= 0) continue;
            var answer = MayRead(settings.RightsOf(found, attribute)) ? Ask(found, attribute, null) : default;
            try
            {
                values.Add(answer.IsSuccess && answer.HasData ? answer.Data : CosemData.Null);
            }
            catch (ProtocolException)
            {
                return AttributeAnswer.Refused(DataAccessResult.TemporaryFailure);
            }
        }
        return CosemData.Structure(values);
    }

    /// <summary>Attribute 0: a structure of a value for each, null-data for those that stay. Nothing is set where one may not be; the first
    /// refusal of a value ends it.</summary>
    private DataAccessResult SetAll(CosemObject found, CosemData value)
    {
        if (!Agreed(Conformance.Attribute0SupportedWithSet)) return DataAccessResult.ObjectUndefined;
        sbyte[] attributes = [.. found.Attributes.Where(a => a > 0)];
        if (value.Tag != CosemTag.Structure || value.Items.Count != attributes.Length) return DataAccessResult.TypeUnmatched;
        for (var i = 0; i < attributes.Length; i++)
        {
            if (!value.Items[i].IsNull && !MayWrite(settings.RightsOf(found, attributes[i]))) return DataAccessResult.ReadWriteDenied;
        }
        var result = DataAccessResult.Success;
        for (var i = 0; i < attributes.Length && result == DataAccessResult.Success; i++)
        {
            if (value.Items[i].IsNull) continue;
            result = Change(found, attributes[i], value.Items[i]);
            if (result == DataAccessResult.Success) device.NoteChange();
        }
        return result;
    }

    private DataAccessResult Find(ushort classId, LogicalName name, out CosemObject? found)
    {
        found = name == AssociationObject.Current ? _current ??= Current() : device.Find(name);
        if (found is null) return DataAccessResult.ObjectUndefined;
        return found.ClassId == classId ? DataAccessResult.Success : DataAccessResult.ObjectClassInconsistent;
    }

    private CosemObject Current() => settings.UsesShortNames
        ? new AssociationShortNameObject(device, settings, terms, attribute => Get(attribute, null))
        : new AssociationObject(AssociationObject.Current, device, settings, terms);

    private bool MayRead(AccessRights rights) => rights.AllowsRead(Protection) && MayAnswer(rights);

    private bool MayWrite(AccessRights rights) => rights.AllowsWrite(Protection) && MayAnswer(rights);

    /// <summary>Notes how the response has to be protected; false where this association cannot protect it so.</summary>
    private bool MayAnswer(AccessRights rights)
    {
        var response = rights.OfResponses();
        if (!terms.CanProtect.Covers(response)) return false;
        Required |= response;
        return true;
    }

    private static AttributeAnswer Ask(CosemObject found, sbyte attribute, SelectiveAccess? selection)
    {
        try
        {
            return found.Get(attribute, selection);
        }
        catch (Exception e) when (IsOfTheValue(e))
        {
            return AttributeAnswer.Refused(DataAccessResult.TypeUnmatched);
        }
    }

    private static DataAccessResult Change(CosemObject found, sbyte attribute, CosemData value)
    {
        try
        {
            return found.Set(attribute, value);
        }
        catch (Exception e) when (IsOfTheValue(e))
        {
            return DataAccessResult.TypeUnmatched;
        }
    }

    /// <summary>An object that takes a value apart meets what the client sent: a wrong shape or size is a wrong type.</summary>
    private static bool IsOfTheValue(Exception e) => e is ProtocolException or OverflowException or ArgumentException
        or CryptographicException;
}
