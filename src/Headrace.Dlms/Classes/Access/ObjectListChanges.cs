using System.Collections.Concurrent;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What a client has changed in its object list (IEC 62056-6-2, association LN, <c>add_object</c> and <c>remove_object</c>). It
/// can only narrow what the device's settings give it.</summary>
internal sealed class ObjectListChanges
{
    // As many as the device has objects at most: names that are not there are refused before.
    private readonly ConcurrentDictionary<LogicalName, Listed> _changed = new();

    private sealed record Listed(IReadOnlyDictionary<sbyte, AccessRights> Attributes, IReadOnlyDictionary<sbyte, AccessRights> Methods);

    private static readonly Listed Removed = new(new Dictionary<sbyte, AccessRights>(), new Dictionary<sbyte, AccessRights>());

    /// <summary>Takes an object out of the list.</summary>
    public void Remove(LogicalName name) => _changed[name] = Removed;

    /// <summary>Puts an object into the list, with the rights of an <c>object_list_element</c>.</summary>
    /// <param name="name">The object.</param>
    /// <param name="rights"><c>access_rights</c> of the element.</param>
    /// <param name="version">Version of the association object, which says what modes mean.</param>
    /// <exception cref="ProtocolException">Not such rights.</exception>
    public void Add(LogicalName name, CosemData rights, byte version)
    {
        var lists = rights.AsStructure(2);
        _changed[name] = new Listed(
            Read(lists[0].AsArray(), 3, mode => version >= 3 ? (AccessRights)mode : ((AttributeAccessMode)mode).ToRights()),
            Read(lists[1].AsArray(), 2, mode => version >= 3 ? (AccessRights)mode : ((MethodAccessMode)mode).ToRights()));
    }

    /// <summary>What is left of the rights to an attribute.</summary>
    public AccessRights Narrow(CosemObject found, sbyte attribute, AccessRights rights) =>
        _changed.TryGetValue(found.LogicalName, out var listed) ? Narrow(rights, listed.Attributes.GetValueOrDefault(attribute)) : rights;

    /// <summary>What is left of the rights to a method.</summary>
    public AccessRights NarrowMethod(CosemObject found, sbyte method, AccessRights rights) =>
        _changed.TryGetValue(found.LogicalName, out var listed) ? Narrow(rights, listed.Methods.GetValueOrDefault(method)) : rights;

    private static AccessRights Narrow(AccessRights own, AccessRights listed)
    {
        const AccessRights allowed = AccessRights.Read | AccessRights.Write;
        var left = own & listed & allowed;
        return left == AccessRights.None ? AccessRights.None : left | ((own | listed) & ~allowed);
    }

    private static Dictionary<sbyte, AccessRights> Read(IReadOnlyList<CosemData> items, int parts, Func<byte, AccessRights> rights)
    {
        var read = new Dictionary<sbyte, AccessRights>();
        foreach (var item in items)
        {
            var fields = item.AsStructure(parts);
            var mode = fields[1].Tag == CosemTag.Boolean ? (byte)(fields[1].AsBoolean() ? 1 : 0) : Descriptor.Number<byte>(fields[1]);
            read[Descriptor.Number<sbyte>(fields[0])] = rights(mode);
        }
        return read;
    }
}
