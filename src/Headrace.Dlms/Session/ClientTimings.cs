using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Session;

/// <summary>How long a client waits.</summary>
/// <param name="Response">For each APDU of the server. Power-line and radio networks want two minutes.</param>
/// <param name="Release">For RLRE, which many meters never send.</param>
public sealed record ClientTimings(TimeSpan Response, TimeSpan Release)
{
    /// <summary>Thirty seconds, and two for a release.</summary>
    public static ClientTimings Usual => new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));

    /// <summary>How often in a row a silence is answered by sending general blocks again, which can repair a loss; other transfers
    /// time out at once.</summary>
    public int BlockRepeats { get; init; } = 2;
}

/// <summary>A server refused a request as a whole, or a profile: there is no value to return it in.</summary>
/// <param name="message">What was refused, in words.</param>
/// <param name="refusal">The exception-response or confirmed-service-error; null where <paramref name="result"/> tells.</param>
/// <param name="result">The reason of a GET that was to stream, or of an aborted transfer.</param>
public sealed class DlmsRefusalException(string message, XdlmsApdu? refusal, DataAccessResult result = DataAccessResult.OtherReason)
    : Exception(message)
{
    /// <summary>The exception-response or confirmed-service-error; null where <see cref="Result"/> tells.</summary>
    public XdlmsApdu? Refusal { get; } = refusal;

    /// <summary>The reason of a GET that was to stream, or of an aborted transfer.</summary>
    public DataAccessResult Result { get; } = result;

    /// <summary>The counter the server would take, where it refused a lower one.</summary>
    public uint? ExpectedInvocationCounter => (Refusal as ExceptionResponse)?.ExpectedInvocationCounter;
}
