using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Protects what one side of an association sends and checks what it receives (IEC 62056-5-3, 5.3.7). Of one connection: ciphers
/// are not shared.</summary>
internal sealed class AssociationCiphering : IDisposable
{
    private readonly SecurityKeys _keys;
    private readonly AssociationCounters _counters;
    private readonly KeyedCiphers _ciphers;
    private readonly PartyLayers _parties;
    private readonly AppliedProtection?[] _simple = new AppliedProtection?[4];
    private ReceivedCounters _receivedDedicated = new();
    private ApduCipher? _dedicated;
    private uint _dedicatedCounter;

    /// <summary>The protection of one association.</summary>
    /// <param name="keys">Secrets and trusted keys; the caller disposes of them.</param>
    /// <param name="suite">What the association uses; messages of another suite are refused.</param>
    /// <param name="ownTitle">Own system title.</param>
    /// <param name="counters">Counters of the keys that outlive the association.</param>
    /// <param name="party">End-to-end protection of what is sent; null for none.</param>
    public AssociationCiphering(
        SecurityKeys keys, SecuritySuite suite, ReadOnlyMemory<byte> ownTitle, AssociationCounters counters, PartyProtection? party = null)
    {
        (_keys, Suite, OwnTitle, _counters) = (keys, suite, ownTitle, counters);
        _ciphers = new KeyedCiphers(keys, suite);
        _parties = new PartyLayers(keys, suite, ownTitle, counters, _ciphers, party ?? new PartyProtection());
    }

    /// <summary>The suite.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>The peer's system title, once known.</summary>
    public ReadOnlyMemory<byte> PeerTitle { get; set; }

    /// <summary>Own system title.</summary>
    public ReadOnlyMemory<byte> OwnTitle { get; }

    /// <summary>The last counter received under the global key.</summary>
    public uint? LastReceived => _counters.Unicast.Last;

    /// <summary>Keys of signatures, for HLS 7.</summary>
    public KeyedCiphers Ciphers => _ciphers;

    /// <summary>The cipher of the global unicast key, made anew when the key has changed.</summary>
    public ApduCipher Global => _ciphers.Of(KeyId.GlobalUnicast);

    /// <summary>Bytes that a protection adds at most: tags, titles, lengths, headers, signatures.</summary>
    public int OverheadOf(AppliedProtection protection)
    {
        var sum = 0;
        foreach (var layer in protection.Layers)
        {
            sum += layer.Form is CipheringForm.General or CipheringForm.Signing
                ? _parties.Overhead(layer)
                : 1 + 9 + 3 + CipheredContent.HeaderSize + CipheredContent.TagSize;
        }
        return sum;
    }

    /// <summary>Starts with a dedicated key of its own counters.</summary>
    /// <exception cref="ProtocolException">A key of another length than the suite's.</exception>
    public void UseDedicatedKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != ApduCipher.KeySize(Suite)) throw new ProtocolException($"dedicated key of {key.Length} bytes");
        if (_keys.IsSame(KeyId.GlobalUnicast, key)) throw new ProtocolException("a dedicated key that is the global one");
        _dedicated?.Dispose();
        _dedicated = _keys.MakeCipher(key, Suite);
        _dedicatedCounter = 0;
        _receivedDedicated = new ReceivedCounters();
    }

    /// <summary>A counter of the global key, for HLS pass 3 and 4.</summary>
    public uint NextGlobalCounter() => _counters.NextUnicast();

    /// <inheritdoc/>
    public void Dispose()
    {
        _ciphers.Dispose();
        _dedicated?.Dispose();
        _dedicated = null;
    }

    /// <summary>Protects a plain APDU by the association's ciphering alone.</summary>
    public ReadOnlyMemory<byte> Protect(ReadOnlySpan<byte> plain, CipheringForm form, SecurityControl control) =>
        Protect(plain, Simple(form, control));

    /// <summary>Protects a plain APDU.</summary>
    public ReadOnlyMemory<byte> Protect(ReadOnlySpan<byte> plain, AppliedProtection protection)
    {
        var output = new ArrayBufferWriter<byte>(plain.Length + OverheadOf(protection));
        Protect(plain, protection, output);
        return output.WrittenMemory;
    }

    /// <summary>Protects a plain APDU into a buffer; allocates nothing where only the association's ciphering is asked for.</summary>
    /// <exception cref="ProtectionException">A key is missing.</exception>
    public void Protect(ReadOnlySpan<byte> plain, AppliedProtection protection, IBufferWriter<byte> output)
    {
        var layers = protection.Layers;
        if (layers.Count == 0)
        {
            output.Write(plain);
            return;
        }
        _parties.NewTransaction();
        for (var i = layers.Count - 1; i > 0; i--)
        {
            var inner = new ArrayBufferWriter<byte>(plain.Length + 128);
            Apply(plain, layers[i], inner);
            plain = inner.WrittenSpan;
        }
        Apply(plain, layers[0], output);
    }

    /// <summary>Checks and opens a protected APDU. Counters count as received only when all is right, and against those of authentic
    /// messages only where a tag or a signature is over them, or where encryption is all that is asked for.</summary>
    /// <param name="apdu">The APDU.</param>
    /// <param name="tolerance">Deviations to bear.</param>
    /// <param name="required">What is asked of it; that it is kept to is for the caller to check.</param>
    /// <exception cref="InvocationCounterException">The counter is not above the last one.</exception>
    /// <exception cref="ProtectionException">The protection is wrong.</exception>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public Unprotected Unprotect(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance = ApduTolerance.None, MessageProtection required = default)
    {
        var plain = Open(apdu, tolerance, out var outer, out var receipt);
        var trusted = required is { Encrypted: true, Authenticated: false, Signed: false };
        if (!IsProtected((ApduTag)plain.Span[0]))
        {
            receipt.Accept(outer.Control.Authenticated || (trusted && outer.Control.Encrypted));
            receipt.AcceptSignature();
            return new Unprotected(plain, outer.Header is null ? Simple(outer.Form, outer.Control) : AppliedProtection.Of(outer));
        }
        return UnprotectFurther(plain, outer, receipt, tolerance, trusted);
    }

    private Unprotected UnprotectFurther(
        ReadOnlyMemory<byte> plain, ProtectionLayer outer, CounterReceipt receipt, ApduTolerance tolerance, bool trusted)
    {
        var layers = new List<ProtectionLayer>(AppliedProtection.MaxLayers) { outer };
        var receipts = new List<CounterReceipt>(AppliedProtection.MaxLayers) { receipt };
        while (IsProtected((ApduTag)plain.Span[0]))
        {
            if (layers.Count == AppliedProtection.MaxLayers)
                throw new ProtectionException(ProtectionFailure.Layers, "more layers of protection than there can be");
            plain = Open(plain, tolerance, out var layer, out receipt);
            var isMisplaced = Kind(layer.Form) == 0 && layers is not [{ Form: CipheringForm.Signing }];
            if (isMisplaced || layers.Any(l => Kind(l.Form) == Kind(layer.Form)))
                throw new ProtectionException(ProtectionFailure.Layers, $"{layer.Form} within {layers[^1].Form}");
            layers.Add(layer);
            receipts.Add(receipt);
        }
        // The innermost layer was made first: under one key it has the lower counter.
        // What is over a layer proves its counter: its own tag, and tags and signatures around it.
        for (var i = receipts.Count - 1; i >= 0; i--)
        {
            var proved = layers.Take(i + 1).Any(l => l.Strength.Authenticated || l.Strength.Signed);
            receipts[i].Accept(proved || (trusted && layers[i].Control.Encrypted));
        }
        foreach (var taken in receipts) taken.AcceptSignature();
        return new Unprotected(plain, AppliedProtection.Of([.. layers]));
    }

    /// <summary>True for the transaction of the message sent last.</summary>
    public bool IsLastTransaction(ReadOnlySpan<byte> transaction) => _parties.IsLast(transaction);

    /// <summary>True for what <see cref="Unprotect"/> opens.</summary>
    public static bool IsProtected(ApduTag tag) =>
        tag is ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering or ApduTag.GeneralCiphering or ApduTag.GeneralSigning
        || tag.IsServiceSpecificCiphered();

    // The ciphering of the association, general-ciphering, general-signing: each stands at most once.
    private static int Kind(CipheringForm form) => form switch
    {
        CipheringForm.General => 1,
        CipheringForm.Signing => 2,
        _ => 0,
    };

    private void Apply(ReadOnlySpan<byte> plain, ProtectionLayer layer, IBufferWriter<byte> output)
    {
        switch (layer.Form)
        {
            case CipheringForm.General:
                _parties.Cipher(plain, layer, PeerTitle, output);
                break;
            case CipheringForm.Signing:
                _parties.Sign(plain, layer, PeerTitle, output);
                break;
            default:
                Cipher(plain, layer, output);
                break;
        }
    }

    private void Cipher(ReadOnlySpan<byte> plain, ProtectionLayer layer, IBufferWriter<byte> output)
    {
        var (form, control) = (layer.Form, layer.Control);
        var dedicated = form is CipheringForm.Dedicated or CipheringForm.GeneralDedicated;
        var cipher = dedicated
            ? _dedicated ?? throw new InvalidOperationException("No dedicated key.")
            : _ciphers.Of(control.BroadcastKey ? KeyId.GlobalBroadcast : KeyId.GlobalUnicast);
        var specific = form switch
        {
            CipheringForm.Global => ((ApduTag)plain[0]).ToGlobal(),
            CipheringForm.Dedicated => ((ApduTag)plain[0]).ToDedicated(),
            _ => ApduTag.None,
        };
        var writer = new CosemWriter(output);
        if (specific != ApduTag.None)
        {
            writer.WriteByte((byte)specific);
        }
        else
        {
            // Services without a tag of their own (access, data-notification) can only go in general protection.
            writer.WriteByte((byte)(dedicated ? ApduTag.GeneralDedCiphering : ApduTag.GeneralGloCiphering));
            writer.WriteLengthPrefixed(OwnTitle.Span);
        }
        var counter = dedicated ? NextDedicated() : control.BroadcastKey ? _counters.NextBroadcast() : _counters.NextUnicast();
        PartyLayers.WriteContent(cipher, OwnTitle.Span, control, counter, plain, default, output);
    }

    private uint NextDedicated()
    {
        if (_counters.NextDedicated is { } next) return next();
        return _dedicatedCounter < uint.MaxValue ? ++_dedicatedCounter : throw new InvocationCounterUsedUpException();
    }

    private ReadOnlyMemory<byte> Open(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, out ProtectionLayer layer, out CounterReceipt receipt)
    {
        receipt = default;
        var plain = (ApduTag)apdu.Span[0] switch
        {
            ApduTag.GeneralCiphering => _parties.Decipher(apdu, tolerance, PeerTitle.Span, out layer, out receipt),
            ApduTag.GeneralSigning => Verify(apdu, tolerance, out layer, out receipt),
            _ => Decipher(apdu, tolerance, out layer, out receipt),
        };
        return plain.IsEmpty ? throw new ProtocolException("protected APDU with nothing in it") : plain;
    }

    private ReadOnlyMemory<byte> Verify(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, out ProtectionLayer layer, out CounterReceipt receipt)
    {
        var content = _parties.Verify(apdu, tolerance, PeerTitle.Span, out layer, out var message);
        // What is ciphered inside has a counter.
        var isPlain = content.IsEmpty || !IsProtected((ApduTag)content.Span[0]);
        receipt = new CounterReceipt(null, default, 0) { Signatures = isPlain ? _counters.Signed : null, Message = message };
        return content;
    }

    private ReadOnlyMemory<byte> Decipher(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, out ProtectionLayer layer, out CounterReceipt receipt)
    {
        var reader = new ApduReader(apdu, tolerance);
        var tag = (ApduTag)reader.Wire.ReadByte();
        var form = FormOf(tag);
        var title = form is CipheringForm.GeneralGlobal or CipheringForm.GeneralDedicated ? reader.ReadOctets() : PeerTitle;
        var ciphered = CipheredContent.Read(ref reader);
        reader.Wire.ExpectEnd();
        if (title.IsEmpty) title = PeerTitle;
        if (title.Length != ApduCipher.SystemTitleSize)
            throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "ciphered APDU without a system title");
        if (!PeerTitle.IsEmpty && !title.Span.SequenceEqual(PeerTitle.Span))
            throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "ciphered APDU of another system title");
        var control = ciphered.SecurityControl;
        PartyLayers.RequireUsable(control, Suite);
        var dedicated = form is CipheringForm.Dedicated or CipheringForm.GeneralDedicated;
        var received = dedicated ? _receivedDedicated : control.BroadcastKey ? _counters.Broadcast : _counters.Unicast;
        var cipher = !dedicated ? _ciphers.Of(control.BroadcastKey ? KeyId.GlobalBroadcast : KeyId.GlobalUnicast)
            : _dedicated ?? throw new ProtectionException(ProtectionFailure.UnknownKey, "ded- APDU without a dedicated key");
        received.Check(title.Span, ciphered.InvocationCounter);
        var plain = cipher.Decrypt(title.Span, ciphered)
            ?? throw new ProtectionException(ProtectionFailure.NotAuthentic, "ciphered APDU that is not authentic");
        if (form is CipheringForm.Global or CipheringForm.Dedicated && plain.Length > 0 && (ApduTag)plain[0] != tag.PlainOf())
            throw new ProtectionException(ProtectionFailure.OtherService, "ciphered APDU holds another service than its tag says");
        receipt = new CounterReceipt(received, title, ciphered.InvocationCounter);
        layer = Simple(form, control).Layers[0];
        return plain;
    }

    private static CipheringForm FormOf(ApduTag tag) => tag switch
    {
        ApduTag.GeneralGloCiphering => CipheringForm.GeneralGlobal,
        ApduTag.GeneralDedCiphering => CipheringForm.GeneralDedicated,
        _ when tag.IsDedicated() => CipheringForm.Dedicated,
        _ when tag.IsServiceSpecificCiphered() => CipheringForm.Global,
        _ => throw new ProtocolException($"{tag} where a ciphered APDU was expected", 0),
    };

    // The same form and control come back message after message.
    private AppliedProtection Simple(CipheringForm form, SecurityControl control)
    {
        ref var kept = ref _simple[(int)form];
        if (kept is null || kept.Layers[0].Control != control) kept = AppliedProtection.Of(new ProtectionLayer(form, control));
        return kept;
    }
}
