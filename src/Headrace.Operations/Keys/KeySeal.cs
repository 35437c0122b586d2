using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Headrace.Core.Keys;

namespace Headrace.Operations.Keys;

/// <summary>Seals keys with AES-256-GCM, bound to their meter and kind: version (1 byte), nonce (12), ciphertext, tag (16).</summary>
/// <remarks>The cipher is not safe for several threads, so each use takes one of its own from a pool.</remarks>
internal sealed class KeySeal(byte[] masterKey) : IDisposable
{
    public const int Overhead = 1 + NonceBytes + TagBytes;
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int BoundBytes = 24; // purpose, meter, kind
    private readonly ConcurrentQueue<AesGcm> _ciphers = new();

    public byte[] Seal(long meterId, KeyKind kind, ReadOnlySpan<byte> key)
    {
        Span<byte> bound = stackalloc byte[BoundBytes];
        Bind(meterId, kind, bound);
        var box = new byte[Overhead + key.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var cipher = Take();
        cipher.Encrypt(nonce, key, box.AsSpan(1 + NonceBytes, key.Length), box.AsSpan(box.Length - TagBytes), bound);
        _ciphers.Enqueue(cipher);
        return box;
    }

    /// <summary>Opens a sealed key into <paramref name="key"/>, which is <see cref="Overhead"/> shorter than the box.</summary>
    /// <exception cref="CryptographicException">Another master key, another meter or kind, or a changed box.</exception>
    public void Open(long meterId, KeyKind kind, ReadOnlySpan<byte> box, Span<byte> key)
    {
        if (box.Length < Overhead || box[0] != Version) throw new CryptographicException("The sealed key has an unknown form.");
        Span<byte> bound = stackalloc byte[BoundBytes];
        Bind(meterId, kind, bound);
        var cipher = Take();
        try
        {
            cipher.Decrypt(box.Slice(1, NonceBytes), box[(1 + NonceBytes)..^TagBytes], box[^TagBytes..], key, bound);
        }
        finally
        {
            _ciphers.Enqueue(cipher);
        }
    }

    public void Dispose()
    {
        while (_ciphers.TryDequeue(out var cipher)) cipher.Dispose();
        CryptographicOperations.ZeroMemory(masterKey);
    }

    private static void Bind(long meterId, KeyKind kind, Span<byte> bound)
    {
        "headrace.key"u8.CopyTo(bound);
        BinaryPrimitives.WriteInt64BigEndian(bound[12..], meterId);
        BinaryPrimitives.WriteInt32BigEndian(bound[20..], (int)kind);
    }

    private AesGcm Take() => _ciphers.TryDequeue(out var cipher) ? cipher : new AesGcm(masterKey, TagBytes);
}
