using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Headrace.Storage.Sqlite;

/// <summary>Chooses the SQLite library once per process: the system's where it is newer than the one that comes with the program.</summary>
internal static class NativeSqlite
{
    private const string SystemLibrary = "libsqlite3.so.0";
    private static readonly Lazy<(string Version, string Library)> Chosen = new(Choose);

    /// <summary>Version and origin of the library in use; loads it on first use.</summary>
    public static (string Version, string Library) Load() => Chosen.Value;

    private static (string Version, string Library) Choose()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        NativeLibrary.TryLoad("e_sqlite3", provider, searchPath: null, out var bundled);
        var system = nint.Zero;
        if (OperatingSystem.IsLinux()) NativeLibrary.TryLoad(SystemLibrary, out system);

        var useSystem = VersionOf(system) > VersionOf(bundled);
        var chosen = useSystem ? system : bundled;
        if (VersionOf(chosen) == 0) throw new StorageException("No SQLite library was found beside the program or on this system.");
        NativeLibrary.SetDllImportResolver(provider,
            (name, _, _) => string.Equals(name, "e_sqlite3", StringComparison.Ordinal) ? chosen : nint.Zero);
        using var connection = new SqliteConnection(); // the first makes the provider, once
        return (connection.ServerVersion, useSystem ? SystemLibrary : "bundled");
    }

    /// <summary>The library's version as SQLite numbers it, such as 3035005; 0 where it is missing or not safe between threads.</summary>
    private static int VersionOf(nint library)
    {
        if (library == 0) return 0;
        if (!NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadSafe)) return 0;
        if (!NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)) return 0;
        return Marshal.GetDelegateForFunctionPointer<IntegerFunction>(threadSafe)() == 0
            ? 0
            : Marshal.GetDelegateForFunctionPointer<IntegerFunction>(version)();
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IntegerFunction();
}
