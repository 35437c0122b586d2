using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>
/// Short names of attributes and methods, from the base names of their objects and back (IEC 62056-6-2, short name mapping).
/// </summary>
/// <remarks>
/// Attribute n stands at base name + 8 × (n - 1); method m at base name + the offset of the class's methods + 8 × (m - 1). Methods of a
/// class whose offset is not known (<see cref="InterfaceClass.ShortNameOfMethods"/>) have no short name here. Not changed once made: safe
/// for any number of threads.
/// </remarks>
public sealed class ShortNameMap
{
    /// <summary>From one attribute or method to the next.</summary>
    public const int Spacing = 8;

    private readonly Entry[] _byBaseName;
    private readonly Dictionary<(ushort ClassId, LogicalName Name), Entry> _byLogicalName = [];

    private sealed record Entry(ShortNameObject Object, InterfaceClass? Class, int End)
    {
        public int MethodOffset => Class?.ShortNameOfMethods ?? 0;

        /// <summary>The name of a member at an offset; null where that is no longer inside the object.</summary>
        public ushort? At(int offset) => Object.BaseName + offset < End ? (ushort)(Object.BaseName + offset) : null;

        /// <summary>The offset of a method; null where the class is not known to have it, or an attribute stands there.</summary>
        public int? OffsetOf(sbyte method)
        {
            if (MethodOffset == 0 || Class!.Method(method) is null) return null;
            var offset = MethodOffset + (method - 1) * Spacing;
            return Class.Attributes.Any(a => (a.Id - 1) * Spacing == offset) ? null : offset;
        }

        /// <summary>Attributes that the definition lacks are let pass as far as the methods: manufacturers and later versions add
        /// some.</summary>
        public bool HasAttribute(int number) =>
            number is >= 1 and <= sbyte.MaxValue
            && (MethodOffset == 0 || (number - 1) * Spacing < MethodOffset || Class!.Attribute((sbyte)number) is not null);
    }

    /// <summary>A map of objects. Where two have the same base name or the same logical name, the first counts.</summary>
    public ShortNameMap(IEnumerable<ShortNameObject> objects)
    {
        ShortNameObject[] sorted = [.. objects.DistinctBy(o => o.BaseName).OrderBy(o => o.BaseName)];
        _byBaseName = new Entry[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            var end = i + 1 < sorted.Length ? sorted[i + 1].BaseName : ushort.MaxValue + 1;
            _byBaseName[i] = new Entry(sorted[i], InterfaceClasses.Nearest(sorted[i].ClassId, sorted[i].Version), end);
            _byLogicalName.TryAdd((sorted[i].ClassId, sorted[i].LogicalName), _byBaseName[i]);
        }
        Objects = sorted;
    }

    /// <summary>What is known of every server before its object list is read: the objects with reserved base names.</summary>
    public static ShortNameMap Reserved { get; } = new(
    [
        new ShortNameObject(ReservedBaseNames.Association, 12, 4, AssociationObject.Current),
        new ShortNameObject(ReservedBaseNames.BroadcastScripts, 9, 0, new LogicalName(0, 0, 10, 0, 125, 255)),
        new ShortNameObject(ReservedBaseNames.SapAssignment, 17, 0, new LogicalName(0, 0, 41, 0, 0, 255)),
        new ShortNameObject(ReservedBaseNames.LogicalDeviceName, 1, 0, new LogicalName(0, 0, 42, 0, 0, 255)),
    ]);

    /// <summary>The objects in order of their base names.</summary>
    public IReadOnlyList<ShortNameObject> Objects { get; }

    /// <summary>A map from an object list (attribute 2 of Association SN). The association itself is added where the list lacks
    /// it.</summary>
    /// <exception cref="ProtocolException">Not an object list.</exception>
    public static ShortNameMap FromObjectList(CosemData objectList) =>
        new(objectList.AsList(ShortNameObject.FromData).Append(Reserved.Objects[0]));

    /// <summary>The short name of an attribute; null where the object, or room for the attribute in it, is not there.</summary>
    public ushort? Find(CosemAttributeDescriptor attribute) =>
        _byLogicalName.TryGetValue((attribute.ClassId, attribute.LogicalName), out var found) && found.HasAttribute(attribute.AttributeId)
            ? found.At((attribute.AttributeId - 1) * Spacing)
            : null;

    /// <summary>The short name of a method; null where the object is not there, or the class is not known to have the method.</summary>
    public ushort? Find(CosemMethodDescriptor method) =>
        _byLogicalName.TryGetValue((method.ClassId, method.LogicalName), out var found)
        && found.OffsetOf(method.MethodId) is { } offset
            ? found.At(offset)
            : null;

    /// <summary>What a short name stands for; null where it is nothing, or lies between two.</summary>
    public ShortNameTarget? Find(ushort name)
    {
        if (EntryAt(name) is not { } found) return null;
        var (slot, rest) = Math.DivRem(name - found.Object.BaseName, Spacing);
        if (rest != 0) return null;
        var attribute = slot + 1;
        if (attribute <= sbyte.MaxValue && found.Class?.Attribute((sbyte)attribute) is not null) return Attribute(found, attribute);
        var method = slot - found.MethodOffset / Spacing + 1;
        if (found.MethodOffset > 0 && method is >= 1 and <= sbyte.MaxValue && found.Class!.Method((sbyte)method) is not null)
            return new ShortNameTarget(found.Object, (sbyte)method, true);
        return found.HasAttribute(attribute) ? Attribute(found, attribute) : null;
    }

    /// <summary>Names what a server reports by short names (IEC 62056-5-3, InformationReport).</summary>
    /// <returns>Each variable's attribute, null where it is not known or not a plain variable, with its value.</returns>
    public IReadOnlyList<(CosemAttributeDescriptor? Attribute, CosemData Value)> Resolve(InformationReport report) =>
        [.. report.Variables.Zip(report.Values, (variable, value) =>
            (variable is VariableName { Name: var name } && Find(name) is { IsMethod: false } target
                ? target.Attribute : (CosemAttributeDescriptor?)null, value))];

    private static ShortNameTarget Attribute(Entry found, int number) => new(found.Object, (sbyte)number, false);

    /// <summary>The last object that begins at or before a name.</summary>
    private Entry? EntryAt(ushort name)
    {
        var (low, high) = (0, _byBaseName.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_byBaseName[middle].Object.BaseName <= name) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : _byBaseName[low - 1];
    }
}
