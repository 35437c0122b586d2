using Headrace.Core.Catalogue;
using Headrace.Dlms.Profiles;

namespace Headrace.Drivers.Profiles;

/// <summary>
/// The types of devices, from JSON files that come with the program and from a folder of the utility. A file may extend another:
/// objects are merged name by name, anything else is replaced. A file that is <c>"abstract": true</c> is only there to be extended.
/// </summary>
public sealed class DeviceTypeFiles : IDeviceTypes
{
    private readonly Dictionary<string, DeviceType> _types;

    private DeviceTypeFiles(Dictionary<string, DeviceType> types) => _types = types;

    /// <inheritdoc/>
    public IReadOnlyCollection<DeviceType> All => _types.Values;

    /// <inheritdoc/>
    public DeviceType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>Loads the types that come with the program and those of a folder.</summary>
    /// <param name="folder">Folder with further <c>*.json</c>, which may extend the given ones; null or absent for none.</param>
    /// <exception cref="DeviceTypeException">A file is wrong.</exception>
    public static DeviceTypeFiles Load(string? folder = null)
    {
        var files = JsonProfileFiles.Embedded(typeof(DeviceTypeFiles).Assembly, ".json").ToList();
        if (folder is not null && Directory.Exists(folder))
        {
            var paths = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal);
            files.AddRange(paths.Select(path => (Path.GetFileName(path), ReadText(path))));
        }

        return Load(files);
    }

    /// <summary>Loads types from texts.</summary>
    /// <param name="files">Names of files, for messages, and their JSON.</param>
    /// <exception cref="DeviceTypeException">A file is wrong.</exception>
    public static DeviceTypeFiles Load(IEnumerable<(string File, string Json)> files)
    {
        var sources = new JsonProfileFiles("type", (message, inner) => new DeviceTypeException(message, inner));
        foreach (var (file, text) in files) sources.Add(file, text);
        var types = new Dictionary<string, DeviceType>(StringComparer.Ordinal);
        foreach (var (name, whole, isAbstract) in sources.All())
        {
            var type = DeviceTypeReader.Read(whole);
            if (!isAbstract) types.Add(name, type);
        }

        return new DeviceTypeFiles(types);
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceTypeException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
