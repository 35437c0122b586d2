namespace Headrace.Dlms.Readings;

/// <summary>
/// What the pushes of one push setup contain, in order: the push_object_list of a device type. With it a body that carries no logical
/// names is understood, and scalers and units are known for one that does.
/// </summary>
/// <remarks>Immutable and shared freely between threads.</remarks>
public sealed class PushTemplate
{
    private readonly Dictionary<Data.LogicalName, ReadingColumn> _byName = [];

    /// <summary>Makes a template of these elements.</summary>
    /// <param name="elements">One per element of the push body, in order. A clock (class 8, attribute 2) dates the others.</param>
    /// <exception cref="ArgumentException">No elements at all.</exception>
    public PushTemplate(IReadOnlyList<ReadingColumn> elements)
    {
        if (elements.Count == 0) throw new ArgumentException("A push template needs an element.", nameof(elements));
        Elements = elements;
        foreach (var element in elements)
            if (element.Attribute == 2 && element.DataIndex == 0) _byName.TryAdd(element.LogicalName, element);
    }

    /// <summary>One per element of the push body, in order.</summary>
    public IReadOnlyList<ReadingColumn> Elements { get; }

    /// <summary>Readings that a body of this template gives when each profile buffer holds <paramref name="rows"/> rows.</summary>
    public int ReadingsFor(int rows = 1)
    {
        var count = 0;
        foreach (var element in Elements)
        {
            if (element.IsClock) continue;
            count += element.Profile is { } profile ? rows * (profile.Columns.Count - (profile.ClockColumn < 0 ? 0 : 1)) : 1;
        }
        return count;
    }

    /// <summary>The element for the value of an object, where a body names the object itself; null where the template has it not.</summary>
    internal ReadingColumn? Find(Data.LogicalName name) => _byName.GetValueOrDefault(name);
}
