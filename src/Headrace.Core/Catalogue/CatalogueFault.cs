namespace Headrace.Core.Catalogue;

/// <summary>A place in a catalogue file that is not as it must be.</summary>
/// <param name="File">Name of the file, such as <c>meter-models.json</c>.</param>
/// <param name="Path">Place within it, such as <c>$.entries[3].kh</c>.</param>
/// <param name="Expected">What must stand there.</param>
/// <param name="Got">What stands there, cut where long.</param>
public sealed record CatalogueFault(string File, string Path, string Expected, string Got)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File} {Path}: expected {Expected}, got {Got}";
}

/// <summary>One file of a catalogue as read from somewhere.</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Content">Its bytes, JSON in UTF-8.</param>
public sealed record CatalogueFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>What came of loading a catalogue: it, or all that is wrong with its files.</summary>
/// <param name="Catalogue">The catalogue; null where a fault was found.</param>
/// <param name="Faults">Faults, by file; empty where there is a catalogue.</param>
public sealed record CatalogueLoad(DeviceCatalogue? Catalogue, IReadOnlyList<CatalogueFault> Faults);
