using System.Text.Json;
using Headrace.Core.Metering;

namespace Headrace.Api.Http;

/// <summary>
/// The words that stand for codes in the API: lower case, parts divided by underscores or, in contacts, as devices files have them.
/// </summary>
internal static class Codes
{
    private static readonly ReadingFlags[] Flags = [ReadingFlags.StampedOnReceipt, ReadingFlags.NotAuthenticated, ReadingFlags.ZoneAssumed];

    /// <summary>Name of an enumeration's value.</summary>
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>How a meter is reached.</summary>
    public static IReadOnlyList<string> Of(ContactModes modes)
    {
        var words = new List<string>(3);
        if (modes.HasFlag(ContactModes.Pushes)) words.Add("pushes");
        if (modes.HasFlag(ContactModes.Answers)) words.Add("answers");
        if (modes.HasFlag(ContactModes.DialsIn)) words.Add("dials-in");
        return words;
    }

    /// <summary>The meter's own status word: the low 16 bits.</summary>
    public static int StatusOf(int status) => status & 0xFFFF;

    /// <summary>The head-end's remarks on a value.</summary>
    public static IReadOnlyList<string> FlagsOf(int status)
    {
        if (status >> 16 == 0) return [];
        return [.. Flags.Where(flag => (status & (int)flag) != 0).Select(flag => Of(flag))];
    }
}
