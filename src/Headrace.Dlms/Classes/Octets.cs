namespace Headrace.Dlms.Classes;

/// <summary>An octet-string that is compared by content. Its text tells only the length, since keys and passwords are among them.</summary>
/// <param name="bytes">The octets; not copied.</param>
public readonly struct Octets(ReadOnlyMemory<byte> bytes) : IEquatable<Octets>
{
    /// <summary>The octets.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>How many there are.</summary>
    public int Length => Bytes.Length;

    /// <summary>The octets of an array, which is not copied.</summary>
    public static implicit operator Octets(byte[] bytes) => new(bytes);

    /// <summary>True where both hold the same octets.</summary>
    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    /// <summary>True where they differ.</summary>
    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Octets other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The length, never the content.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Length} octets");
}
