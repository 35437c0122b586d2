using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Headrace.Dlms.Security;

/// <summary>AES key wrap (RFC 3394), as key transfer and the wrapped key of general-ciphering use it.</summary>
public static class KeyWrap
{
    private const int Half = 8;
    private const ulong InitialValue = 0xA6A6_A6A6_A6A6_A6A6;

    /// <summary>Wraps a key: the result is 8 bytes longer.</summary>
    /// <param name="kek">The key encryption key, 16 or 32 bytes.</param>
    /// <param name="key">The key, a multiple of 8 bytes and at least 16.</param>
    /// <exception cref="ArgumentException">A key of another length.</exception>
    public static byte[] Wrap(ReadOnlySpan<byte> kek, ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 * Half || key.Length % Half != 0)
            throw new ArgumentException($"key of {key.Length} bytes cannot be wrapped", nameof(key));
        using var aes = CreateAes(kek);
        var wrapped = new byte[Half + key.Length];
        key.CopyTo(wrapped.AsSpan(Half));
        Span<byte> block = stackalloc byte[2 * Half];
        var register = InitialValue;
        var count = key.Length / Half;
        for (var step = 1; step <= 6 * count; step++)
        {
            var part = wrapped.AsSpan(Half * (1 + ((step - 1) % count)), Half);
            BinaryPrimitives.WriteUInt64BigEndian(block, register);
            part.CopyTo(block[Half..]);
            aes.EncryptEcb(block, block, PaddingMode.None);
            register = BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)step;
            block[Half..].CopyTo(part);
        }

        CryptographicOperations.ZeroMemory(block);
        BinaryPrimitives.WriteUInt64BigEndian(wrapped, register);
        return wrapped;
    }

    /// <summary>
    /// Unwraps a key; false where the integrity check fails: another key encryption key, or altered bytes, or an impossible length.
    /// </summary>
    public static bool TryUnwrap(ReadOnlySpan<byte> kek, ReadOnlySpan<byte> wrapped, out byte[] key)
    {
        key = [];
        if (wrapped.Length < 3 * Half || wrapped.Length % Half != 0) return false;
        using var aes = CreateAes(kek);
        var unwrapped = wrapped[Half..].ToArray();
        Span<byte> block = stackalloc byte[2 * Half];
        var register = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        var count = unwrapped.Length / Half;
        for (var step = 6 * count; step >= 1; step--)
        {
            var part = unwrapped.AsSpan(Half * ((step - 1) % count), Half);
            BinaryPrimitives.WriteUInt64BigEndian(block, register ^ (ulong)step);
            part.CopyTo(block[Half..]);
            aes.DecryptEcb(block, block, PaddingMode.None);
            register = BinaryPrimitives.ReadUInt64BigEndian(block);
            block[Half..].CopyTo(part);
        }

        CryptographicOperations.ZeroMemory(block);
        if (register != InitialValue)
        {
            CryptographicOperations.ZeroMemory(unwrapped);
            return false;
        }

        key = unwrapped;
        return true;
    }

    private static Aes CreateAes(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 32)) throw new ArgumentException($"key encryption key of {key.Length} bytes", nameof(key));
        var aes = Aes.Create();
        aes.SetKey(key);
        return aes;
    }
}
