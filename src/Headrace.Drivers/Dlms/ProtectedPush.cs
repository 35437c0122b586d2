using System.Buffers.Binary;
using System.Security.Cryptography;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;

namespace Headrace.Drivers.Dlms;

/// <summary>A push in its protection, as the head-end opens it: with the keys of the meter it says to come from.</summary>
/// <param name="Envelope">What is outside of the protection.</param>
internal readonly record struct ProtectedPush(PushEnvelope Envelope)
{
    private static ReadOnlySpan<byte> CounterPurpose => "headrace.counter"u8;

    private KeyKind EncryptionKey => Envelope.IsBroadcast ? KeyKind.GlobalBroadcast : KeyKind.GlobalUnicast;

    /// <summary>The tag a message begins with may be that of a push. A ciphered one may be an answer as well.</summary>
    public static bool MayBePush(ReadOnlySpan<byte> apdu) => !apdu.IsEmpty && (PushEnvelope.IsNotification(apdu[0])
        || (ApduTag)apdu[0] is ApduTag.GloEventNotification or ApduTag.GeneralGloCiphering or ApduTag.GeneralCiphering);

    /// <summary>True for a tag that only a push has.</summary>
    public static bool IsSurelyPush(ReadOnlySpan<byte> apdu) => !apdu.IsEmpty && PushEnvelope.IsNotification(apdu[0]);

    /// <summary>Reads what is outside of the protection.</summary>
    /// <exception cref="Wire.ProtocolException">Malformed, or of a kind that no push has.</exception>
    public static ProtectedPush Read(ReadOnlyMemory<byte> apdu) =>
        MayBePush(apdu.Span)
            ? new ProtectedPush(PushEnvelope.Read(apdu, ApduTolerance.LengthCountsAbsentTag))
            : throw new Wire.ProtocolException("no push", 0);

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
        var control = Envelope.SecurityControl;
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
            return cipher.TryDecrypt(
                title, control, Envelope.InvocationCounter, Envelope.Content.Span, plaintext, out written, Envelope.Header.Span)
                ? null
                : (RefusalKind.WrongKey, "its authentication tag does not fit the stored keys");
        }

        if (!acceptUnauthenticated) return control.Authenticated
            ? (RefusalKind.WrongKey, "no authentication key is stored for it")
            : (RefusalKind.NotProtected, "encrypted but not authenticated");
        flags = ReadingFlags.NotAuthenticated;
        written = cipher.DecryptUnauthenticated(title, control, Envelope.InvocationCounter, Envelope.Content.Span, plaintext);
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
        var content = Envelope.Content.Span;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Envelope.SecurityControl.Authenticated) content[^CipheredContent.TagSize..].CopyTo(hash);
        else SHA256.HashData(content, hash);
        var print = BinaryPrimitives.ReadUInt64BigEndian(hash);
        Span<byte> purpose = stackalloc byte[CounterPurpose.Length + title.Length];
        CounterPurpose.CopyTo(purpose);
        title.CopyTo(purpose[CounterPurpose.Length..]);
        HMACSHA256.HashData(keys.Get(EncryptionKey), purpose, hash);
        return new CounterUse(BinaryPrimitives.ReadUInt64BigEndian(hash), Envelope.InvocationCounter, print);
    }
}
