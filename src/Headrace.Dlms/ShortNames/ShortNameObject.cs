using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>An object as a server with short names lists it (IEC 62056-6-2, Association SN, <c>object_list_element</c>).</summary>
/// <param name="BaseName">Short name of its first attribute.</param>
/// <param name="ClassId">Interface class.</param>
/// <param name="Version">Version of the class.</param>
/// <param name="LogicalName">The object's name.</param>
public sealed record ShortNameObject(ushort BaseName, ushort ClassId, byte Version, LogicalName LogicalName)
    : ICosemStructure<ShortNameObject>
{
    /// <summary>Reads a row of an object list. The base name is a long by the standard, and a long-unsigned with some meters.</summary>
    /// <exception cref="ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ShortNameObject FromData(CosemData data)
    {
        var items = data.AsStructure(4);
        return new ShortNameObject(
            BaseNameOf(items[0]), items[1].AsNumber<ushort>(), items[2].AsNumber<byte>(), items[3].AsLogicalName());
    }

    /// <summary>A row of an object list.</summary>
    public CosemData ToData() => CosemData.Structure(
        BaseNameData(BaseName), CosemData.LongUnsigned(ClassId), CosemData.Unsigned(Version), CosemData.OctetString(LogicalName));

    /// <summary>A base name as data: a long, so FA00 is negative.</summary>
    internal static CosemData BaseNameData(ushort baseName) => CosemData.Long(unchecked((short)baseName));

    /// <summary>A base name, however signed.</summary>
    /// <exception cref="ProtocolException">Not an integer of 16 bits.</exception>
    internal static ushort BaseNameOf(CosemData data) => data.AsInteger() switch
    {
        >= short.MinValue and < 0 and var negative => unchecked((ushort)negative),
        >= 0 and <= ushort.MaxValue and var positive => (ushort)positive,
        _ => throw new ProtocolException($"base name {data}"),
    };
}

/// <summary>What a short name stands for.</summary>
/// <param name="Object">The object.</param>
/// <param name="Member">Number of the attribute or of the method.</param>
/// <param name="IsMethod">A method; else an attribute.</param>
public readonly record struct ShortNameTarget(ShortNameObject Object, sbyte Member, bool IsMethod)
{
    /// <summary>The attribute by its logical name; only where it is one.</summary>
    public CosemAttributeDescriptor Attribute => new(Object.ClassId, Object.LogicalName, Member);

    /// <summary>The method by its logical name; only where it is one.</summary>
    public CosemMethodDescriptor Method => new(Object.ClassId, Object.LogicalName, Member);
}
