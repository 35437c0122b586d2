using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>An object that a COSEM server hosts: its class, logical name, attributes, methods and the rights to them (IEC 62056-6-2,
/// 4.1).</summary>
/// <remarks>
/// Used as it is for classes that only hold data; classes with behaviour derive from it. Attributes and methods are delegates, so that
/// values can be computed when asked for. Several associations may ask at once: the delegates must stand that.
/// </remarks>
/// <param name="classId">Interface class.</param>
/// <param name="version">Its version.</param>
/// <param name="logicalName">The object's name, attribute 1.</param>
public class CosemObject(ushort classId, byte version, LogicalName logicalName)
{
    private readonly SortedList<sbyte, AttributeSlot> _attributes = new()
    {
        [1] = new AttributeSlot(() => CosemData.OctetString(logicalName), null, AccessRights.Read),
    };

    private readonly SortedList<sbyte, MethodSlot> _methods = [];

    private sealed record AttributeSlot(Func<CosemData> Get, Func<CosemData, DataAccessResult>? Set, AccessRights Rights);

    private sealed record MethodSlot(Func<CosemData, MethodAnswer> Invoke, AccessRights Rights);

    /// <summary>Interface class.</summary>
    public ushort ClassId { get; } = classId;

    /// <summary>Version of the class.</summary>
    public byte Version { get; } = version;

    /// <summary>The object's name.</summary>
    public LogicalName LogicalName { get; } = logicalName;

    /// <summary>The attributes there are, in order, 1 among them.</summary>
    public IEnumerable<sbyte> Attributes => _attributes.Keys;

    /// <summary>The methods there are, in order.</summary>
    public IEnumerable<sbyte> Methods => _methods.Keys;

    /// <summary>Adds or replaces an attribute whose value is computed.</summary>
    /// <param name="attribute">2 or more, or negative for manufacturers.</param>
    /// <param name="get">Its value now.</param>
    /// <param name="set">What SET does; null where it is read only.</param>
    /// <returns>This object.</returns>
    public CosemObject WithAttribute(sbyte attribute, Func<CosemData> get, Func<CosemData, DataAccessResult>? set = null)
    {
        _attributes[attribute] = new AttributeSlot(get, set, set is null ? AccessRights.Read : AccessRights.Read | AccessRights.Write);
        return this;
    }

    /// <summary>Adds or replaces an attribute that keeps a value.</summary>
    /// <param name="attribute">2 or more, or negative for manufacturers.</param>
    /// <param name="value">The value at first.</param>
    /// <param name="writable">SET takes a value of the same type.</param>
    /// <returns>This object.</returns>
    public CosemObject WithAttribute(sbyte attribute, CosemData value, bool writable = false)
    {
        var kept = value;
        return writable
            ? WithAttribute(attribute, () => kept, given =>
            {
                if (given.Tag != kept.Tag) return DataAccessResult.TypeUnmatched;
                kept = given;
                return DataAccessResult.Success;
            })
            : WithAttribute(attribute, () => kept);
    }

    /// <summary>Adds or replaces a method. Its parameter is null-data where none was sent.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithMethod(sbyte method, Func<CosemData, MethodAnswer> invoke)
    {
        _methods[method] = new MethodSlot(invoke, AccessRights.Read);
        return this;
    }

    /// <summary>Adds or replaces an attribute of a type. SET of another type or shape is answered by type-unmatched.</summary>
    /// <param name="attribute">2 or more, or negative for manufacturers.</param>
    /// <param name="type">How the value stands in it.</param>
    /// <param name="get">Its value now.</param>
    /// <param name="set">Takes what a client wrote; null where it is read only.</param>
    /// <param name="allows">Whether a value is in range, else SET is answered by other-reason; null for any.</param>
    /// <returns>This object.</returns>
    public CosemObject WithAttribute<T>(
        sbyte attribute, CosemType<T> type, Func<T> get, Action<T>? set = null, Func<T, bool>? allows = null)
    {
        if (set is null) return WithAttribute(attribute, () => type.ToData(get()));
        return WithAttribute(attribute, () => type.ToData(get()), given =>
        {
            if (!type.TryTake(given, out var value)) return DataAccessResult.TypeUnmatched;
            if (allows is not null && !allows(value)) return DataAccessResult.OtherReason;
            set(value);
            return DataAccessResult.Success;
        });
    }

    /// <summary>Adds or replaces a method whose parameter has a type; another one is answered by type-unmatched.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithMethod<T>(sbyte method, CosemType<T> type, Func<T, MethodAnswer> invoke) => WithMethod(
        method, parameter => type.TryTake(parameter, out var value) ? invoke(value) : ActionResult.TypeUnmatched);

    /// <summary>Declares another right to an attribute than the one that follows from its having a setter.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithAccess(sbyte attribute, AttributeAccessMode mode) => WithAttributeRights(attribute, mode.ToRights());

    /// <summary>Declares another right to a method than plain access.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithAccess(sbyte method, MethodAccessMode mode) => WithMethodRights(method, mode.ToRights());

    /// <summary>Declares the rights to an attribute, with the protection they ask for.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithAttributeRights(sbyte attribute, AccessRights rights)
    {
        _attributes[attribute] = _attributes[attribute] with { Rights = rights };
        return this;
    }

    /// <summary>Declares the rights to a method, with the protection they ask for.</summary>
    /// <returns>This object.</returns>
    public CosemObject WithMethodRights(sbyte method, AccessRights rights)
    {
        _methods[method] = _methods[method] with { Rights = rights };
        return this;
    }

    /// <summary>What the object itself allows with an attribute; a client may be allowed less.</summary>
    public AccessRights RightsOf(sbyte attribute) =>
        _attributes.TryGetValue(attribute, out var slot) ? slot.Rights : AccessRights.None;

    /// <summary>What the object itself allows with a method; a client may be allowed less.</summary>
    public AccessRights MethodRightsOf(sbyte method) =>
        _methods.TryGetValue(method, out var slot) ? slot.Rights : AccessRights.None;

    /// <summary>Whether there is such an attribute.</summary>
    public bool HasAttribute(sbyte attribute) => _attributes.ContainsKey(attribute);

    /// <summary>Whether there is such a method.</summary>
    public bool HasMethod(sbyte method) => _methods.ContainsKey(method);

    /// <summary>The access selectors of an attribute, for the object list.</summary>
    public virtual IReadOnlyList<byte> SelectorsOf(sbyte attribute) => [];

    /// <summary>Answers GET. Rights have been checked.</summary>
    public virtual AttributeAnswer Get(sbyte attribute, SelectiveAccess? selection)
    {
        if (!_attributes.TryGetValue(attribute, out var slot)) return AttributeAnswer.Refused(DataAccessResult.ObjectUndefined);
        return selection is null ? slot.Get() : AttributeAnswer.Refused(DataAccessResult.ScopeOfAccessViolated);
    }

    /// <summary>Carries out SET. Rights have been checked.</summary>
    public virtual DataAccessResult Set(sbyte attribute, CosemData value)
    {
        if (!_attributes.TryGetValue(attribute, out var slot)) return DataAccessResult.ObjectUndefined;
        return slot.Set is null ? DataAccessResult.ReadWriteDenied : slot.Set(value);
    }

    /// <summary>Carries out ACTION. Rights have been checked.</summary>
    public virtual MethodAnswer Invoke(sbyte method, CosemData parameter) =>
        _methods.TryGetValue(method, out var slot) ? slot.Invoke(parameter) : ActionResult.ObjectUndefined;

    /// <summary>A setter that takes integers of any width and refuses what is out of range.</summary>
    protected static Func<CosemData, DataAccessResult> IntegerSetter(long least, long most, Action<long> set) => given =>
    {
        if (!given.TryGetInteger(out var value)) return DataAccessResult.TypeUnmatched;
        if (value < least || value > most) return DataAccessResult.OtherReason;
        set(value);
        return DataAccessResult.Success;
    };
}
