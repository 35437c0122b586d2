using Headrace.Dlms.Apdu;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Connections;

/// <summary>A sender with its ciphers made and its counters kept. For one thread at a time, by its lock.</summary>
internal sealed class KnownSender : IDisposable
{
    private const int Fingerprint = 8;

    private readonly ApduCipher _unicast;
    private readonly ApduCipher? _broadcast;
    private readonly byte[] _title;
    private Used _lastUnicast;
    private Used _lastBroadcast;

    public KnownSender(PushSender sender, ReadOnlySpan<byte> title)
    {
        Sender = sender;
        _title = title.IsEmpty ? sender.SystemTitle.ToArray() : title.ToArray();
        _unicast = new ApduCipher(sender.EncryptionKey.Span, sender.AuthenticationKey.Span, sender.Suite);
        if (!sender.BroadcastKey.IsEmpty)
            _broadcast = new ApduCipher(sender.BroadcastKey.Span, sender.AuthenticationKey.Span, sender.Suite);
        Decoder = new PushDecoder(sender.Template, sender.Tolerance);
        _lastUnicast = new Used(sender.LastCounter, 0);
    }

    /// <summary>The last counter that was taken under a key, and what the message was.</summary>
    private readonly record struct Used(uint? Counter, ulong Message);

    public Lock Gate { get; } = new();

    public PushSender Sender { get; }

    public ReadOnlyMemory<byte> Title => _title;

    public PushDecoder Decoder { get; }

    /// <summary>Opens a push and uses up its counter. Plain text is in <paramref name="plain"/> where it is taken or a duplicate.</summary>
    public PushVerdict Open(in PushEnvelope envelope, out PushProof proof, out byte[] plain)
    {
        (proof, plain) = (PushProof.None, []);
        var control = envelope.SecurityControl;
        var cipher = envelope.IsBroadcast ? _broadcast : _unicast;
        if (cipher is null || control.Compressed || _title.Length != ApduCipher.SystemTitleSize) return PushVerdict.NotAuthentic;
        if (!control.Authenticated && !control.Encrypted) return PushVerdict.NotProtected;
        var isChecked = control.Authenticated && cipher.CanAuthenticate;
        if (!isChecked && !Sender.AcceptUnauthenticated)
            return control.Authenticated ? PushVerdict.NotAuthentic : PushVerdict.NotProtected;
        if (control.Suite > SecuritySuite.Suite2 || ApduCipher.KeySize(control.Suite) != ApduCipher.KeySize(cipher.Suite))
            return PushVerdict.NotAuthentic;
        var size = ApduCipher.PlaintextSize(control, envelope.Content.Length);
        if (size < 0) return PushVerdict.Malformed;
        plain = new byte[size];
        proof = isChecked ? PushProof.Authenticated : PushProof.EncryptedOnly;
        if (!isChecked)
        {
            cipher.DecryptUnauthenticated(_title, control, envelope.InvocationCounter, envelope.Content.Span, plain);
            return PushVerdict.Taken; // its counter proves nothing either, and must not shut out what does
        }
        if (!cipher.TryDecrypt(_title, control, envelope.InvocationCounter, envelope.Content.Span, plain, out _, envelope.Header.Span))
            return PushVerdict.NotAuthentic;
        return envelope.IsBroadcast ? Use(ref _lastBroadcast, envelope) : Use(ref _lastUnicast, envelope);
    }

    /// <summary>A confirmation, protected as the push was; null where it cannot be.</summary>
    public XdlmsApdu? Protect(XdlmsApdu confirm, in PushEnvelope push)
    {
        if (Sender.Confirmation is not { } own) return null;
        var control = SecurityControl.Of(push.SecurityControl.Suite, push.SecurityControl.Authenticated, push.SecurityControl.Encrypted);
        if (control.Authenticated && !_unicast.CanAuthenticate) return null;
        return new GeneralGloCiphering(
            own.SystemTitle, _unicast.Encrypt(own.SystemTitle.Span, control, own.Counter(), confirm.Encode()));
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _unicast.Dispose();
            _broadcast?.Dispose();
        }
    }

    private static PushVerdict Use(ref Used last, in PushEnvelope envelope)
    {
        var tag = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(envelope.Content.Span[^Fingerprint..]);
        if (last.Counter is { } counter && envelope.InvocationCounter <= counter)
            return envelope.InvocationCounter == counter && last.Message == tag ? PushVerdict.Duplicate : PushVerdict.Replayed;
        last = new Used(envelope.InvocationCounter, tag);
        return PushVerdict.Taken;
    }
}
