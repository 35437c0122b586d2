using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Session;

/// <summary>What a client's association has to tell its caller.</summary>
public abstract record SessionEvent;

/// <summary>The association is open.</summary>
/// <param name="Conformance">The services both sides have.</param>
/// <param name="ServerMaxPduSize">Longest APDU the server takes, in bytes; 0 for no limit.</param>
public sealed record Associated(Conformance Conformance, int ServerMaxPduSize) : SessionEvent;

/// <summary>Why an association did not come about.</summary>
public enum RejectionReason
{
    /// <summary>AARE with result rejected: <see cref="AssociationRejected.Result"/> and <see cref="AssociationRejected.Diagnostic"/> tell
    /// more.</summary>
    Rejected,

    /// <summary>An exception-response or confirmed-service-error instead of AARE or pass 4.</summary>
    Refused,

    /// <summary>The server refused pass 3: the secret is wrong.</summary>
    ClientNotAuthenticated,

    /// <summary>The server's pass 4 is wrong: it does not have the secret, or is somebody else.</summary>
    ServerNotAuthenticated,

    /// <summary>The server accepted something that must not be: another context, no common service, its own challenge equal to
    /// ours.</summary>
    UnacceptableTerms,
}

/// <summary>The association was refused; there is none.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Result">1 permanent, 2 transient, where an AARE rejected.</param>
/// <param name="Diagnostic">The service-user's diagnostic, 0 where none: 2 context, 3 calling title, 11 mechanism, 13 authentication
/// failure.</param>
/// <param name="Refusal">The exception-response or confirmed-service-error, where there was one; may carry the expected invocation
/// counter.</param>
public sealed record AssociationRejected(RejectionReason Reason, int Result = 0, int Diagnostic = 0, XdlmsApdu? Refusal = null)
    : SessionEvent
{
    /// <summary>The counter the server would take, where it refused a lower one.</summary>
    public uint? ExpectedInvocationCounter => (Refusal as ExceptionResponse)?.ExpectedInvocationCounter;
}

/// <summary>GET of one attribute is done.</summary>
/// <param name="Result">The value or why not.</param>
public sealed record GetCompleted(GetDataResult Result) : SessionEvent;

/// <summary>GET of several attributes is done.</summary>
/// <param name="Results">In the order of the request.</param>
public sealed record GetListCompleted(IReadOnlyList<GetDataResult> Results) : SessionEvent;

/// <summary>A block of a GET that the caller wanted to see block by block.</summary>
/// <param name="Number">From 1.</param>
/// <param name="RawData">A piece of the encoded value.</param>
/// <param name="IsLast">The GET is done; no <see cref="GetCompleted"/> follows.</param>
public sealed record BlockReceived(uint Number, ReadOnlyMemory<byte> RawData, bool IsLast) : SessionEvent;

/// <summary>SET is done.</summary>
/// <param name="Results">One for each attribute, in the order of the request.</param>
public sealed record SetCompleted(IReadOnlyList<DataAccessResult> Results) : SessionEvent;

/// <summary>ACTION is done.</summary>
/// <param name="Outcomes">One for each method, in the order of the request.</param>
public sealed record ActionCompleted(IReadOnlyList<ActionOutcome> Outcomes) : SessionEvent;

/// <summary>The request was refused as a whole.</summary>
/// <param name="Refusal">An <see cref="ExceptionResponse"/> or a <see cref="ConfirmedServiceError"/>.</param>
public sealed record ServiceRefused(XdlmsApdu Refusal) : SessionEvent
{
    /// <summary>The counter the server would take, where it refused a lower one.</summary>
    public uint? ExpectedInvocationCounter => (Refusal as ExceptionResponse)?.ExpectedInvocationCounter;
}

/// <summary>The server sent something unasked; a request in progress goes on.</summary>
/// <param name="Raw">As it came, ciphered where it was: gateways keep their own record of pushes.</param>
/// <param name="Apdu">Decoded and deciphered; null where the association's keys do not fit it.</param>
public sealed record NotificationReceived(ReadOnlyMemory<byte> Raw, XdlmsApdu? Apdu) : SessionEvent;

/// <summary>The association was released.</summary>
public sealed record AssociationReleased : SessionEvent;

/// <summary>What comes of a received APDU: bytes to send at once, something to tell, both or neither.</summary>
/// <param name="Send">An APDU to send; empty for none.</param>
/// <param name="Event">What happened; null for nothing that concerns the caller.</param>
public readonly record struct SessionStep(ReadOnlyMemory<byte> Send, SessionEvent? Event);
