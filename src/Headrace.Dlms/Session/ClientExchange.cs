using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What follows from a response: something to send, something to tell, and whether the exchange is over.</summary>
internal readonly record struct ExchangeStep(XdlmsApdu? Send, SessionEvent? Event, bool Done);

/// <summary>One request of a client with all the blocks it takes, in both directions. A family of services derives its own.</summary>
internal abstract class ClientExchange
{
    /// <summary>What opens the exchange.</summary>
    public abstract XdlmsApdu First { get; }

    /// <summary>A response was borne that a strict client would have refused; told by name.</summary>
    public Action<string>? Tolerated { get; set; }

    /// <summary>True for an answer of the service that was asked.</summary>
    public abstract bool IsOfService(XdlmsApdu response);

    /// <summary>True for an answer, of the service that was asked, to this very request: its invoke id is the request's.</summary>
    public abstract bool IsToRequest(XdlmsApdu response);

    /// <summary>Services beyond the one asked that a response makes use of.</summary>
    public virtual Conformance Uses(XdlmsApdu response) => Conformance.None;

    /// <summary>Takes a response of the service in; null where it repeats an earlier block.</summary>
    /// <exception cref="ProtocolException">A response that cannot be one to this request.</exception>
    public abstract ExchangeStep? Receive(XdlmsApdu response);

    /// <summary>What a refusal of the whole request tells in place of a result; null where it is no more than a refusal.</summary>
    public virtual SessionEvent? Refuse(XdlmsApdu refusal) => null;

    protected static ExchangeStep Finish(SessionEvent told) => new(null, told, true);

    protected static ProtocolException Unexpected(XdlmsApdu response) => new($"{response.GetType().Name} does not answer this request");
}
