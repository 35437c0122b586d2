using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 123, Array manager, of a server: reads and changes array attributes of other objects entry by entry (IEC 62056-6-2,
/// 4.4).</summary>
/// <remarks>
/// A change is a SET of the whole array, so that the object checks it as it always does. The right to this object is the right to the
/// arrays it lists: list only those that its clients may change. Entries are numbered from 1; that is from general knowledge, not
/// confirmed by a vector.
/// </remarks>
public sealed class ArrayManagerObject : StateObject<ArrayManager>
{
    private readonly LogicalDevice _device;
    private readonly Lock _change = new();

    /// <summary>A manager of arrays of one device.</summary>
    /// <param name="name">Its name, as a rule 0-0:18.0.0.255.</param>
    /// <param name="state">The arrays.</param>
    /// <param name="device">Where they are.</param>
    public ArrayManagerObject(LogicalName name, ArrayManager state, LogicalDevice device) : base(123, 0, name, state)
    {
        _device = device;
        Keep(2, CosemTypes.Array<ManagedArray>(), s => s.Arrays);
        WithMethod(1, CosemTypes.Unsigned, array => Read(array) is { } entries
            ? new MethodAnswer(ActionResult.Success, CosemData.LongUnsigned((ushort)Math.Min(entries.Count, ushort.MaxValue)))
            : ActionResult.ObjectUndefined);
        WithMethod(2, CosemTypes.Structure<EntryRange>(), Retrieve);
        WithMethod(3, CosemTypes.Structure<ArrayEntry>(), entry => Change(entry.Array, entries => Insert(entries, entry)));
        WithMethod(4, CosemTypes.Structure<ArrayEntry>(), entry => Change(entry.Array, entries => Replace(entries, entry)));
        WithMethod(5, CosemTypes.Structure<EntryRange>(), range => Change(range.Array, entries => Remove(entries, range)));
    }

    private MethodAnswer Retrieve(EntryRange range)
    {
        if (Read(range.Array) is not { } entries) return ActionResult.ObjectUndefined;
        return TryBounds(range, entries.Count, out var first, out var count)
            ? new MethodAnswer(ActionResult.Success, CosemData.Array([.. entries.Skip(first).Take(count)]))
            : ActionResult.OtherReason;
    }

    private static List<CosemData>? Insert(List<CosemData> entries, ArrayEntry entry)
    {
        if (entry.Index > entries.Count) return null;
        entries.Insert(entry.Index, entry.Entry);
        return entries;
    }

    private static List<CosemData>? Replace(List<CosemData> entries, ArrayEntry entry)
    {
        if (entry.Index == 0 || entry.Index > entries.Count) return null;
        entries[entry.Index - 1] = entry.Entry;
        return entries;
    }

    private static List<CosemData>? Remove(List<CosemData> entries, EntryRange range)
    {
        if (!TryBounds(range, entries.Count, out var first, out var count)) return null;
        entries.RemoveRange(first, count);
        return entries;
    }

    private static bool TryBounds(EntryRange range, int entries, out int first, out int count)
    {
        var last = range.To == 0 ? entries : range.To;
        (first, count) = (range.From - 1, last - range.From + 1);
        return range.From >= 1 && count >= 1 && last <= entries;
    }

    private MethodAnswer Change(byte array, Func<List<CosemData>, List<CosemData>?> change)
    {
        lock (_change)
        {
            if (Read(array) is not { } entries || Target(array) is not { } target) return ActionResult.ObjectUndefined;
            if (change([.. entries]) is not { } changed) return ActionResult.OtherReason;
            if (changed.Count > CosemTypes.MaximumElements) return ActionResult.OtherReason;
            return (ActionResult)_device.SetInternally(target.ClassId, target.LogicalName, target.AttributeIndex, CosemData.Array(changed));
        }
    }

    private ArrayTarget? Target(byte array) => State.Arrays.FirstOrDefault(a => a.Id == array)?.Target;

    private IReadOnlyList<CosemData>? Read(byte array)
    {
        if (Target(array) is not { } target) return null;
        if (_device.Find(target.LogicalName) is not { } found || found.ClassId != target.ClassId) return null;
        var answer = found.Get(target.AttributeIndex, null);
        return answer.IsSuccess && answer.Data is { Tag: CosemTag.Array or CosemTag.CompactArray } data ? data.Items : null;
    }
}
