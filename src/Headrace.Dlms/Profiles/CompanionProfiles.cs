namespace Headrace.Dlms.Profiles;

/// <summary>The companion profiles that come with the library, and those of further files.</summary>
public sealed class CompanionProfiles
{
    private readonly Dictionary<string, CompanionProfile> _profiles;

    private CompanionProfiles(Dictionary<string, CompanionProfile> profiles) => _profiles = profiles;

    /// <summary>Those that come with the library.</summary>
    public static CompanionProfiles Known { get; } = Load([]);

    /// <summary>All, in order of their names.</summary>
    public IReadOnlyCollection<CompanionProfile> All => _profiles.Values;

    /// <summary>A profile by name; null where there is none.</summary>
    public CompanionProfile? Find(string name) => _profiles.GetValueOrDefault(name);

    /// <summary>Loads the library's profiles and further ones, which may extend them.</summary>
    /// <param name="files">Names of files, for messages, and their JSON.</param>
    /// <exception cref="CompanionProfileException">A file is wrong; the message says where.</exception>
    public static CompanionProfiles Load(IEnumerable<(string File, string Json)> files)
    {
        var sources = new JsonProfileFiles("profile", (message, inner) => new CompanionProfileException(message, inner));
        var known = JsonProfileFiles.Embedded(typeof(CompanionProfiles).Assembly, ".companion.json");
        foreach (var (file, json) in known.Concat(files)) sources.Add(file, json);
        var profiles = new Dictionary<string, CompanionProfile>(StringComparer.Ordinal);
        foreach (var (name, whole, isAbstract) in sources.All())
        {
            var profile = CompanionProfileReader.Read(whole);
            if (!isAbstract) profiles.Add(name, profile);
        }
        return new CompanionProfiles(profiles);
    }
}
