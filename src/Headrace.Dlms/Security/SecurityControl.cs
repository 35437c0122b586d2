namespace Headrace.Dlms.Security;

/// <summary>The security suite: which algorithms (IEC 62056-5-3, security suites).</summary>
public enum SecuritySuite : byte
{
    /// <summary>AES-GCM-128, AES-128 key wrap.</summary>
    Suite0 = 0,
    /// <summary>AES-GCM-128, AES-128 key wrap, ECDSA and ECDH on P-256, SHA-256.</summary>
    Suite1 = 1,
    /// <summary>AES-GCM-256, AES-256 key wrap, ECDSA and ECDH on P-384, SHA-384.</summary>
    Suite2 = 2,
}

/// <summary>The security control byte of a ciphered APDU (IEC 62056-5-3, security control).</summary>
/// <param name="Value">The byte as sent.</param>
public readonly record struct SecurityControl(byte Value)
{
    /// <summary>Bits 0 to 3; values above 2 are not defined.</summary>
    public SecuritySuite Suite => (SecuritySuite)(Value & 0x0F);

    /// <summary>Bit 4: a tag of 12 bytes authenticates the APDU.</summary>
    public bool Authenticated => (Value & 0x10) != 0;

    /// <summary>Bit 5: the content is encrypted.</summary>
    public bool Encrypted => (Value & 0x20) != 0;

    /// <summary>Bit 6: the broadcast key, not the unicast key, was used.</summary>
    public bool BroadcastKey => (Value & 0x40) != 0;

    /// <summary>Bit 7: the content was compressed first.</summary>
    public bool Compressed => (Value & 0x80) != 0;

    /// <summary>Puts the byte together.</summary>
    public static SecurityControl Of(SecuritySuite suite, bool authenticated, bool encrypted, bool broadcastKey = false) =>
        new((byte)(((byte)suite & 0x0F) | (authenticated ? 0x10 : 0) | (encrypted ? 0x20 : 0) | (broadcastKey ? 0x40 : 0)));

    /// <summary>Two hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture);
}
