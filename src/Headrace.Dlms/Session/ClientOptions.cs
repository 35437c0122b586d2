using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Session;

/// <summary>Hands out an invocation counter that has never been used with the key, and never will be again, not even after a
/// crash.</summary>
/// <remarks>Callers reserve counters in blocks and write the reservation down before the first is used.</remarks>
public delegate uint NextInvocationCounter();

/// <summary>Which key protects what a client sends.</summary>
public enum ClientCiphering
{
    /// <summary>Nothing is protected: context LN plain.</summary>
    None,

    /// <summary>The global unicast key.</summary>
    Global,

    /// <summary>A key made for this association, sent under the global one.</summary>
    Dedicated,
}

/// <summary>What a client proposes and insists on. Logical name referencing, unless <see cref="ShortNames"/> is set.</summary>
public sealed record ClientOptions
{
    /// <summary>The usual services of an LN client without general block transfer.</summary>
    public const Conformance UsualConformance =
        Conformance.GeneralProtection | Conformance.BlockTransferWithGetOrRead | Conformance.BlockTransferWithSetOrWrite
        | Conformance.BlockTransferWithAction | Conformance.MultipleReferences | Conformance.Get | Conformance.Set
        | Conformance.SelectiveAccess | Conformance.EventNotification | Conformance.Action | Conformance.DataNotification
        | Conformance.PriorityMgmtSupported;

    /// <summary>Refer to objects by short names: contexts SN plain and SN ciphered. Null refers by logical names.</summary>
    public ShortNameOptions? ShortNames { get; init; }

    /// <summary>How the client shows who it is.</summary>
    public AuthenticationMechanism Authentication { get; init; } = AuthenticationMechanism.Lowest;

    /// <summary>Which key protects what is sent. Other than none takes context LN ciphered.</summary>
    public ClientCiphering Ciphering { get; init; }

    /// <summary>Wrap in general-glo and general-ded in place of a tag of each service.</summary>
    public bool GeneralProtection { get; init; }

    /// <summary>How what is sent is protected. Neither authenticated nor encrypted sends services plain: only the InitiateRequest is
    /// ciphered.</summary>
    public SecurityControl Protection { get; init; } = SecurityControl.Of(SecuritySuite.Suite0, authenticated: true, encrypted: true);

    /// <summary>How the InitiateRequest in AARQ is protected; null for the same. Some meters want it encrypted although what follows is
    /// not.</summary>
    public SecurityControl? InitiateProtection { get; init; }

    /// <summary>End-to-end protection of services by general-ciphering and general-signing; null for none. Needs
    /// <see cref="Ciphering"/>.</summary>
    public PartyProtection? Party { get; init; }

    /// <summary>Own system title, eight bytes; needed for ciphering and for HLS 5, 6 and 7.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; init; }

    /// <summary>The server's title where it is known beforehand; an AARE with another is not accepted. Empty takes what the AARE
    /// says.</summary>
    public ReadOnlyMemory<byte> ServerSystemTitle { get; init; }

    /// <summary>Where counters of the global key come from; needed for ciphering and for HLS 5.</summary>
    public NextInvocationCounter? InvocationCounter { get; init; }

    /// <summary>Where counters of keys that are wrapped or agreed for one message come from; null takes those of the global key. They
    /// rise for ever: they do not restart when the global key is changed.</summary>
    public NextInvocationCounter? PartyInvocationCounter { get; init; }

    /// <summary>Where counters of the broadcast key come from; needed only to send under it.</summary>
    public NextInvocationCounter? BroadcastInvocationCounter { get; init; }

    /// <summary>The last counter accepted from the server under the global key; null where none was, and any is taken first.</summary>
    public uint? LastReceivedCounter { get; init; }

    /// <summary>Services proposed.</summary>
    public Conformance Conformance { get; init; } = UsualConformance;

    /// <summary>Longest APDU the client takes, in bytes; 0 for no limit.</summary>
    public ushort MaxPduSize { get; init; } = ushort.MaxValue;

    /// <summary>Longest value taken in blocks, in bytes.</summary>
    public int MaxValueSize { get; init; } = 8 << 20;

    /// <summary>The challenge to the server; empty makes one of 16 random bytes, 32 for HLS 7. Set only to repeat a recorded
    /// exchange.</summary>
    public ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>General blocks taken without confirmation, 1 to 63, where general block transfer is agreed.</summary>
    public byte GeneralBlockWindow { get; init; } = 1;

    /// <summary>Answer data-notifications that want to be confirmed while the association is open. For servers whose push setups confirm
    /// (class 40 version 3): many others set the bit, know no confirmation, and refuse it in place of the request that goes on.</summary>
    public bool ConfirmNotifications { get; init; }

    /// <summary>Confirmed services in a pre-established association too: some servers answer there.</summary>
    public bool ConfirmedInPreEstablished { get; init; }

    /// <summary>A quirk: the server takes shorter APDUs than it says; longest request, in bytes. Null believes it.</summary>
    public int? MaxRequestSize { get; init; }

    /// <summary>A quirk: the server takes lists, but only so many items in one; longer lists go in several requests. Null for no
    /// limit.</summary>
    public int? MaxListLength { get; init; }

    /// <summary>A quirk: the server sends longer APDUs than the client said it takes.</summary>
    public bool AcceptLongResponses { get; init; }

    /// <summary>A quirk: the server answers in blocks, service-specific or general, without having agreed to them.</summary>
    public bool AcceptUnagreedServices { get; init; }

    /// <summary>A quirk: the server answers with other invoke ids than it was asked with. Late answers are then not told from right
    /// ones.</summary>
    public bool AcceptOtherInvokeId { get; init; }

    /// <summary>A quirk: the server says it selects and then refuses to (read-write-denied, object-unavailable). A profile is then read
    /// whole: the caller selects.</summary>
    public bool ReadAllWhenSelectionIsRefused { get; init; }

    /// <summary>A quirk: the server answers every request with this invoke id, so it is used in every request. Late answers are then not
    /// told from right ones.</summary>
    public int? FixedInvokeId { get; init; }

    /// <summary>A quirk: the server returns no proof of itself in pass 4, and is believed.</summary>
    public bool AcceptMissingServerProof { get; init; }

    /// <summary>A quirk: answers without protection are taken although the association is ciphered.</summary>
    public bool AcceptUnprotectedResponses { get; init; }

    /// <summary>Other deviations to bear in what the server sends.</summary>
    public ApduTolerance Tolerance { get; init; }

    /// <summary>Deviations to bear in AARE.</summary>
    public AcseTolerance AcseTolerance { get; init; }

    /// <summary>The same by short names, with the services they have.</summary>
    public ClientOptions ByShortNames(ShortNameOptions? options = null) =>
        this with { ShortNames = options ?? new ShortNameOptions(), Conformance = ShortNameOptions.UsualConformance };
}
