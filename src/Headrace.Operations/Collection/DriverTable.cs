using Headrace.Core.Drivers;

namespace Headrace.Operations.Collection;

/// <summary>The drivers by name. Empty until the head-end is given them, since drivers need parts of the head-end to be made.</summary>
internal sealed class DriverTable
{
    private volatile Dictionary<string, IMeterDriver> _drivers = [];

    public void Use(IReadOnlyList<IMeterDriver> drivers) => _drivers = drivers.ToDictionary(d => d.Name, StringComparer.Ordinal);

    public IMeterDriver? Find(string name) => _drivers.GetValueOrDefault(name);
}
