using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What an object of class 123, Array manager, says (IEC 62056-6-2, 4.4).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record ArrayManager
{
    /// <summary>Attribute 2, array_object_list: the array attributes that can be handled entry by entry.</summary>
    public IReadOnlyList<ManagedArray> Arrays { get; init; } = [];
}

/// <summary>An array attribute under a number (IEC 62056-6-2, 4.4).</summary>
/// <param name="Id">Its number here.</param>
/// <param name="Target">The attribute.</param>
public sealed record ManagedArray(byte Id, ArrayTarget Target) : ICosemStructure<ManagedArray>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ManagedArray FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ManagedArray(CosemTypes.Unsigned.FromData(items[0]), ArrayTarget.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(CosemTypes.Unsigned.ToData(Id), Target.ToData());
}

/// <summary>An attribute that is an array (IEC 62056-6-2, 4.4).</summary>
/// <param name="ClassId">Class of the object.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="AttributeIndex">The attribute.</param>
public sealed record ArrayTarget(ushort ClassId, LogicalName LogicalName, sbyte AttributeIndex) : ICosemStructure<ArrayTarget>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ArrayTarget FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ArrayTarget(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.LogicalName.FromData(items[1]), CosemTypes.Integer.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(ClassId), CosemTypes.LogicalName.ToData(LogicalName), CosemTypes.Integer.ToData(AttributeIndex));
}

/// <summary>Entries of an array (IEC 62056-6-2, 4.4).</summary>
/// <param name="Array">Number of the array.</param>
/// <param name="From">First entry, 1 the first of all.</param>
/// <param name="To">Last entry, in the range; 0 for the last of all.</param>
public sealed record EntryRange(byte Array, ushort From, ushort To) : ICosemStructure<EntryRange>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static EntryRange FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new EntryRange(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]),
            CosemTypes.LongUnsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(Array), CosemTypes.LongUnsigned.ToData(From), CosemTypes.LongUnsigned.ToData(To));
}

/// <summary>An entry of an array (IEC 62056-6-2, 4.4).</summary>
/// <param name="Array">Number of the array.</param>
/// <param name="Index">Its place, 1 the first.</param>
/// <param name="Entry">The entry.</param>
public sealed record ArrayEntry(byte Array, ushort Index, CosemData Entry) : ICosemStructure<ArrayEntry>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ArrayEntry FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ArrayEntry(CosemTypes.Unsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]), items[2]);
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(Array), CosemTypes.LongUnsigned.ToData(Index), Entry);
}
