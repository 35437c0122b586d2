namespace Headrace.Storage;

/// <summary>The store cannot be opened, read or written. The message is one sentence for the operator.</summary>
/// <param name="message">What is wrong and, where possible, what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>SQLite's primary result code, or 0 where the failure is not SQLite's.</summary>
    public int ResultCode { get; init; }
}
