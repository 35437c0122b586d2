using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Which entry of a table of meanings each bit of a status word is (IEC 62056-6-2, Status mapping, mapping_table).</summary>
/// <param name="ReferenceTableId">The table of meanings.</param>
/// <param name="FirstEntry">Entry of bit 0 where the bits map in order; null where <paramref name="Entries"/> says.</param>
/// <param name="Entries">Entry of each bit, bit 0 first; null where they map in order.</param>
public sealed record StatusMappingTable(byte ReferenceTableId, ushort? FirstEntry, IReadOnlyList<ushort>? Entries)
    : ICosemStructure<StatusMappingTable>
{
    /// <summary>Bits in order from an entry on.</summary>
    public static StatusMappingTable InOrder(byte referenceTableId, ushort firstEntry) => new(referenceTableId, firstEntry, null);

    /// <summary>An entry for each bit.</summary>
    public static StatusMappingTable BitByBit(byte referenceTableId, params IReadOnlyList<ushort> entries) =>
        new(referenceTableId, null, entries);

    /// <inheritdoc/>
    public static StatusMappingTable FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        var table = items[0].AsNumber<byte>();
        return items[1].Tag is CosemTag.Array or CosemTag.CompactArray
            ? new StatusMappingTable(table, null, items[1].AsList(CosemTypes.AsNumber<ushort>))
            : new StatusMappingTable(table, items[1].AsNumber<ushort>(), null);
    }

    /// <summary>The entry that a bit means; null where the table does not map it.</summary>
    public int? EntryOf(int bit) =>
        Entries is not null ? bit >= 0 && bit < Entries.Count ? Entries[bit] : null : bit >= 0 ? FirstEntry + bit : null;

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.Unsigned(ReferenceTableId),
        Entries is not null ? CosemData.Array([.. Entries.Select(CosemData.LongUnsigned)]) : CosemData.LongUnsigned(FirstEntry ?? 0));
}

/// <summary>Class 63, Status mapping: a status word and what its bits mean (IEC 62056-6-2, Status mapping).</summary>
public sealed class StatusMappingObject : CosemObject
{
    /// <summary>A status word that is computed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="statusWord">Attribute 2: an unsigned number or a bit-string.</param>
    /// <param name="mapping">Attribute 3.</param>
    public StatusMappingObject(LogicalName name, Func<CosemData> statusWord, StatusMappingTable mapping) : base(63, 0, name)
    {
        WithAttribute(2, statusWord);
        WithAttribute(3, mapping.ToData());
    }

    /// <summary>The bits of a status word that are set, bit 0 first: least significant of a number, first of a bit-string.</summary>
    /// <exception cref="ProtocolException">Neither a number nor a bit-string.</exception>
    public static IReadOnlyList<int> BitsSet(CosemData statusWord)
    {
        if (statusWord.Tag == CosemTag.BitString)
        {
            var bits = statusWord.AsBits();
            return [.. Enumerable.Range(0, bits.Length).Where(i => bits[i])];
        }

        var word = statusWord.AsUnsigned();
        return [.. Enumerable.Range(0, 64).Where(i => (word >> i & 1) != 0)];
    }
}

/// <summary>Class 63, Status mapping, of a server (IEC 62056-6-2, Status mapping).</summary>
public sealed class StatusMappingProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 63, logicalName)
{
    /// <summary>Attribute 2: the status word, a number or a bit-string.</summary>
    public AttributeProxy<CosemData> StatusWord => Attribute(2);

    /// <summary>Attribute 3: what its bits mean.</summary>
    public AttributeProxy<StatusMappingTable> MappingTable => Attribute(3, CosemTypes.Structure<StatusMappingTable>());
}
