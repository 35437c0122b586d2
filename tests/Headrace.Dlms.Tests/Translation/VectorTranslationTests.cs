using System.Text.Json.Nodes;
using Headrace.Dlms.Translation;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Translation;

/// <summary>
/// Every vector, by id: what it expects must be in the translation with the same name and value. Names that cannot be known from the
/// bytes and keys are remarks; they are listed in <see cref="Remarks"/> and, by vector, in the output of the listing test.
/// </summary>
public sealed class VectorTranslationTests(ITestOutputHelper output)
{
    /// <summary>Per kind, paths that are remarks of the author or need what the vector does not give, with the reason.</summary>
    private static readonly Dictionary<string, (string[] Paths, string Why)> Remarks = new(StringComparer.Ordinal)
    {
        ["malformed"] = (["", ".must", ".reason"], "an error is all that is asked for"),
        ["quirk"] = ([".quirk", ".strict_decoder", ".meaning.continue_with"], "remarks of the author"),
        ["session-hdlc"] = ([".steps[].step", ".steps[].quirk", ".steps[].peer_defect", ".steps[].strict_decoder"],
            "remarks of the author"),
        ["session-wrapper"] = ([".steps[].step", ".steps[].quirk", ".steps[].peer_defect", ".steps[].strict_decoder"],
            "remarks of the author"),
        ["image-transfer"] = ([".steps[].step"], "a remark of the author"),
        ["profile-buffer"] = ([".profile"], "a remark of the author"),
        ["ciphered"] = ([".signature_valid_over"], "a remark of the author"),
        ["hls"] = (
            [
                ".direction", ".challenge", ".originator_title", ".c_to_s", ".s_to_c", ".secret", ".note", ".titles_used",
                    ".signed_message", ".valid",
                ".construction",
            ], "challenges, titles and secret are in neither hex nor keys"),
        ["key-agreement"] = ([".algorithm_id", ".party_u_info", ".party_v_info"],
            "the other information of the derivation is in neither hex nor keys"),
    };

    /// <summary>Vectors that contradict the others, by id and path, with the reason.</summary>
    private static readonly Dictionary<string, (string[] Paths, string Why)> Exceptions = new(StringComparer.Ordinal)
    {
        ["session-hdlc-010"] = ([".steps[].dir"], "says client of every frame, also of responses; both stations have the same address"),
    };

    public static TheoryData<string> Shared() => Ids(SharedVectors.SharedDirectory);

    public static TheoryData<string> Own() => Ids(SharedVectors.OwnDirectory);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Shared))]
    public void A_shared_vector_is_translated_to_what_it_states(string id) => Check(Find(SharedVectors.SharedDirectory, id));

    [Theory]
    [MemberData(nameof(Own))]
    public void An_own_vector_is_translated_to_what_it_states(string id) => Check(Find(SharedVectors.OwnDirectory, id));

    [Fact]
    public void What_is_not_covered_is_listed_by_name()
    {
        if (SharedVectors.SharedDirectory is null) Assert.Skip(SharedVectors.Missing);
        foreach (var vector in SharedVectors.Read(SharedVectors.SharedDirectory))
        {
            var kind = vector["kind"]!.GetValue<string>();
            var id = vector["id"]!.GetValue<string>();
            Assert.True(VectorTranslator.Kinds.Contains(kind), $"{id}: kind {kind} is not translated");
            if (kind == "malformed") continue;
            var missing = JsonSubset.Differences(vector["expect"], Translate(vector), _ => false);
            if (missing.Count == 0) continue;
            var why = Exceptions.TryGetValue(id, out var exception) ? exception.Why : Remarks.TryGetValue(kind, out var remark)
                ? remark.Why : "UNKNOWN";
            var more = missing.Count > 4 ? $" and {missing.Count - 4} more" : "";
            output.WriteLine($"{id}: not covered, {why}: {string.Join("; ", missing.Take(4))}{more}");
        }
    }

    private void Check(JsonObject vector)
    {
        var kind = vector["kind"]!.GetValue<string>();
        var id = vector["id"]!.GetValue<string>();
        if (kind == "malformed")
        {
            var thrown = Record.Exception(() => Translate(vector));
            Assert.True(thrown is ProtocolException, $"{vector["expect"]?["reason"]}: {thrown?.ToString() ?? "decoded"}");
            return;
        }
        string[] ignored = [.. Remarks.GetValueOrDefault(kind).Paths ?? [], .. Exceptions.GetValueOrDefault(id).Paths ?? []];
        var actual = Translate(vector);
        var differences = JsonSubset.Differences(vector["expect"], actual, ignored.Contains);
        if (differences.Count == 0) return;
        output.WriteLine(actual.ToJsonString());
        Assert.Fail(string.Join(Environment.NewLine, differences.Take(20)));
    }

    private static JsonObject Translate(JsonObject vector) => VectorTranslator.Translate(vector);

    private static JsonObject Find(string? directory, string id) =>
        SharedVectors.Read(directory).First(vector => vector["id"]!.GetValue<string>() == id);

    private static TheoryData<string> Ids(string? directory) =>
        new(SharedVectors.Read(directory).Select(vector => vector["id"]!.GetValue<string>()));
}
