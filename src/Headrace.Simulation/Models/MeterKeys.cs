using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Headrace.Simulation.Models;

/// <summary>The keys of one virtual meter, derived from the fleet's seed so that a fleet can be set up again with the same keys.</summary>
/// <remarks>
/// Whoever knows seed and serial knows the keys. They protect nothing but a simulation; a real meter's keys come from a generator of
/// random numbers and are never derived like this.
/// </remarks>
public sealed class MeterKeys
{
    private const int KeyBytes = 16;

    private MeterKeys(ulong fleetSeed, string serial)
    {
        GlobalUnicast = Derive(fleetSeed, serial, "guek");
        Authentication = Derive(fleetSeed, serial, "gak");
        Master = Derive(fleetSeed, serial, "kek");
        Password = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Derive(fleetSeed, serial, "password").AsSpan(0, 8)));
    }

    /// <summary>Global unicast encryption key (GUEK), 16 bytes.</summary>
    public ReadOnlyMemory<byte> GlobalUnicast { get; }

    /// <summary>Global authentication key (GAK), 16 bytes.</summary>
    public ReadOnlyMemory<byte> Authentication { get; }

    /// <summary>Master key (KEK), 16 bytes.</summary>
    public ReadOnlyMemory<byte> Master { get; }

    /// <summary>Password of the reading client: 16 characters of ASCII.</summary>
    public ReadOnlyMemory<byte> Password { get; }

    /// <summary>The keys of a meter (HKDF with SHA-256, RFC 5869).</summary>
    public static MeterKeys For(ulong fleetSeed, string serial) => new(fleetSeed, serial);

    private static byte[] Derive(ulong fleetSeed, string serial, string purpose)
    {
        Span<byte> seed = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(seed, fleetSeed);
        var key = new byte[KeyBytes];
        var info = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{serial}/{purpose}"));
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, key, "headrace virtual meter"u8, info);
        return key;
    }
}
