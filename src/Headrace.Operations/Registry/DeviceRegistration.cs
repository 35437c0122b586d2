using System.Security.Cryptography;
using Headrace.Core.Metering;

namespace Headrace.Operations.Registry;

/// <summary>A meter as somebody wants it registered. Key bytes are wiped by <see cref="Registration.ImportAsync"/>.</summary>
public sealed record DeviceRegistration
{
    /// <summary>Place in the file or request, from 1; 0 to have it numbered.</summary>
    public int Row { get; init; }

    /// <summary>Serial number, 1 to 64 characters; decides whether a meter is new.</summary>
    public required string Serial { get; init; }

    /// <summary>System title, 16 hex digits, or null.</summary>
    public string? SystemTitle { get; init; }

    /// <summary>Name of a known type of device.</summary>
    public required string DeviceType { get; init; }

    /// <summary>Global unicast encryption key, 16 bytes, or empty.</summary>
    public byte[] Guek { get; init; } = [];

    /// <summary>Authentication key, 16 bytes, or empty.</summary>
    public byte[] Gak { get; init; } = [];

    /// <summary>Master key, 16 bytes, or empty.</summary>
    public byte[] Kek { get; init; } = [];

    /// <summary>Password of low level security, 1 to 64 bytes, or empty.</summary>
    public byte[] Password { get; init; } = [];

    /// <summary>Where the meter listens, <c>host:port</c>, or null.</summary>
    public string? Address { get; init; }

    /// <summary>How it is reached; null for what the address allows: pushes, and answers where there is an address.</summary>
    public ContactModes? Contact { get; init; }

    /// <summary>COSEM logical device name, or null.</summary>
    public string? LogicalDeviceName { get; init; }

    /// <summary>Intervals from here on are expected; null for the start of the local day of registration.</summary>
    public DateTimeOffset? ExpectedFrom { get; init; }

    /// <summary>Overwrites the key bytes with zeros.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(Guek);
        CryptographicOperations.ZeroMemory(Gak);
        CryptographicOperations.ZeroMemory(Kek);
        CryptographicOperations.ZeroMemory(Password);
    }
}

/// <summary>What became of a row of an import.</summary>
public enum ImportVerdict
{
    /// <summary>A new meter.</summary>
    Accepted = 1,

    /// <summary>A meter that was there already; the row's facts stand now.</summary>
    Updated = 2,

    /// <summary>Nothing was stored for this row.</summary>
    Refused = 3,
}

/// <summary>What became of a row of an import, and why where it was refused. Never repeats key material.</summary>
/// <param name="Row">Place in the file or request, from 1.</param>
/// <param name="Serial">Serial number as given.</param>
/// <param name="Verdict">Accepted, updated or refused.</param>
/// <param name="Field">The field at fault, in the file's words, or null.</param>
/// <param name="Expected">What was expected there, or null.</param>
/// <param name="Got">What was found; for keys only the length.</param>
public sealed record ImportRow(
    int Row, string Serial, ImportVerdict Verdict, string? Field = null, string? Expected = null, string? Got = null)
{
    /// <summary>The refusal in a sentence, or empty.</summary>
    public string Reason => Verdict == ImportVerdict.Refused ? $"Row {Row}: {Field}: expected {Expected}, got {Got}." : "";
}
