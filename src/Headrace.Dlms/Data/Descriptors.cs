namespace Headrace.Dlms.Data;

/// <summary>Names an attribute by logical name referencing (IEC 62056-5-3, <c>Cosem-Attribute-Descriptor</c>).</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="AttributeId">1 is the logical name; 0 means every attribute.</param>
public readonly record struct CosemAttributeDescriptor(ushort ClassId, LogicalName LogicalName, sbyte AttributeId)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 9;

    /// <summary>Reads the nine untagged bytes.</summary>
    public static CosemAttributeDescriptor Read(ref CosemReader reader) =>
        new(reader.ReadUInt16(), LogicalName.FromBytes(reader.Take(LogicalName.Size)), unchecked((sbyte)reader.ReadByte()));

    /// <summary>Writes the nine untagged bytes.</summary>
    public void WriteTo(CosemWriter writer) => Descriptor.Write(writer, ClassId, LogicalName, AttributeId);
}

/// <summary>Names a method by logical name referencing (IEC 62056-5-3, <c>Cosem-Method-Descriptor</c>).</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="MethodId">1 is the first specific method.</param>
public readonly record struct CosemMethodDescriptor(ushort ClassId, LogicalName LogicalName, sbyte MethodId)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 9;

    /// <summary>Reads the nine untagged bytes.</summary>
    public static CosemMethodDescriptor Read(ref CosemReader reader) =>
        new(reader.ReadUInt16(), LogicalName.FromBytes(reader.Take(LogicalName.Size)), unchecked((sbyte)reader.ReadByte()));

    /// <summary>Writes the nine untagged bytes.</summary>
    public void WriteTo(CosemWriter writer) => Descriptor.Write(writer, ClassId, LogicalName, MethodId);
}

/// <summary>One captured column: class, logical name, attribute and data index (IEC 62056-6-2, profile generic, capture_objects).</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="AttributeIndex">The attribute.</param>
/// <param name="DataIndex">0 for the whole attribute, n for its n-th element; newer versions give ranges in the high byte.</param>
public readonly record struct CaptureObjectDefinition(ushort ClassId, LogicalName LogicalName, sbyte AttributeIndex, ushort DataIndex)
{
    /// <summary>Reads a structure of four.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static CaptureObjectDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(4);
        var (classId, dataIndex) = (Descriptor.Number<ushort>(items[0]), Descriptor.Number<ushort>(items[3]));
        return new CaptureObjectDefinition(classId, items[1].AsLogicalName(), Descriptor.Number<sbyte>(items[2]), dataIndex);
    }

    /// <summary>The structure of four.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(ClassId), CosemData.OctetString(LogicalName), CosemData.Integer(AttributeIndex),
        CosemData.LongUnsigned(DataIndex));
}

/// <summary>What descriptors share.</summary>
internal static class Descriptor
{
    internal static void Write(CosemWriter writer, ushort classId, LogicalName name, sbyte index)
    {
        Span<byte> octets = stackalloc byte[LogicalName.Size];
        name.CopyTo(octets);
        writer.WriteUInt16(classId);
        writer.WriteRaw(octets);
        writer.WriteByte(unchecked((byte)index));
    }

    /// <summary>The integer in the range of a narrower type.</summary>
    internal static T Number<T>(CosemData data) where T : System.Numerics.IBinaryInteger<T>
    {
        var value = data.AsInteger();
        var narrow = T.CreateTruncating(value);
        return long.CreateTruncating(narrow) == value ? narrow : throw new Headrace.Wire.ProtocolException($"{data} is out of range");
    }
}
