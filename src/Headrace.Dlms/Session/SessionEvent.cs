using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

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
/// <param name="RawData">A piece of the encoded value: a slice of the APDU received, valid as long as that is.</param>
/// <param name="IsLast">The GET is done; no <see cref="GetCompleted"/> follows.</param>
public sealed record BlockReceived(uint Number, ReadOnlyMemory<byte> RawData, bool IsLast) : SessionEvent;

/// <summary>SET is done.</summary>
/// <param name="Results">One for each attribute, in the order of the request.</param>
public sealed record SetCompleted(IReadOnlyList<DataAccessResult> Results) : SessionEvent;

/// <summary>ACTION is done.</summary>
/// <param name="Outcomes">One for each method, in the order of the request.</param>
public sealed record ActionCompleted(IReadOnlyList<ActionOutcome> Outcomes) : SessionEvent;

/// <summary>The outcome of one access of the access service.</summary>
/// <param name="Service">What was done.</param>
/// <param name="Result">A <see cref="DataAccessResult"/>, or an <see cref="ActionResult"/> for a method; 0 is success.</param>
/// <param name="Data">What was read or returned; null-data where there is nothing.</param>
public sealed record AccessResult(AccessSpecificationKind Service, byte Result, CosemData Data)
{
    /// <summary>True for success.</summary>
    public bool IsSuccess => Result == 0;

    /// <summary>The result of reading or writing.</summary>
    public DataAccessResult DataAccessResult => (DataAccessResult)Result;

    /// <summary>The result of a method.</summary>
    public ActionResult ActionResult => (ActionResult)Result;
}

/// <summary>ACCESS is done.</summary>
/// <param name="Results">In the order of the request; fewer where it was to break at the first error.</param>
public sealed record AccessCompleted(IReadOnlyList<AccessResult> Results) : SessionEvent;

/// <summary>The server gave up a transfer in general blocks: there is no answer.</summary>
public sealed record TransferAborted : SessionEvent;

/// <summary>The request was refused as a whole.</summary>
/// <param name="Refusal">An <see cref="ExceptionResponse"/> or a <see cref="ConfirmedServiceError"/>.</param>
public sealed record ServiceRefused(XdlmsApdu Refusal) : SessionEvent
{
    /// <summary>The counter the server would take, where it refused a lower one.</summary>
    public uint? ExpectedInvocationCounter => (Refusal as ExceptionResponse)?.ExpectedInvocationCounter;
}

/// <summary>The server sent something unasked; a request in progress goes on.</summary>
/// <param name="Raw">As it came, ciphered where it was, or as its general blocks joined; the caller's to keep.</param>
/// <param name="Apdu">Decoded and deciphered; null where the association's keys do not fit it.</param>
public sealed record NotificationReceived(ReadOnlyMemory<byte> Raw, XdlmsApdu? Apdu) : SessionEvent
{
    /// <summary>It came protected no less than what the client sends. Else anybody on the way may have made it up.</summary>
    public bool IsProtected { get; init; }
}

/// <summary>The association was released.</summary>
public sealed record AssociationReleased : SessionEvent;

/// <summary>What comes of a received APDU: bytes to send at once, something to tell, both or neither.</summary>
/// <param name="Send">An APDU to send; empty for none.</param>
/// <param name="Event">What happened; null for nothing that concerns the caller.</param>
public readonly record struct SessionStep(ReadOnlyMemory<byte> Send, SessionEvent? Event);
