using Headrace.Core.Metering;

namespace Headrace.Web.Formats;

/// <summary>How a share is to be taken: the class that colours it and the word that says the same without colour.</summary>
/// <param name="Class">Class of the style sheet.</param>
/// <param name="Word">For people.</param>
internal readonly record struct Grade(string Class, string Word)
{
    private const double Fine = 0.995;
    private const double Poor = 0.95;

    /// <summary>The grade of a completeness: complete, nearly, short, or nothing due yet.</summary>
    public static Grade Of(Completeness completeness) => completeness switch
    {
        { Expected: 0 } => new("idle", "nothing due"),
        { Share: >= 1 } => new("good", "complete"),
        { Share: >= Fine } => new("good", "nearly complete"),
        { Share: >= Poor } => new("warn", "incomplete"),
        _ => new("bad", "far from complete"),
    };
}
