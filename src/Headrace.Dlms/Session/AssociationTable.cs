namespace Headrace.Dlms.Session;

/// <summary>Where a client's association stands (IEC 62056-5-3, 9.4, the client's application layer state machine).</summary>
public enum AssociationState
{
    /// <summary>No association. What was there before is over.</summary>
    Idle,

    /// <summary>AARQ sent, AARE awaited.</summary>
    Opening,

    /// <summary>HLS pass 3 sent, pass 4 awaited.</summary>
    Authenticating,

    /// <summary>Open, nothing asked.</summary>
    Associated,

    /// <summary>A request was sent, its response or next block is awaited.</summary>
    Asking,

    /// <summary>RLRQ sent, RLRE awaited.</summary>
    Releasing,
}

/// <summary>What moves an association.</summary>
public enum AssociationStep
{
    /// <summary>The caller opens: AARQ goes out.</summary>
    Open,

    /// <summary>AARE: accepted, nothing more to prove.</summary>
    Accepted,

    /// <summary>AARE: accepted, HLS goes on; pass 3 goes out.</summary>
    AuthenticationRequired,

    /// <summary>AARE: rejected, or an answer in its place that refuses.</summary>
    Rejected,

    /// <summary>Pass 4: the server has proved itself.</summary>
    ServerProved,

    /// <summary>Pass 4: it has not.</summary>
    ServerFailed,

    /// <summary>The caller asks: a request of confirmed service class goes out.</summary>
    Ask,

    /// <summary>A block came or was taken, the next goes out or is asked for.</summary>
    Block,

    /// <summary>The response is complete, or refuses.</summary>
    Answered,

    /// <summary>The caller gives the request up.</summary>
    GiveUp,

    /// <summary>The caller releases: RLRQ goes out.</summary>
    Release,

    /// <summary>RLRE.</summary>
    Released,

    /// <summary>The link is gone, or the caller wants no more.</summary>
    Abort,

    /// <summary>The caller takes up a pre-established association: nothing goes out.</summary>
    Establish,

    /// <summary>The caller sends a request of unconfirmed service class: nothing is awaited.</summary>
    Tell,
}

/// <summary>The transition table of the client's association: every pair that is not in it is an error of the one who caused it.</summary>
public static class AssociationTable
{
    /// <summary>Where a step leads; null where it must not be taken.</summary>
    public static AssociationState? Next(AssociationState state, AssociationStep step) => (state, step) switch
    {
        (AssociationState.Idle, AssociationStep.Open) => AssociationState.Opening,
        (AssociationState.Idle, AssociationStep.Establish) => AssociationState.Associated,

        (AssociationState.Opening, AssociationStep.Accepted) => AssociationState.Associated,
        (AssociationState.Opening, AssociationStep.AuthenticationRequired) => AssociationState.Authenticating,
        (AssociationState.Opening, AssociationStep.Rejected) => AssociationState.Idle,

        (AssociationState.Authenticating, AssociationStep.ServerProved) => AssociationState.Associated,
        (AssociationState.Authenticating, AssociationStep.ServerFailed) => AssociationState.Idle,
        (AssociationState.Authenticating, AssociationStep.Rejected) => AssociationState.Idle,

        (AssociationState.Associated, AssociationStep.Ask) => AssociationState.Asking,
        (AssociationState.Associated, AssociationStep.Tell) => AssociationState.Associated,
        (AssociationState.Associated, AssociationStep.Release) => AssociationState.Releasing,

        (AssociationState.Asking, AssociationStep.Block) => AssociationState.Asking,
        (AssociationState.Asking, AssociationStep.Answered) => AssociationState.Associated,
        (AssociationState.Asking, AssociationStep.GiveUp) => AssociationState.Associated,

        (AssociationState.Releasing, AssociationStep.Released) => AssociationState.Idle,
        (AssociationState.Releasing, AssociationStep.Rejected) => AssociationState.Idle,

        (_, AssociationStep.Abort) => AssociationState.Idle,
        _ => null,
    };
}
