using System.Security.Cryptography;

namespace Headrace.Operations.Keys;

/// <summary>The key file cannot be used; the message says why and what to do, in one sentence.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The cause.</param>
public sealed class KeyFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The file under whose key all others are sealed: 32 random bytes, readable by its owner only.</summary>
internal static class KeyFile
{
    public const int KeyBytes = 32;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the key, or null where the file is not there.</summary>
    /// <exception cref="KeyFileException">It is readable by others, of the wrong size, or cannot be read.</exception>
    public static byte[]? Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) is var wide and not UnixFileMode.None)
                throw new KeyFileException($"The key file {path} is open to others than its owner ({wide}): set its mode to 0600.");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (file.Length != KeyBytes)
                throw new KeyFileException($"The key file {path} has {file.Length} bytes where {KeyBytes} were expected.");
            var key = GC.AllocateArray<byte>(KeyBytes, pinned: true);
            file.ReadExactly(key);
            return key;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"The key file {path} cannot be read: {refused.Message}", refused);
        }
    }

    /// <summary>Makes the file with a new key. It is there whole or not at all, whenever the machine stops.</summary>
    /// <exception cref="KeyFileException">It cannot be written.</exception>
    public static byte[] Create(string path)
    {
        var key = GC.AllocateArray<byte>(KeyBytes, pinned: true);
        RandomNumberGenerator.Fill(key);
        var fresh = path + ".new";
        try
        {
            File.Delete(fresh);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(fresh, options))
            {
                file.Write(key);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: false);
            return key;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            CryptographicOperations.ZeroMemory(key);
            throw new KeyFileException($"The key file {path} cannot be made: {refused.Message}", refused);
        }
    }
}
