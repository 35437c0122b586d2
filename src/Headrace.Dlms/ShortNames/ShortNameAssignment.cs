using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.ShortNames;

/// <summary>Which base name each object of a server has: those given, those reserved, and for all others the next that is free.</summary>
/// <remarks>
/// What is free follows from the order of the objects alone, so a device that is built the same way has the same base names again. Each
/// object gets room for what its class defines and for what it has itself. Association LN objects get none.
/// </remarks>
public sealed class ShortNameAssignment
{
    /// <summary>Where assigned base names begin.</summary>
    public const ushort FirstAssigned = 0x0100;

    private const ushort AssociationLogicalName = 15;

    private readonly Func<IReadOnlyList<CosemObject>> _objects;
    private readonly Dictionary<LogicalName, ushort> _given = [];
    private readonly Lock _gate = new();
    private ShortNameMap? _map;
    private int _assigned = -1;

    internal ShortNameAssignment(Func<IReadOnlyList<CosemObject>> objects) => _objects = objects;

    /// <summary>Base names of all objects. Made when first asked for, and anew where objects have been added since.</summary>
    /// <exception cref="InvalidOperationException">Two objects with given names overlap, or there is no room for all.</exception>
    public ShortNameMap Map
    {
        get
        {
            lock (_gate)
            {
                var objects = _objects();
                if (_map is not null && objects.Count == _assigned) return _map;
                _assigned = objects.Count;
                return _map = Assign(objects);
            }
        }
    }

    /// <summary>Gives an object its base name.</summary>
    /// <param name="name">The object.</param>
    /// <param name="baseName">A multiple of eight.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">Not a multiple of eight.</exception>
    public ShortNameAssignment Give(LogicalName name, ushort baseName)
    {
        if (baseName % ShortNameMap.Spacing != 0)
            throw new ArgumentException($"Base name {baseName:X4} is no multiple of 8.", nameof(baseName));
        lock (_gate)
        {
            _given[name] = baseName;
            _map = null;
        }
        return this;
    }

    private ShortNameMap Assign(IEnumerable<CosemObject> objects)
    {
        CosemObject[] named = [.. objects.Where(o => o.ClassId != AssociationLogicalName)];
        var taken = new List<(int Start, int End, LogicalName Name)>();
        var assigned = new List<ShortNameObject>(named.Length);
        var free = new List<CosemObject>();
        foreach (var one in named)
        {
            if ((_given.TryGetValue(one.LogicalName, out var given) ? given : ReservedBaseNames.Of(one.ClassId, one.LogicalName))
                is not { } baseName)
            {
                free.Add(one);
                continue;
            }
            taken.Add((baseName, baseName + SizeOf(one), one.LogicalName));
            assigned.Add(new ShortNameObject(baseName, one.ClassId, one.Version, one.LogicalName));
        }
        taken.Sort((a, b) => a.Start.CompareTo(b.Start));
        RefuseOverlap(taken);
        var next = (int)FirstAssigned;
        foreach (var one in free)
        {
            var size = SizeOf(one);
            foreach (var (start, end, _) in taken) if (start < next + size && next < end) next = end;
            if (next + size > ReservedBaseNames.First)
                throw new InvalidOperationException($"No short names are left for {one.LogicalName}.");
            assigned.Add(new ShortNameObject((ushort)next, one.ClassId, one.Version, one.LogicalName));
            next += size;
        }
        return new ShortNameMap(assigned);
    }

    private static void RefuseOverlap(List<(int Start, int End, LogicalName Name)> sorted)
    {
        for (var i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Start < sorted[i - 1].End)
                throw new InvalidOperationException($"The short names of {sorted[i - 1].Name} and {sorted[i].Name} overlap.");
        }
    }

    /// <summary>From the first attribute to after the last method.</summary>
    private static int SizeOf(CosemObject one)
    {
        var known = InterfaceClasses.Nearest(one.ClassId, one.Version);
        var last = Math.Max(one.Attributes.Max(), known?.Attributes.Max(a => a.Id) ?? 1);
        var size = last * ShortNameMap.Spacing;
        if (known is not { ShortNameOfMethods: > 0 } || known.Methods.Count == 0) return size;
        return Math.Max(size, known.ShortNameOfMethods + known.Methods.Max(m => m.Id) * ShortNameMap.Spacing);
    }
}
