using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 123, Array manager, of a server, as a client sees it (IEC 62056-6-2, 4.4).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class ArrayManagerProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 123, logicalName)
{
    /// <summary>Attribute 2, array_object_list: the array attributes that can be handled entry by entry.</summary>
    public AttributeProxy<IReadOnlyList<ManagedArray>> Arrays => Attribute(2, CosemTypes.Array<ManagedArray>());

    /// <summary>Method 1, retrieve_number_of_entries: how many entries an array has.</summary>
    public MethodProxy<byte, ushort> CountEntries => Method(1, CosemTypes.Unsigned, CosemTypes.LongUnsigned);

    /// <summary>Method 2, retrieve_entries: the entries of a range.</summary>
    public MethodProxy<EntryRange, IReadOnlyList<CosemData>> RetrieveEntries =>
        Method(2, CosemTypes.Structure<EntryRange>(), CosemTypes.Array(CosemTypes.Any));

    /// <summary>Method 3, insert_entry: puts an entry behind the one of that index; 0 puts it first.</summary>
    public MethodProxy<ArrayEntry> InsertEntry => Method(3, CosemTypes.Structure<ArrayEntry>());

    /// <summary>Method 4, update_entry: replaces an entry.</summary>
    public MethodProxy<ArrayEntry> UpdateEntry => Method(4, CosemTypes.Structure<ArrayEntry>());

    /// <summary>Method 5, remove_entries: removes the entries of a range.</summary>
    public MethodProxy<EntryRange> RemoveEntries => Method(5, CosemTypes.Structure<EntryRange>());
}
