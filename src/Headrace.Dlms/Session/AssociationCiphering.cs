using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>How a ciphered APDU is wrapped (IEC 62056-5-3, 5.3.7).</summary>
public enum CipheringForm
{
    /// <summary>glo- with a tag of each service.</summary>
    Global,

    /// <summary>ded- with a tag of each service, under the dedicated key.</summary>
    Dedicated,

    /// <summary>general-glo-ciphering.</summary>
    GeneralGlobal,

    /// <summary>general-ded-ciphering, under the dedicated key.</summary>
    GeneralDedicated,
}

/// <summary>An APDU taken out of its protection.</summary>
/// <param name="Apdu">The plain APDU.</param>
/// <param name="Control">How it was protected.</param>
/// <param name="Form">How it was wrapped, so that an answer can be wrapped the same.</param>
internal readonly record struct Unprotected(byte[] Apdu, SecurityControl Control, CipheringForm Form);

/// <summary>A ciphered APDU whose counter is not above the last one.</summary>
internal sealed class InvocationCounterException(uint received, uint expected)
    : Exception(string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"invocation counter {received} where {expected} or more was expected"))
{
    public uint Expected { get; } = expected;
}

/// <summary>The last counter received under one key. A server's connections share it.</summary>
internal sealed class ReceivedCounter(uint? last)
{
    private readonly Lock _gate = new();
    private uint? _last = last;

    /// <summary>The last counter accepted; null for none.</summary>
    public uint? Last
    {
        get
        {
            lock (_gate) return _last;
        }
        set
        {
            lock (_gate) _last = value;
        }
    }

    /// <summary>The least counter that will be accepted.</summary>
    public uint Expected => Last is not { } seen ? 0 : seen == uint.MaxValue ? uint.MaxValue : seen + 1;

    /// <summary>Whether a counter would be accepted.</summary>
    public bool Accepts(uint counter) => Last is not { } seen || counter > seen;

    /// <summary>Accepts a counter; false where it is not above the last one.</summary>
    public bool TryAccept(uint counter)
    {
        lock (_gate)
        {
            if (_last is { } seen && counter <= seen) return false;
            _last = counter;
            return true;
        }
    }
}

/// <summary>Protects what one side of an association sends and checks what it receives (IEC 62056-5-3, 5.3.7). Of one connection: ciphers
/// are not shared.</summary>
internal sealed class AssociationCiphering(
    SecurityKeys keys, SecuritySuite suite, ReadOnlyMemory<byte> ownTitle, Func<uint> nextGlobalCounter, ReceivedCounter receivedGlobal)
        : IDisposable
{
    private readonly ReceivedCounter _receivedDedicated = new(null);
    private ApduCipher? _global;
    private ApduCipher? _dedicated;
    private int _globalVersion;
    private uint _dedicatedCounter;

    /// <summary>The peer's system title, once known.</summary>
    public ReadOnlyMemory<byte> PeerTitle { get; set; }

    /// <summary>Own system title.</summary>
    public ReadOnlyMemory<byte> OwnTitle => ownTitle;

    /// <summary>The last counter received under the global key.</summary>
    public ReceivedCounter Received => receivedGlobal;

    /// <summary>Bytes that protection adds at most: tag, title, lengths, header and authentication tag.</summary>
    public static int Overhead => 1 + 9 + 3 + CipheredContent.HeaderSize + CipheredContent.TagSize;

    /// <summary>The cipher of the global unicast key, made anew when the key has changed.</summary>
    public ApduCipher Global
    {
        get
        {
            if (_global is null || _globalVersion != keys.Version)
            {
                _global?.Dispose();
                _globalVersion = keys.Version;
                _global = keys.MakeCipher(KeyId.GlobalUnicast, suite);
            }
            return _global;
        }
    }

    /// <summary>Starts with a dedicated key of its own counters.</summary>
    /// <exception cref="ProtocolException">A key of another length than the suite's.</exception>
    public void UseDedicatedKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != ApduCipher.KeySize(suite)) throw new ProtocolException($"dedicated key of {key.Length} bytes");
        _dedicated?.Dispose();
        _dedicated = keys.MakeCipher(key, suite);
        _dedicatedCounter = 0;
        _receivedDedicated.Last = null;
    }

    /// <summary>A counter of the global key, for HLS pass 3 and 4.</summary>
    public uint NextGlobalCounter() => nextGlobalCounter();

    /// <inheritdoc/>
    public void Dispose()
    {
        _global?.Dispose();
        _dedicated?.Dispose();
        (_global, _dedicated) = (null, null);
    }

    /// <summary>Protects a plain APDU.</summary>
    public byte[] Protect(ReadOnlySpan<byte> plain, CipheringForm form, SecurityControl control)
    {
        var dedicated = form is CipheringForm.Dedicated or CipheringForm.GeneralDedicated;
        var cipher = dedicated ? _dedicated ?? throw new InvalidOperationException("No dedicated key.") : Global;
        var ciphered = cipher.Encrypt(ownTitle.Span, control, dedicated ? ++_dedicatedCounter : nextGlobalCounter(), plain);
        var tag = (ApduTag)plain[0];
        var specific = form switch
        {
            CipheringForm.Global => tag.ToGlobal(),
            CipheringForm.Dedicated => tag.ToDedicated(),
            _ => default,
        };
        // Services without a tag of their own (access, data-notification) can only go in general protection.
        XdlmsApdu whole = specific != default ? new CipheredApdu(specific, ciphered)
            : dedicated ? new GeneralDedCiphering(ownTitle, ciphered)
            : new GeneralGloCiphering(ownTitle, ciphered);
        return whole.Encode();
    }

    /// <summary>Checks and opens a protected APDU. Its counter counts as received only when all is right.</summary>
    /// <exception cref="InvocationCounterException">The counter is not above the last one.</exception>
    /// <exception cref="ProtocolException">Malformed, of another sender, or not authentic.</exception>
    public Unprotected Unprotect(ReadOnlyMemory<byte> apdu, ApduTolerance tolerance = ApduTolerance.None)
    {
        var (ciphered, title, form) = XdlmsApdu.Decode(apdu, tolerance) switch
        {
            CipheredApdu c => (c.Ciphered, PeerTitle, c.Tag.IsDedicated() ? CipheringForm.Dedicated : CipheringForm.Global),
            GeneralGloCiphering g => (g.Ciphered, g.SystemTitle, CipheringForm.GeneralGlobal),
            GeneralDedCiphering g => (g.Ciphered, g.SystemTitle, CipheringForm.GeneralDedicated),
            var other => throw new ProtocolException($"{other.Tag} where a ciphered APDU was expected", 0),
        };
        if (title.IsEmpty) title = PeerTitle;
        if (title.Length != ApduCipher.SystemTitleSize) throw new ProtocolException("ciphered APDU without a system title");
        if (!PeerTitle.IsEmpty && !title.Span.SequenceEqual(PeerTitle.Span))
            throw new ProtocolException("ciphered APDU of another system title");
        if (ciphered.SecurityControl.Compressed) throw new ProtocolException("compressed APDU");
        var dedicated = form is CipheringForm.Dedicated or CipheringForm.GeneralDedicated;
        var received = dedicated ? _receivedDedicated : receivedGlobal;
        if (!received.Accepts(ciphered.InvocationCounter)) throw new InvocationCounterException(ciphered.InvocationCounter,
            received.Expected);
        var plain = Decrypt(dedicated, title.Span, ciphered) ?? throw new ProtocolException("ciphered APDU that is not authentic");
        if (plain.Length == 0) throw new ProtocolException("ciphered APDU with nothing in it");
        if (form is CipheringForm.Global or CipheringForm.Dedicated && (ApduTag)plain[0] != ((ApduTag)apdu.Span[0]).PlainOf())
        {
            throw new ProtocolException("ciphered APDU holds another service than its tag says");
        }
        if (!received.TryAccept(ciphered.InvocationCounter)) throw new InvocationCounterException(ciphered.InvocationCounter,
            received.Expected);
        return new Unprotected(plain, ciphered.SecurityControl, form);
    }

    private byte[]? Decrypt(bool dedicated, ReadOnlySpan<byte> title, in CipheredContent ciphered)
    {
        if (dedicated) return (_dedicated ?? throw new ProtocolException("ded- APDU without a dedicated key")).Decrypt(title, ciphered);
        if (!ciphered.SecurityControl.BroadcastKey) return Global.Decrypt(title, ciphered);
        if (!keys.Has(KeyId.GlobalBroadcast)) throw new ProtocolException("no broadcast key for a ciphered APDU");
        using var broadcast = keys.MakeCipher(KeyId.GlobalBroadcast, suite);
        return broadcast.Decrypt(title, ciphered);
    }
}
