using System.Text.Json;

namespace Headrace.Core.Catalogue;

/// <summary>Anything of the catalogue that has a name of its own, with all that its file says about it.</summary>
/// <param name="Id">Name within the catalogue, unique in any letter case.</param>
/// <param name="Kind"><c>meter</c>, <c>family</c>, <c>module</c>, <c>network</c>, <c>device</c>, <c>head-end</c>, <c>approval</c>,
/// <c>statement</c>, <c>standard</c>, <c>service</c> or <c>contradiction</c>.</param>
/// <param name="Title">Name for people.</param>
/// <param name="File">File it stands in.</param>
/// <param name="Contradictions">Names of the contradictions that touch it, inherited ones too.</param>
/// <param name="Facts">Everything known, inherited facts too, with source and lines.</param>
public sealed record CatalogueEntry(
    string Id, string Kind, string Title, string File, IReadOnlyList<string> Contradictions, JsonElement Facts);

/// <summary>One side of a contradiction.</summary>
/// <param name="Says">What it says, in short.</param>
/// <param name="Source">File it is printed in; null where several or none.</param>
/// <param name="Lines">Lines of that file; null where not told.</param>
public sealed record ContradictionSide(string Says, string? Source, string? Lines);

/// <summary>Where sources disagree, are unclear or silent, and what the catalogue keeps.</summary>
/// <param name="Id">Name, such as <c>A-APR-2</c>.</param>
/// <param name="Kind"><c>contradiction</c> (sources disagree), <c>reading</c> (unclear; a reading was chosen) or <c>gap</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Sides">What is said.</param>
/// <param name="Kept">What the catalogue keeps.</param>
/// <param name="Entries">Entries it touches.</param>
public sealed record Contradiction(
    string Id, string Kind, string Subject, IReadOnlyList<ContradictionSide> Sides, string Kept, IReadOnlyList<string> Entries);

/// <summary>A wording in English and, where the approval has both, in French.</summary>
/// <param name="English">English.</param>
/// <param name="French">French; null where there is none.</param>
public sealed record BilingualText(string English, string? French = null)
{
    /// <summary>The wording in a language, English where it lacks it.</summary>
    /// <param name="language"><c>en</c> or <c>fr</c>.</param>
    public string In(string language) => string.Equals(language, "fr", StringComparison.Ordinal) ? French ?? English : English;
}
