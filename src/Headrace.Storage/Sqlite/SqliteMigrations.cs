using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Headrace.Storage.Sqlite;

/// <summary>Brings a database to the newest schema, one numbered script and one transaction after the other.</summary>
internal static class SqliteMigrations
{
    private const string Folder = "Headrace.Storage.Migrations.Sqlite.";

    /// <summary>Applies the scripts that the database has not seen.</summary>
    /// <exception cref="StorageException">The database is of a newer schema than this program knows.</exception>
    public static void Apply(PreparedConnection connection, string path, TimeProvider time, ILogger log)
    {
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
        var current = connection.Command("SELECT max(version) FROM schema_version").Integer() ?? 0;
        var scripts = Scripts();
        var newest = scripts[^1].Version;
        if (current > newest)
        {
            throw new StorageException(
                $"The database file '{path}' was written by a newer Headrace (schema {current}; this one knows up to {newest}): " +
                    "use that version or a backup.");
        }

        foreach (var (version, name) in scripts)
        {
            if (version <= current) continue;
            Apply(connection, version, name, time);
            Log.Migrated(log, version, name);
        }
    }

    private static void Apply(PreparedConnection connection, int version, string name, TimeProvider time)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute(Read(name));
            connection.Command("INSERT INTO schema_version (version, name, applied_at) VALUES (?1, ?2, ?3)")
                .With(version, name, Instant.Of(time.GetUtcNow())).ExecuteNonQuery();

            connection.Execute("COMMIT");
        }
        catch
        {
            if (connection.InTransaction) connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static List<(int Version, string Name)> Scripts() =>
        [.. typeof(SqliteMigrations).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Select(resource => resource[Folder.Length..])
            .Select(name => (int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name))
            .Order()];

    private static string Read(string name)
    {
        using var stream = typeof(SqliteMigrations).Assembly.GetManifestResourceStream(Folder + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
