namespace Headrace.Dlms.Session;

/// <summary>Where a server's association with one client stands (IEC 62056-5-3, 9.4).</summary>
public enum ServerAssociationState
{
    /// <summary>None: only AARQ is served.</summary>
    NotAssociated,

    /// <summary>AARE sent, the client's pass 3 awaited.</summary>
    Pending,

    /// <summary>Open.</summary>
    Associated,

    /// <summary>Open from the start, without AARQ; never closed.</summary>
    PreEstablished,
}

/// <summary>What happens to a server's association: what comes from the client, and the verdicts it meets.</summary>
public enum ServerAssociationEvent
{
    /// <summary>AARQ.</summary>
    AssociationRequest,

    /// <summary>Verdict on an AARQ: open at once.</summary>
    Accepted,

    /// <summary>Verdict on an AARQ: the client has to prove itself in pass 3.</summary>
    Challenged,

    /// <summary>Verdict on an AARQ: no.</summary>
    Rejected,

    /// <summary>A service in the clear, or general block transfer.</summary>
    PlainService,

    /// <summary>A service in protection, service-specific or general.</summary>
    ProtectedService,

    /// <summary>Verdict on pass 3: right.</summary>
    ProofRight,

    /// <summary>Verdict on pass 3: wrong.</summary>
    ProofWrong,

    /// <summary>RLRQ.</summary>
    ReleaseRequest,

    /// <summary>Verdict on an RLRQ: released.</summary>
    Released,

    /// <summary>What only a server sends: AARE, RLRE.</summary>
    ServerMessage,

    /// <summary>The link below is gone or opened anew: TCP closed, HDLC DISC or SNRM.</summary>
    LinkLost,
}

/// <summary>What a server does with what has come.</summary>
public enum ServerReaction
{
    /// <summary>Nothing, and no answer.</summary>
    Ignore,

    /// <summary>exception-response: service-not-allowed, operation-not-possible.</summary>
    Refuse,

    /// <summary>Ends what there was and judges the AARQ.</summary>
    Open,

    /// <summary>Takes pass 3, and refuses any other service.</summary>
    Authenticate,

    /// <summary>Serves it.</summary>
    Serve,

    /// <summary>Releases the association.</summary>
    Release,

    /// <summary>Only moves: a verdict, or the link.</summary>
    Move,
}

/// <summary>One cell of <see cref="ServerAssociationTable"/>.</summary>
/// <param name="Reaction">What the server does.</param>
/// <param name="Next">Where the association stands then; what follows from a verdict comes as an event of its own.</param>
public readonly record struct ServerTransition(ServerReaction Reaction, ServerAssociationState Next);

/// <summary>The transition table of the server's association. Every pair has a cell but verdicts that cannot be in a state.</summary>
public static class ServerAssociationTable
{
    /// <summary>What an event does in a state; null for a verdict that cannot be there.</summary>
    public static ServerTransition? Find(ServerAssociationState state, ServerAssociationEvent happened) => state switch
    {
        ServerAssociationState.NotAssociated => NotAssociated(happened),
        ServerAssociationState.Pending => Pending(happened),
        ServerAssociationState.Associated => Associated(happened),
        _ => PreEstablished(happened),
    };

    private static ServerTransition? NotAssociated(ServerAssociationEvent happened) => happened switch
    {
        ServerAssociationEvent.AssociationRequest => To(ServerReaction.Open, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.Accepted => To(ServerReaction.Move, ServerAssociationState.Associated),
        ServerAssociationEvent.Challenged => To(ServerReaction.Move, ServerAssociationState.Pending),
        ServerAssociationEvent.Rejected => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.PlainService or ServerAssociationEvent.ProtectedService or ServerAssociationEvent.ReleaseRequest =>
            To(ServerReaction.Refuse, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.ServerMessage => To(ServerReaction.Ignore, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.LinkLost => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        _ => null,
    };

    private static ServerTransition? Pending(ServerAssociationEvent happened) => happened switch
    {
        ServerAssociationEvent.AssociationRequest => To(ServerReaction.Open, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.PlainService or ServerAssociationEvent.ProtectedService =>
            To(ServerReaction.Authenticate, ServerAssociationState.Pending),
        ServerAssociationEvent.ProofRight => To(ServerReaction.Move, ServerAssociationState.Associated),
        ServerAssociationEvent.ProofWrong => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.ReleaseRequest => To(ServerReaction.Release, ServerAssociationState.Pending),
        ServerAssociationEvent.Released => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.ServerMessage => To(ServerReaction.Ignore, ServerAssociationState.Pending),
        ServerAssociationEvent.LinkLost => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        _ => null,
    };

    private static ServerTransition? Associated(ServerAssociationEvent happened) => happened switch
    {
        ServerAssociationEvent.AssociationRequest => To(ServerReaction.Open, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.PlainService or ServerAssociationEvent.ProtectedService =>
            To(ServerReaction.Serve, ServerAssociationState.Associated),
        ServerAssociationEvent.ReleaseRequest => To(ServerReaction.Release, ServerAssociationState.Associated),
        ServerAssociationEvent.Released => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        ServerAssociationEvent.ServerMessage => To(ServerReaction.Ignore, ServerAssociationState.Associated),
        ServerAssociationEvent.LinkLost => To(ServerReaction.Move, ServerAssociationState.NotAssociated),
        _ => null,
    };

    private static ServerTransition? PreEstablished(ServerAssociationEvent happened) => happened switch
    {
        ServerAssociationEvent.AssociationRequest or ServerAssociationEvent.ReleaseRequest =>
            To(ServerReaction.Refuse, ServerAssociationState.PreEstablished),
        ServerAssociationEvent.PlainService or ServerAssociationEvent.ProtectedService =>
            To(ServerReaction.Serve, ServerAssociationState.PreEstablished),
        ServerAssociationEvent.ServerMessage => To(ServerReaction.Ignore, ServerAssociationState.PreEstablished),
        ServerAssociationEvent.LinkLost => To(ServerReaction.Move, ServerAssociationState.PreEstablished),
        _ => null,
    };

    private static ServerTransition To(ServerReaction reaction, ServerAssociationState next) => new(reaction, next);
}
