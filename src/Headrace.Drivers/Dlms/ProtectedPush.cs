using System.Buffers.Binary;
using System.Security.Cryptography;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;

namespace Headrace.Drivers.Dlms;

/// <summary>A push in its protection: who says to have sent it, under which key and counter.</summary>
/// <param name="SystemTitle">The sender's title; empty where the message leaves it out.</param>
/// <param name="Ciphered">Security header and content; default where the push is plain.</param>
/// <param name="IsPlain">No protection at all.</param>
/// <param name="Header">Fields of general-ciphering that are authenticated too.</param>
/// <param name="Broadcast">Under the broadcast key.</param>
internal readonly record struct ProtectedPush(
    ReadOnlyMemory<byte> SystemTitle, CipheredContent Ciphered, bool IsPlain, ReadOnlyMemory<byte> Header, bool Broadcast)
{
    private static ReadOnlySpan<byte> CounterPurpose => "headrace.counter"u8;

    private KeyKind EncryptionKey =>
        Broadcast || Ciphered.SecurityControl.BroadcastKey ? KeyKind.GlobalBroadcast : KeyKind.GlobalUnicast;

    /// <summary>The tag a message begins with may be that of a push. A ciphered one may be an answer as well.</summary>
    public static bool MayBePush(ReadOnlySpan<byte> apdu) => !apdu.IsEmpty && (ApduTag)apdu[0]
        is ApduTag.DataNotification or ApduTag.EventNotification or ApduTag.GloEventNotification or ApduTag.GeneralGloCiphering
        or ApduTag.GeneralCiphering;

    /// <summary>True for a tag that only a push has.</summary>
    public static bool IsSurelyPush(ReadOnlySpan<byte> apdu) => !apdu.IsEmpty && IsNotification(apdu[0]);

    /// <summary>True for data-notification and event-notification in plain.</summary>
    public static bool IsNotification(byte tag) => (ApduTag)tag is ApduTag.DataNotification or ApduTag.EventNotification;

    /// <summary>Reads what is outside of the protection.</summary>
    /// <exception cref="Wire.ProtocolException">Malformed, or of a kind that no push has.</exception>
    public static ProtectedPush Read(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.Length > 0 && IsNotification(apdu.Span[0])) return new ProtectedPush(default, default, IsPlain: true, default, false);
        return XdlmsApdu.Decode(apdu, ApduTolerance.LengthCountsAbsentTag) switch
        {
            GeneralGloCiphering general => Of(general.SystemTitle, general.Ciphered, default, false),
            GeneralCiphering { KeyInformation: null or IdentifiedKey { KeyId: 0 or 1 } } general => Of(
                general.Header.OriginatorSystemTitle, general.Ciphered, general.Header.Encode(),
                general.KeyInformation is IdentifiedKey { KeyId: 1 }),
            CipheredApdu { Tag: ApduTag.GloEventNotification } specific => Of(default, specific.Ciphered, default, false),
            var other => throw new Wire.ProtocolException($"{other.Tag} where a push was expected", 0),
        };
    }

    /// <summary>Checks and decrypts under the keys of the meter the title names.</summary>
    /// <param name="title">The sender's title.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="acceptUnauthenticated">Whether its type is read without an authentication key.</param>
    /// <param name="plaintext">At least as long as the content.</param>
    /// <param name="written">Bytes of the plain APDU.</param>
    /// <param name="flags"><see cref="ReadingFlags.NotAuthenticated"/> where its origin is not proven.</param>
    /// <returns>Null where all is well, else why it is refused.</returns>
    public (RefusalKind Kind, string Why)? Open(
        ReadOnlySpan<byte> title, IKeyLease keys, bool acceptUnauthenticated, Span<byte> plaintext, out int written, out ReadingFlags flags)
    {
        (written, flags) = (0, ReadingFlags.None);
        var control = Ciphered.SecurityControl;
        if (control.Suite > SecuritySuite.Suite2) return (RefusalKind.Malformed, $"security suite {(byte)control.Suite}");
        if (control.Compressed) return (RefusalKind.Malformed, "compressed content");
        if (!control.Authenticated && !control.Encrypted) return (RefusalKind.NotProtected, "security control 00 protects nothing");
        var encryption = keys.Get(EncryptionKey);
        var authentication = keys.Get(KeyKind.Authentication);
        var size = ApduCipher.KeySize(control.Suite);
        if (encryption.IsEmpty) return (RefusalKind.WrongKey, "no encryption key is stored for it");
        if (encryption.Length != size || (authentication.Length != size && !authentication.IsEmpty))
            return (RefusalKind.WrongKey, $"security suite {(byte)control.Suite} needs keys of {size} bytes");
        using var cipher = new ApduCipher(encryption, authentication, control.Suite);
        if (control.Authenticated && cipher.CanAuthenticate)
        {
            return cipher.TryDecrypt(title, control, Ciphered.InvocationCounter, Ciphered.Content.Span, plaintext, out written, Header.Span)
                ? null
                : (RefusalKind.WrongKey, "its authentication tag does not fit the stored keys");
        }

        if (!acceptUnauthenticated) return control.Authenticated
            ? (RefusalKind.WrongKey, "no authentication key is stored for it")
            : (RefusalKind.NotProtected, "encrypted but not authenticated");
        flags = ReadingFlags.NotAuthenticated;
        written = cipher.DecryptUnauthenticated(title, control, Ciphered.InvocationCounter, Ciphered.Content.Span, plaintext);
        return null;
    }

    /// <summary>
    /// What the counter is checked by. The message is marked by 8 bytes of its tag, one without by a hash. The key is marked by 8 bytes of
    /// an HMAC over the sender's title: title and counter together must not come again under a key (SP 800-38D, 8.2), and meters with one
    /// key have different marks. Its encryption of a zero block, the usual check value, is the secret GCM authenticates by.
    /// </summary>
    /// <param name="title">The sender's title.</param>
    /// <param name="keys">The keys the message was opened with.</param>
    public CounterUse Counter(ReadOnlySpan<byte> title, IKeyLease keys)
    {
        var content = Ciphered.Content.Span;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Ciphered.SecurityControl.Authenticated) content[^CipheredContent.TagSize..].CopyTo(hash);
        else SHA256.HashData(content, hash);
        var print = BinaryPrimitives.ReadUInt64BigEndian(hash);
        Span<byte> purpose = stackalloc byte[CounterPurpose.Length + title.Length];
        CounterPurpose.CopyTo(purpose);
        title.CopyTo(purpose[CounterPurpose.Length..]);
        HMACSHA256.HashData(keys.Get(EncryptionKey), purpose, hash);
        return new CounterUse(BinaryPrimitives.ReadUInt64BigEndian(hash), Ciphered.InvocationCounter, print);
    }

    private static ProtectedPush Of(ReadOnlyMemory<byte> title, in CipheredContent ciphered, ReadOnlyMemory<byte> header, bool broadcast) =>
        new(title, ciphered, IsPlain: false, header, broadcast);
}
