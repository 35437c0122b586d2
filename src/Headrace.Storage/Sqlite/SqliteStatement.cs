using SQLitePCL;

namespace Headrace.Storage.Sqlite;

/// <summary>A prepared statement. <see cref="Dispose"/> resets it for its next use; its connection releases it at the end.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Binds an integer. Parameters count from 1.</summary>
    public SqliteStatement Bind(int parameter, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    /// <summary>Binds an integer or null.</summary>
    public SqliteStatement Bind(int parameter, long? value)
    {
        connection.Check(value is { } present ? raw.sqlite3_bind_int64(handle, parameter, present) : raw.sqlite3_bind_null(handle, parameter));
        return this;
    }

    /// <summary>Binds a text or null.</summary>
    public SqliteStatement Bind(int parameter, string? value)
    {
        connection.Check(value is null ? raw.sqlite3_bind_null(handle, parameter) : raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    /// <summary>Binds bytes, which SQLite copies.</summary>
    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, parameter, 0) : raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    /// <summary>Moves to the next row. False where there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        connection.Check(code);
        return false;
    }

    /// <summary>Runs to the end and resets.</summary>
    public void Run()
    {
        try
        {
            while (Step()) { }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>True where the column of the current row is null. Columns count from 0.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>An integer of the current row.</summary>
    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>A small integer of the current row.</summary>
    public int Int(int column) => checked((int)raw.sqlite3_column_int64(handle, column));

    /// <summary>A very small integer of the current row.</summary>
    public short Short(int column) => checked((short)raw.sqlite3_column_int64(handle, column));

    /// <summary>A text of the current row; empty where it is null.</summary>
    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>A text of the current row, or null.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Bytes of the current row, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Makes it ready to bind and run again.</summary>
    public void Reset() => raw.sqlite3_reset(handle); // repeats the code of a failed step, which has been thrown already

    /// <summary>Same as <see cref="Reset"/>; the statement stays prepared.</summary>
    public void Dispose() => Reset();

    /// <summary>Ends the statement with its connection.</summary>
    public void Release() => handle.Dispose();
}
