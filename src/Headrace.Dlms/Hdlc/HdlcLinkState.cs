namespace Headrace.Dlms.Hdlc;

/// <summary>Where a link is between SNRM and DISC.</summary>
public enum HdlcLinkState
{
    /// <summary>No link.</summary>
    Disconnected,

    /// <summary>SNRM sent, UA or DM awaited (client only).</summary>
    Connecting,

    /// <summary>Information may be exchanged.</summary>
    Connected,

    /// <summary>DISC sent, UA or DM awaited (client only).</summary>
    Disconnecting,
}
