using System.Xml.Linq;

namespace Headrace.Architecture.Tests;

/// <summary>Holds the table of docs/architecture.md: who may reference whom.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Wire"] = [],
        ["Dlms"] = ["Wire"],
        ["Serial"] = [],
        ["Dlms.Connections"] = ["Wire", "Dlms", "Serial"],
        ["Core"] = [],
        ["Drivers"] = ["Core", "Wire", "Dlms"],
        ["Operations"] = ["Core"],
        ["Gateway"] = ["Core"],
        ["Storage"] = ["Core"],
        ["Api"] = ["Core", "Operations"],
        ["Web"] = ["Core", "Operations"],
        ["Simulation"] = ["Wire", "Dlms", "Core"],
    };

    public static TheoryData<string> Projects() =>
        [.. Repository.Files("src", "*.csproj").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "Headrace")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string project)
    {
        var name = project["Headrace.".Length..];
        Assert.True(MayReference.ContainsKey(name), $"{project} is not in the table: add it there and in docs/architecture.md");
        var references = References(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        Assert.Empty(references.Except(MayReference[name], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_row_of_the_table_has_a_project() =>
        Assert.Empty(MayReference.Keys.Where(name => !Directory.Exists(Path.Combine(Repository.Root, "src", "Headrace." + name))));

    [Fact]
    public void Simulation_takes_only_the_vocabulary_of_Core()
    {
        string[] closed = ["Headrace.Core.Stores", "Headrace.Core.Keys", "Headrace.Core.Drivers", "Headrace.Core.Links"];
        var offenders = from file in Repository.Files("src/Headrace.Simulation", "*.cs")
                        let text = File.ReadAllText(file)
                        from closedNamespace in closed
                        where text.Contains("using " + closedNamespace, StringComparison.Ordinal)
                        select $"{Repository.Relative(file)} uses {closedNamespace}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void Protocol_stacks_do_no_input_or_output()
    {
        string[] banned =
        [
            "System.Net.Sockets", "System.IO.FileStream", "Microsoft.Extensions.Logging", "System.Console", "Console.Write", "File.Open",
            "File.Read",
        ];
        var offenders = from project in new[] { "src/Headrace.Wire", "src/Headrace.Dlms" }
                        from file in Repository.Files(project, "*.cs")
                        let text = File.ReadAllText(file)
                        from word in banned
                        where text.Contains(word, StringComparison.Ordinal)
                        select $"{Repository.Relative(file)} mentions {word}";
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Select(name => name["Headrace.".Length..]);
}
