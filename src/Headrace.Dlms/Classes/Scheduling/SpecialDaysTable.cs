using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>A day that is not like its weekday (IEC 62056-6-2, Special days table, spec_day_entry).</summary>
/// <param name="Index">Number of the entry.</param>
/// <param name="Date">The day, with wildcards.</param>
/// <param name="DayId">The day profile that holds on it.</param>
public sealed record SpecialDay(ushort Index, CosemDate Date, byte DayId) : ICosemStructure<SpecialDay>
{
    /// <inheritdoc/>
    public static SpecialDay FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new SpecialDay(items[0].AsNumber<ushort>(), CosemTypes.Date.FromData(items[1]), items[2].AsNumber<byte>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(Index), CosemData.OctetString(Date.ToArray()), CosemData.Unsigned(DayId));
}

/// <summary>Class 11, Special days table (IEC 62056-6-2, Special days table).</summary>
public sealed class SpecialDaysTableObject : CosemObject
{
    private readonly Lock _gate = new();
    private readonly int _capacity;

    /// <summary>A table.</summary>
    /// <param name="name">Its name, as a rule 0-0:11.0.0.255.</param>
    /// <param name="entries">Attribute 2.</param>
    /// <param name="capacity">How many entries it can hold.</param>
    public SpecialDaysTableObject(LogicalName name, IReadOnlyList<SpecialDay> entries, int capacity = 1000) : base(11, 0, name)
    {
        (Entries, _capacity) = (entries, capacity);
        WithAttribute(2, CosemTypes.Array<SpecialDay>(), () => Entries, value => Entries = value, value => value.Count <= capacity);
        WithMethod(1, CosemTypes.Structure<SpecialDay>(), Insert);
        WithMethod(2, CosemTypes.LongUnsigned, Delete);
    }

    /// <summary>The special days, attribute 2.</summary>
    public IReadOnlyList<SpecialDay> Entries { get; private set; }

    /// <summary>The day profile that holds on a day; null on a day like its weekday. The entry of the lowest index counts.</summary>
    public byte? DayIdOn(DateOnly day) =>
        Entries.Where(e => Recurrence.Fits(e.Date, day)).OrderBy(e => e.Index).Select(e => (byte?)e.DayId).FirstOrDefault();

    /// <summary>An entry of the same index is replaced.</summary>
    private MethodAnswer Insert(SpecialDay added)
    {
        lock (_gate)
        {
            IReadOnlyList<SpecialDay> entries = [.. Entries.Where(e => e.Index != added.Index), added];
            if (entries.Count > _capacity) return ActionResult.OtherReason;
            Entries = entries;
        }
        return MethodAnswer.Done;
    }

    private MethodAnswer Delete(ushort index)
    {
        lock (_gate)
        {
            IReadOnlyList<SpecialDay> entries = [.. Entries.Where(e => e.Index != index)];
            if (entries.Count == Entries.Count) return ActionResult.ObjectUndefined;
            Entries = entries;
        }
        return MethodAnswer.Done;
    }
}

/// <summary>Class 11, Special days table, of a server (IEC 62056-6-2, Special days table).</summary>
public sealed class SpecialDaysTableProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 11, logicalName)
{
    /// <summary>Attribute 2: the special days.</summary>
    public AttributeProxy<IReadOnlyList<SpecialDay>> Entries => Attribute(2, CosemTypes.Array<SpecialDay>());

    /// <summary>Method 1: adds an entry, or replaces the one of its index.</summary>
    public MethodProxy<SpecialDay> Insert => Method(1, CosemTypes.Structure<SpecialDay>());

    /// <summary>Method 2: deletes an entry by its index.</summary>
    public MethodProxy<ushort> Delete => Method(2, CosemTypes.LongUnsigned);
}
