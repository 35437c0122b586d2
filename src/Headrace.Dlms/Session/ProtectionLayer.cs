using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>How a protected APDU is wrapped (IEC 62056-5-3, 5.3.7).</summary>
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

    /// <summary>general-ciphering, between parties.</summary>
    General,

    /// <summary>general-signing, between parties.</summary>
    Signing,
}

/// <summary>Which key general-ciphering is under (IEC 62056-5-3, <c>key-info</c>).</summary>
public enum PartyKey
{
    /// <summary>The global unicast key, without key-info.</summary>
    Unnamed,

    /// <summary>Identified: the global unicast key.</summary>
    GlobalUnicast,

    /// <summary>Identified: the global broadcast key.</summary>
    GlobalBroadcast,

    /// <summary>A key made for the message, wrapped under the master key.</summary>
    Wrapped,

    /// <summary>Agreed by one-pass Diffie-Hellman C(1e, 1s): ephemeral key of the originator, static one of the recipient.</summary>
    OnePass,

    /// <summary>Agreed by static unified Diffie-Hellman C(0e, 2s): static keys of both, the transaction id makes the difference.</summary>
    StaticUnified,
}

/// <summary>End-to-end protection by general-ciphering and general-signing (IEC 62056-5-3), in place of or beside the ciphering of the
/// association.</summary>
public sealed record PartyProtection
{
    /// <summary>Key of general-ciphering; null leaves the association's own ciphering in place.</summary>
    public PartyKey? Ciphering { get; init; }

    /// <summary>Signs outside the ciphering: general-signing around it, as the order "compress, encrypt, sign" has it.</summary>
    public bool Signed { get; init; }

    /// <summary>Signs inside the ciphering in place of outside: the signature is encrypted with the APDU.</summary>
    public bool SignedInside { get; init; }

    /// <summary>A quirk: the server answers signed requests without a signature.</summary>
    public bool AcceptUnsignedResponses { get; init; }

    /// <summary>The field other-information.</summary>
    public ReadOnlyMemory<byte> OtherInformation { get; init; }

    /// <summary>Gives the field date-time; null leaves it empty.</summary>
    public Func<CosemDateTime>? Time { get; init; }

    /// <summary>A quirk: false leaves the five header fields of general-ciphering out of the authenticated data, as one widespread stack
    /// does.</summary>
    public bool AuthenticatesHeader { get; init; } = true;
}

/// <summary>One wrapping of an APDU.</summary>
/// <param name="Form">Which.</param>
/// <param name="Control">Security control; of signing nothing.</param>
/// <param name="Key">Of general-ciphering only.</param>
/// <param name="Header">Of general-ciphering and -signing; null makes one with a transaction of its own.</param>
internal sealed record ProtectionLayer(
    CipheringForm Form, SecurityControl Control = default, PartyKey Key = PartyKey.Unnamed, GeneralProtectionHeader? Header = null)
{
    /// <summary>What it adds to the strength of the whole.</summary>
    public MessageProtection Strength =>
        Form == CipheringForm.Signing ? new(false, false, true) : new(Control.Authenticated, Control.Encrypted);

    /// <summary>The same from the other side: in the same transaction, the parties swapped. A broadcast is answered under the unicast
    /// key.</summary>
    public ProtectionLayer Answer() => Header is null && !Control.BroadcastKey ? this : this with
    {
        Control = SecurityControl.Of(Control.Suite, Control.Authenticated, Control.Encrypted),
        Key = Key == PartyKey.GlobalBroadcast ? PartyKey.GlobalUnicast : Key,
        Header = Header is null ? null : Header with
        {
            OriginatorSystemTitle = Header.RecipientSystemTitle,
            RecipientSystemTitle = Header.OriginatorSystemTitle,
            DateTime = default,
            OtherInformation = default,
        },
    };
}

/// <summary>All that protects one APDU, outermost first; the answer takes the same.</summary>
internal sealed class AppliedProtection
{
    /// <summary>The ciphering of the association, general-ciphering and general-signing, each once.</summary>
    public const int MaxLayers = 3;

    private AppliedProtection(ProtectionLayer[] layers)
    {
        Layers = layers;
        foreach (var layer in layers) Strength |= layer.Strength;
    }

    /// <summary>Outermost first.</summary>
    public IReadOnlyList<ProtectionLayer> Layers { get; }

    /// <summary>What they come to together.</summary>
    public MessageProtection Strength { get; }

    /// <summary>The control byte of the ciphering innermost.</summary>
    public SecurityControl Control => Layers.LastOrDefault(l => l.Form != CipheringForm.Signing)?.Control ?? default;

    /// <summary>The title of the party that made the innermost layer; empty for the peer of the association.</summary>
    public ReadOnlyMemory<byte> Originator => Layers.LastOrDefault(l => l.Header is not null)?.Header!.OriginatorSystemTitle ?? default;

    /// <summary>Names the exchange between parties; null where there is none.</summary>
    public ReadOnlyMemory<byte>? TransactionId => Layers.FirstOrDefault(l => l.Header is not null)?.Header!.TransactionId;

    /// <summary>Of layers, outermost first.</summary>
    public static AppliedProtection Of(params ProtectionLayer[] layers) => new(layers);

    /// <summary>The protection a side chooses for what it sends of itself.</summary>
    /// <param name="form">Ciphering of the association.</param>
    /// <param name="control">Its control byte.</param>
    /// <param name="party">End-to-end protection; null for none.</param>
    public static AppliedProtection Of(CipheringForm form, SecurityControl control, PartyProtection? party)
    {
        var ciphering = party?.Ciphering is { } key
            ? new ProtectionLayer(CipheringForm.General, control, key)
            : new ProtectionLayer(form, control);
        if (party is not { Signed: true } and not { SignedInside: true }) return Of(ciphering);
        var signing = new ProtectionLayer(CipheringForm.Signing);
        return party.SignedInside ? Of(General(ciphering), signing) : Of(signing, ciphering);
    }

    /// <summary>What an answer to a message so protected takes.</summary>
    public AppliedProtection Answer() =>
        Layers.Any(l => l.Header is not null || l.Control.BroadcastKey) ? new([.. Layers.Select(l => l.Answer())]) : this;

    // What holds a signed APDU has no service tag of its own.
    private static ProtectionLayer General(ProtectionLayer ciphering) => ciphering.Form switch
    {
        CipheringForm.Global => ciphering with { Form = CipheringForm.GeneralGlobal },
        CipheringForm.Dedicated => ciphering with { Form = CipheringForm.GeneralDedicated },
        _ => ciphering,
    };
}

/// <summary>An APDU taken out of its protection.</summary>
/// <param name="Apdu">The plain APDU, in memory of its own.</param>
/// <param name="Protection">How it was protected.</param>
internal readonly record struct Unprotected(ReadOnlyMemory<byte> Apdu, AppliedProtection Protection)
{
    /// <summary>What its layers come to.</summary>
    public MessageProtection Strength => Protection.Strength;

    /// <summary>The control byte of the ciphering.</summary>
    public SecurityControl Control => Protection.Control;
}
