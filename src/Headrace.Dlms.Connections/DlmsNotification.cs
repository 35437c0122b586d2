using System.Net;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Connections;

/// <summary>How far the origin of a push is proven.</summary>
public enum PushProof
{
    /// <summary>Not at all: it came in the clear.</summary>
    None,

    /// <summary>Whoever sent it has the encryption key, or altered what somebody sent who has: there was no tag, or no key to check
    /// it.</summary>
    EncryptedOnly,

    /// <summary>Its tag was checked.</summary>
    Authenticated,
}

/// <summary>What a server sent unasked, opened and decoded.</summary>
public sealed class DlmsNotification
{
    private readonly ApduTolerance _tolerance;

    internal DlmsNotification(in PushOrigin origin, PushProof proof, ReadOnlyMemory<byte> apdu, PushSender? sender, uint counter,
        ApduTolerance tolerance)
    {
        (Remote, SystemTitle, Device) = (origin.Remote, origin.SystemTitle, origin.Device);
        (Proof, Apdu, Sender, InvocationCounter) = (proof, apdu, sender, counter);
        _tolerance = tolerance;
    }

    /// <summary>Where it came from; null for a pipe that does not say.</summary>
    public EndPoint? Remote { get; }

    /// <summary>The device behind a gateway; null where none was named.</summary>
    public GatewayAddress? Device { get; }

    /// <summary>The sender's title; empty where neither the message nor the sender's entry has one.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; }

    /// <summary>How far that is proven.</summary>
    public PushProof Proof { get; }

    /// <summary>The sender's counter; 0 where the push was plain.</summary>
    public uint InvocationCounter { get; }

    /// <summary>What the look-up said of the sender; null for plain pushes.</summary>
    public PushSender? Sender { get; }

    /// <summary>When it was received.</summary>
    public DateTimeOffset ReceivedAt { get; internal init; }

    /// <summary>The plain APDU.</summary>
    public ReadOnlyMemory<byte> Apdu { get; }

    /// <summary>The tag of the plain APDU: data-notification, event-notification or information-report.</summary>
    public ApduTag Tag => (ApduTag)Apdu.Span[0];

    /// <summary>The number of a data-notification.</summary>
    public LongInvokeIdAndPriority InvokeId { get; internal init; }

    /// <summary>The date-time of a data-notification; null where it has none.</summary>
    public CosemDateTime? Time { get; internal init; }

    /// <summary>How the body of a data-notification says what its values are.</summary>
    public PushLayout Layout { get; internal init; }

    /// <summary>The values of a data-notification; empty for a positional body without template, and for other tags.</summary>
    public IReadOnlyList<PushReading> Readings { get; internal init; } = [];

    /// <summary>The APDU as a record: <see cref="DataNotification"/>, <see cref="EventNotification"/> or
    /// <c>InformationReport</c>.</summary>
    /// <exception cref="Wire.ProtocolException">An event-notification or information-report is malformed.</exception>
    public XdlmsApdu Decode() => XdlmsApdu.Decode(Apdu, _tolerance);
}

/// <summary>What is known of a sender before its keys are.</summary>
/// <param name="SystemTitle">Its title; empty where the message leaves it out.</param>
/// <param name="Remote">Where it came from; null for a pipe that does not say.</param>
/// <param name="Device">The device behind a gateway; null where none was named.</param>
public readonly record struct PushOrigin(ReadOnlyMemory<byte> SystemTitle, EndPoint? Remote, GatewayAddress? Device);

/// <summary>What a listener has to know of a sender of protected pushes.</summary>
public sealed record PushSender
{
    /// <summary>The global unicast encryption key, 16 bytes, or 32 in suite 2.</summary>
    public required ReadOnlyMemory<byte> EncryptionKey { get; init; }

    /// <summary>The authentication key; empty where it is not known.</summary>
    public ReadOnlyMemory<byte> AuthenticationKey { get; init; }

    /// <summary>The global broadcast key; empty where it has none.</summary>
    public ReadOnlyMemory<byte> BroadcastKey { get; init; }

    /// <summary>The suite.</summary>
    public SecuritySuite Suite { get; init; }

    /// <summary>Its title, for messages that leave it out.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; init; }

    /// <summary>The last counter taken under the unicast key, from the caller's records; null takes any first.</summary>
    public uint? LastCounter { get; init; }

    /// <summary>A deviation: pushes without tag, or whose tag cannot be checked, are taken and marked so.</summary>
    public bool AcceptUnauthenticated { get; init; }

    /// <summary>What it pushes, where its bodies do not say.</summary>
    public PushTemplate? Template { get; init; }

    /// <summary>Other deviations to bear.</summary>
    public ApduTolerance Tolerance { get; init; }

    /// <summary>How confirmed pushes are answered; null leaves protected ones unanswered.</summary>
    public PushConfirmation? Confirmation { get; init; }

    /// <summary>Whatever the caller wants to find again in the notification.</summary>
    public object? Tag { get; init; }
}

/// <summary>In whose name protected pushes are confirmed.</summary>
/// <param name="SystemTitle">Own title, eight bytes.</param>
/// <param name="Counter">Counters never used before under the sender's key.</param>
public sealed record PushConfirmation(ReadOnlyMemory<byte> SystemTitle, Session.NextInvocationCounter Counter);

/// <summary>Finds what is known of a sender; null where nothing is. Asked once and remembered until <see
/// cref="DlmsListener.Forget"/>.</summary>
public delegate ValueTask<PushSender?> FindPushSender(PushOrigin origin, CancellationToken cancellationToken);

/// <summary>What became of a message.</summary>
public enum PushVerdict
{
    /// <summary>Handed on.</summary>
    Taken,

    /// <summary>The very message came before; confirmed again where it asks for that.</summary>
    Duplicate,

    /// <summary>Its counter is not above the last one under its key.</summary>
    Replayed,

    /// <summary>The look-up knows nothing of its sender.</summary>
    UnknownSender,

    /// <summary>It could not be opened: another key or title, or altered bytes.</summary>
    NotAuthentic,

    /// <summary>Plain, or without a tag, where that is not taken.</summary>
    NotProtected,

    /// <summary>Broken, or no push.</summary>
    Malformed,

    /// <summary>There was no room, which is for datagrams only, or the look-up of its sender failed.</summary>
    Dropped,
}
