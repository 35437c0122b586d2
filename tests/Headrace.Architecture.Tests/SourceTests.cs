using System.Text.RegularExpressions;

namespace Headrace.Architecture.Tests;

/// <summary>House rules that no compiler holds.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 600;
    private const int MostColumns = 140;

    // Interface class 123 of the Blue Book.
    private const string StandardsOwnName = "ArrayManager";

    private static readonly string[] Folders = ["src", "tests", "bench", "samples"];

    private static readonly string[] SourcePatterns = ["*.cs", "*.razor", "*.ts", "*.css", "*.sql"];

    private static IEnumerable<string> Sources() =>
        from folder in Folders
        from pattern in SourcePatterns
        from file in Repository.Files(folder, pattern)
        select file;

    [Fact]
    public void No_source_file_is_longer_than_600_lines()
    {
        var tooLong = from file in Sources()
                      let lines = File.ReadLines(file).Count()
                      where lines > MostLines
                      select $"{Repository.Relative(file)} has {lines} lines";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        var tooLong = from folder in Folders
                      from file in Repository.Files(folder, "*.cs")
                      from line in File.ReadLines(file).Index()
                      where line.Item.Length > MostColumns
                      select $"{Repository.Relative(file)}:{line.Index + 1} has {line.Item.Length} columns";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var offenders = from file in Repository.Files("src", "*.cs")
                        let expected = ExpectedNamespace(file)
                        let found = NamespaceLine().Match(File.ReadAllText(file))
                        where found.Success && found.Groups[1].Value != expected
                        select $"{Repository.Relative(file)}: {found.Groups[1].Value} where {expected} was expected";
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_type_is_named_after_a_drawer()
    {
        var offenders = from file in Repository.Files("src", "*.cs")
                        from Match match in DrawerName().Matches(File.ReadAllText(file))
                        where match.Groups[1].Value != StandardsOwnName
                        select $"{Repository.Relative(file)}: {match.Groups[1].Value}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_source_has_regions_banners_or_marks_of_unfinished_work()
    {
        var offenders = from file in Sources()
                        where !file.EndsWith("SourceTests.cs", StringComparison.Ordinal)
                        from line in File.ReadLines(file)
                        where line.TrimStart().StartsWith("#region", StringComparison.Ordinal) || UnfinishedWork().IsMatch(line)
                            || Banner().IsMatch(line)
                        select $"{Repository.Relative(file)}: {line.Trim()}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_path_of_a_build_machine_stands_in_the_tree()
    {
        var texts = Repository.Files("docs", "*.md").Concat(Directory.EnumerateFiles(Repository.Root, "*.md"));
        var offenders = from file in Sources().Concat(texts)
                        where !file.EndsWith("SourceTests.cs", StringComparison.Ordinal)
                        where BuildMachinePath().IsMatch(File.ReadAllText(file))
                        select Repository.Relative(file);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Every_package_version_is_pinned_in_one_place()
    {
        var offenders = Repository.Files(".", "*.csproj")
            .Where(file => File.ReadAllText(file).Contains(" Version=\"", StringComparison.Ordinal));
        Assert.Empty(offenders.Select(Repository.Relative));
    }

    private static string ExpectedNamespace(string file)
    {
        var folders = Repository.Relative(file).Split('/')[1..^1];
        return string.Join('.', folders);
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(\w+(?:Manager|Helper|Helpers|Util|Utils|Utility|Service|Impl|Dto))\b")]
    private static partial Regex DrawerName();

    [GeneratedRegex(@"^\s*//\s*[-=*]{3}")]
    private static partial Regex Banner();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"/work/(main|wt|shared|\.library)|/root/")]
    private static partial Regex BuildMachinePath();
}
