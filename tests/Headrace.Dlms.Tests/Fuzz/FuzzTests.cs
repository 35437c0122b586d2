using Headrace.Dlms.Tests.Translation;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>
/// Seeded mutations over every parser: whatever the bytes, there is a value or a <see cref="ProtocolException"/>, and memory stays in
/// proportion to the input. What once broke something is kept in tests/corpus/dlms and replayed.
/// </summary>
public sealed class FuzzTests
{
    // A byte of input may become a value tree, JSON and text; it must not become megabytes.
    private const long FreeBytes = 2 << 20;
    private const long BytesPerInputByte = 8 << 10;
    private const int Workers = 2;

    public static TheoryData<string> Targets() => new(FuzzTargets.All.Keys);

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_mutated_input_gives_a_value_or_a_protocol_exception(string name)
    {
        var target = FuzzTargets.All[name];
        var seeds = FuzzTargets.Seeds(target);
        Assert.NotEmpty(seeds);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() =>
        {
            var mutator = new Mutator(20260302 + worker, seeds);
            var parse = target.Parse();
            for (var i = 0; i < target.Inputs / Workers; i++) Check(parse, mutator.Next());
        })));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void What_once_broke_something_is_replayed(string name)
    {
        var directory = Path.Combine(SharedVectors.CorpusDirectory, "dlms");
        if (!Directory.Exists(directory)) return;
        var parse = FuzzTargets.All[name].Parse();
        foreach (var file in Directory.GetFiles(directory, "*.hex").Order(StringComparer.Ordinal))
            foreach (var line in File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#'))
                Check(parse, Convert.FromHexString(line.Trim()));
    }

    [Fact]
    public void The_parsers_together_are_given_a_million_inputs() =>
        Assert.True(FuzzTargets.All.Values.Sum(target => target.Inputs) >= 1_000_000);

    private static void Check(Action<byte[]> parse, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parse(input);
        }
        catch (ProtocolException)
        {
            // the protocol's own refusal
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            Assert.Fail($"{Convert.ToHexString(input)}: {wrong}");
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= FreeBytes + BytesPerInputByte * input.Length,
            $"{allocated} bytes allocated for {Convert.ToHexString(input)}");
    }
}
