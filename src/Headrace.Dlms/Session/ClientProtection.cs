using System.Buffers;
using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What a client's association does to APDUs on their way out and in: protects, opens, and tells whether that is enough.</summary>
internal sealed class ClientProtection : IDisposable
{
    private readonly ClientOptions _options;
    private readonly SecurityKeys _keys;
    private readonly ClientTolerances _tolerances;
    private AssociationCiphering? _offered;
    private readonly ArrayBufferWriter<byte> _plain = new(256);
    private readonly ArrayBufferWriter<byte> _protected = new(256);
    private readonly AppliedProtection _services = AppliedProtection.Of();

    /// <exception cref="ArgumentException">The options lack what they need of each other.</exception>
    public ClientProtection(ClientOptions options, SecurityKeys keys, ClientTolerances tolerances)
    {
        (_options, _keys, _tolerances) = (options, keys, tolerances);
        var needsTitle = IsCiphered || HighLevelProof.NeedsTitles(options.Authentication);
        if (needsTitle && options.SystemTitle.Length != ApduCipher.SystemTitleSize)
            throw new ArgumentException("A system title of eight bytes is needed.", nameof(options));
        if (!IsCiphered && !HighLevelProof.NeedsCiphering(options.Authentication)) return;
        if (options.InvocationCounter is null && (IsCiphered || options.Authentication == AuthenticationMechanism.HighLevelGmac))
            throw new ArgumentException("An invocation counter is needed.", nameof(options));
        Ciphering = new AssociationCiphering(keys, options.Protection.Suite, options.SystemTitle, Counters(options), options.Party);
        _services = AppliedProtection.Of(Form, options.Protection, options.Party);
    }

    /// <summary>The ciphers; null where nothing is ciphered and no proof needs them.</summary>
    public AssociationCiphering? Ciphering { get; private set; }

    /// <summary>The context is ciphered.</summary>
    public bool IsCiphered => _options.Ciphering != ClientCiphering.None;

    /// <summary>Services go protected, not the InitiateRequest alone.</summary>
    public bool ProtectsServices => IsCiphered && !_services.Strength.IsNone;

    /// <summary>Bytes that protection adds to a service at most.</summary>
    public int Overhead => ProtectsServices ? Ciphering!.OverheadOf(_services) : 0;

    /// <summary>The server's system title; empty before it is known.</summary>
    public ReadOnlyMemory<byte> ServerTitle { get; private set; }

    private static AssociationCounters Counters(ClientOptions options)
    {
        var unicast = options.InvocationCounter ?? (() => throw new InvalidOperationException("No invocation counter."));
        var transported = options.PartyInvocationCounter ?? unicast;
        var broadcast = options.BroadcastInvocationCounter ?? (() => throw new InvalidOperationException("No broadcast counter."));
        return new AssociationCounters(() => unicast(), options.LastReceivedCounter)
        {
            NextTransported = () => transported(),
            NextBroadcast = () => broadcast(),
        };
    }

    private CipheringForm Form => (_options.Ciphering, _options.GeneralProtection) switch
    {
        (ClientCiphering.Dedicated, false) => CipheringForm.Dedicated,
        (ClientCiphering.Dedicated, true) => CipheringForm.GeneralDedicated,
        (_, true) => CipheringForm.GeneralGlobal,
        _ => CipheringForm.Global,
    };

    /// <summary>Begins anew with the title that is known beforehand, or none.</summary>
    public void Begin() => LearnTitle(_options.ServerSystemTitle);

    /// <summary>Takes the server's title down.</summary>
    public void LearnTitle(ReadOnlyMemory<byte> title)
    {
        ServerTitle = title.ToArray();
        if (Ciphering is not null) Ciphering.PeerTitle = ServerTitle;
    }

    /// <summary>Encodes a service and protects it as the options say. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Protect(XdlmsApdu apdu)
    {
        _plain.ResetWrittenCount();
        apdu.WriteTo(_plain);
        if (!ProtectsServices) return _plain.WrittenMemory;
        _protected.ResetWrittenCount();
        Ciphering!.Protect(_plain.WrittenSpan, _services, _protected);
        return _protected.WrittenMemory;
    }

    /// <summary>Opens a protected APDU.</summary>
    /// <exception cref="ProtocolException">Nothing is ciphered here, or it is malformed, of another sender, or not authentic.</exception>
    /// <exception cref="InvocationCounterException">The counter is not above the last one.</exception>
    public Unprotected Open(ReadOnlyMemory<byte> apdu)
    {
        if (Ciphering is null || !IsCiphered) throw new ProtocolException("a ciphered APDU in an association without ciphering");
        if (_options.Tolerance.HasFlag(ApduTolerance.LengthCountsAbsentTag))
        {
            XdlmsApdu.Decode(apdu, _options.Tolerance, out var borne);
            if (borne != ApduTolerance.None) _tolerances.Note(borne);
        }
        if (_offered is null) return Ciphering.Unprotect(apdu, _options.Tolerance, _services.Strength);
        try
        {
            return Ciphering.Unprotect(apdu, _options.Tolerance, _services.Strength);
        }
        catch (Exception e) when (e is ProtectionException or InvocationCounterException)
        {
            var opened = _offered.Unprotect(apdu, _options.Tolerance, _services.Strength);
            TakeOffered();
            return opened;
        }
    }

    /// <summary>Other keys that the server may have gone over to.</summary>
    public void Offer(SecurityKeys keys, NextInvocationCounter counter)
    {
        if (Ciphering is null) throw new InvalidOperationException("Nothing is ciphered.");
        _offered?.Dispose();
        var options = _options with { InvocationCounter = counter, LastReceivedCounter = null };
        _offered = new AssociationCiphering(keys, options.Protection.Suite, options.SystemTitle, Counters(options), options.Party)
        {
            PeerTitle = ServerTitle,
        };
    }

    /// <summary>Goes over to the keys offered; those of before are the ones offered then.</summary>
    public void TakeOffered()
    {
        if (_offered is null) throw new InvalidOperationException("No keys are offered.");
        (Ciphering, _offered) = (_offered, Ciphering);
    }

    /// <summary>True where what came is protected no less than what goes out.</summary>
    public bool IsEnough(Unprotected received)
    {
        var required = _services.Strength;
        return received.Strength.Covers(_options.Party is { AcceptUnsignedResponses: true } ? required with { Signed = false } : required);
    }

    /// <summary>The same of the initiate services, which are never signed.</summary>
    public bool IsEnoughToInitiate(Unprotected received) => received.Strength.Covers(_services.Strength with { Signed = false });

    /// <summary>False for what belongs to another transaction between parties than the last request.</summary>
    public bool IsOfLastRequest(Unprotected received) =>
        received.Protection.TransactionId is not { } transaction || Ciphering!.IsLastTransaction(transaction.Span);

    /// <summary>The InitiateRequest of AARQ (with a dedicated key, where one is used) and RLRQ, under the global key where the context is
    /// ciphered.</summary>
    public ReadOnlyMemory<byte> Initiate(bool withKey)
    {
        byte[]? dedicated = null;
        if (withKey && _options.Ciphering == ClientCiphering.Dedicated)
        {
            dedicated = _keys.TakeDedicated() ?? RandomNumberGenerator.GetBytes(ApduCipher.KeySize(_options.Protection.Suite));
            Ciphering!.UseDedicatedKey(dedicated);
        }
        var initiate = new InitiateRequest(_options.Conformance, _options.MaxPduSize, dedicated is null ? (ReadOnlyMemory<byte>?)null
            : dedicated)
        { OldConformanceTag = _options.ShortNames is { OldConformanceTag: true } }.Encode();
        CryptographicOperations.ZeroMemory(dedicated);
        if (!IsCiphered) return initiate;
        var control = _options.InitiateProtection ?? InitiateControl(dedicated is not null);
        var ciphered = Ciphering!.Protect(initiate, CipheringForm.Global, control);
        CryptographicOperations.ZeroMemory(initiate);
        return ciphered;
    }

    // A key that is sent is encrypted and authenticated, whatever the services are.
    private SecurityControl InitiateControl(bool withKey) =>
        withKey ? SecurityControl.Of(_options.Protection.Suite, true, true) : _options.Protection;

    /// <inheritdoc/>
    public void Dispose()
    {
        Ciphering?.Dispose();
        _offered?.Dispose();
    }
}
