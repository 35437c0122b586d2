using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>What a server's association does to APDUs on their way in and out: opens, protects, and tells whether that is enough.</summary>
internal sealed class ServerProtection(AssociationSettings settings, SecuritySetupObject security, ReadOnlyMemory<byte> ownTitle)
    : IDisposable
{
    /// <summary>The ciphers; null before a client's title is known.</summary>
    public AssociationCiphering? Ciphering { get; private set; }

    /// <summary>What the policy asks of requests; nothing where the context is not ciphered.</summary>
    public MessageProtection RequiredOfRequests => settings.IsCiphered ? security.Rules.Request : MessageProtection.None;

    /// <summary>What the policy asks of responses; nothing where the context is not ciphered.</summary>
    public MessageProtection RequiredOfResponses => settings.IsCiphered ? security.Rules.Response : MessageProtection.None;

    /// <summary>How far responses can be protected.</summary>
    public MessageProtection CanProtect => settings.IsCiphered
        ? new MessageProtection(true, true, security.Keys.HasSignatureKey) : MessageProtection.None;

    /// <summary>Begins with a client.</summary>
    public void Begin(ReadOnlyMemory<byte> clientTitle)
    {
        End();
        Ciphering = new AssociationCiphering(security.Keys, security.Suite, ownTitle, security.Counters)
        {
            PeerTitle = clientTitle.ToArray(),
        };
    }

    /// <summary>Forgets the client.</summary>
    public void End()
    {
        Ciphering?.Dispose();
        Ciphering = null;
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    /// <summary>Opens a protected APDU.</summary>
    /// <exception cref="InvocationCounterException">The counter is not above the last one.</exception>
    /// <exception cref="Wire.ProtocolException">Nothing is ciphered here, or it is malformed, of another sender, or not
    /// authentic.</exception>
    public Unprotected Open(ReadOnlyMemory<byte> apdu) => settings.IsCiphered && Ciphering is not null
        ? Ciphering.Unprotect(apdu, required: RequiredOfRequests)
        : throw new Wire.ProtocolException("a ciphered APDU in an association without ciphering");

    /// <summary>How an answer goes: protected as its request was, and more where the policy or the rights ask for it.</summary>
    /// <param name="request">How the request was protected; null where it came plain.</param>
    /// <param name="required">What the rights ask for.</param>
    /// <returns>Null for plain.</returns>
    public AppliedProtection? OfAnswer(AppliedProtection? request, MessageProtection required)
    {
        var answer = request?.Answer();
        var needed = required | RequiredOfResponses;
        return (answer?.Strength ?? MessageProtection.None).Covers(needed) ? answer : Strengthen(answer, needed);
    }

    /// <summary>Protects an answer.</summary>
    /// <exception cref="ProtectionException">A key is missing.</exception>
    public void Protect(ReadOnlySpan<byte> plain, AppliedProtection? protection, IBufferWriter<byte> output)
    {
        if (protection is null) output.Write(plain);
        else Ciphering!.Protect(plain, protection, output);
    }

    /// <summary>A request has been answered, or is not answered at all: keys that it transferred hold from now on.</summary>
    public void Settle() => security.CommitKeys();

    /// <summary>Protects the InitiateResponse, under the global key.</summary>
    public byte[] ProtectInitiate(byte[] plain) => settings.IsCiphered
        ? Ciphering!.Protect(plain, CipheringForm.Global, SecurityControl.Of(security.Suite, true, true)).ToArray()
        : plain;

    /// <summary>Bytes that protection adds at most to an answer whose APDU may have so many.</summary>
    public int Overhead(int maxSize, AppliedProtection? request)
    {
        if (!settings.IsCiphered) return 0;
        var answer = OfAnswer(request, MessageProtection.None);
        if (answer is { Layers.Count: > 1 } or { Layers: [{ Header: not null }, ..] }) return Ciphering!.OverheadOf(answer);
        // Services without a tag of their own go in general protection, where the title is.
        var isGeneral = answer is { Layers: [{ Form: CipheringForm.GeneralGlobal or CipheringForm.GeneralDedicated }, ..] };
        return 1 + (isGeneral ? 1 + ApduCipher.SystemTitleSize : 0) + CosemWriter.LengthSize(maxSize) + CipheredContent.HeaderSize
            + CipheredContent.TagSize;
    }

    private AppliedProtection Strengthen(AppliedProtection? answer, MessageProtection needed)
    {
        List<ProtectionLayer> layers = [.. answer?.Layers ?? []];
        var innermost = layers.FindLastIndex(l => l.Form != CipheringForm.Signing);
        var known = innermost < 0 ? default : layers[innermost].Control;
        var control = SecurityControl.Of(
            security.Suite, known.Authenticated || needed.Authenticated, known.Encrypted || needed.Encrypted, known.BroadcastKey);
        if (innermost >= 0) layers[innermost] = layers[innermost] with { Control = control };
        else if (needed.Authenticated || needed.Encrypted) layers.Add(new ProtectionLayer(CipheringForm.Global, control));
        if (needed.Signed && answer?.Strength.Signed != true) layers.Insert(0, new ProtectionLayer(CipheringForm.Signing));
        return AppliedProtection.Of([.. layers]);
    }
}
