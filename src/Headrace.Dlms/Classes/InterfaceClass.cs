using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>One version of an interface class as data: what its attributes and methods are called and which types they take (IEC 62056-6-2,
/// clause 4).</summary>
/// <remarks>Serves names in tools, the mapping of short names, and checks of what a meter answers.</remarks>
/// <param name="ClassId">Interface class.</param>
/// <param name="Version">Version of the class.</param>
/// <param name="Name">The standard's name, in English.</param>
/// <param name="Attributes">All attributes in order, 1 (logical_name) among them.</param>
/// <param name="Methods">All methods in order.</param>
/// <param name="ShortNameOfMethods">Offset of method 1 from the base name, a multiple of eight; 0 where the class has none.</param>
public sealed record InterfaceClass(
    ushort ClassId, byte Version, string Name, IReadOnlyList<AttributeDefinition> Attributes, IReadOnlyList<MethodDefinition> Methods,
    ushort ShortNameOfMethods = 0)
{
    /// <summary>Defines a class; attribute 1 is put in front.</summary>
    internal static InterfaceClass Define(
        ushort classId, byte version, string name, AttributeDefinition[] attributes, MethodDefinition[] methods,
        ushort shortNameOfMethods = 0) =>
        new(classId, version, name, [AttributeDefinition.LogicalName, .. attributes], methods, shortNameOfMethods);

    /// <summary>An attribute; null where this version has none of that number.</summary>
    public AttributeDefinition? Attribute(sbyte id) => Attributes.FirstOrDefault(a => a.Id == id);

    /// <summary>A method; null where this version has none of that number.</summary>
    public MethodDefinition? Method(sbyte id) => Methods.FirstOrDefault(m => m.Id == id);
}

/// <summary>An attribute of an interface class.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The standard's name in lower case with underscores.</param>
/// <param name="Types">The types it may have; empty for any (CHOICE).</param>
public sealed record AttributeDefinition(sbyte Id, string Name, params IReadOnlyList<CosemTag> Types)
{
    /// <summary>Attribute 1 of every class.</summary>
    public static AttributeDefinition LogicalName { get; } = new(1, "logical_name", CosemTag.OctetString);

    /// <summary>Whether a value may stand in this attribute. A compact-array counts as an array.</summary>
    public bool Takes(CosemTag tag) =>
        Types.Count == 0 || Types.Contains(tag) || (tag == CosemTag.CompactArray && Types.Contains(CosemTag.Array));
}

/// <summary>A method of an interface class.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The standard's name in lower case with underscores.</param>
/// <param name="Types">The types its parameter may have; empty for any.</param>
public sealed record MethodDefinition(sbyte Id, string Name, params IReadOnlyList<CosemTag> Types);
