namespace Headrace.Dlms.Hdlc;

/// <summary>What a link has to tell.</summary>
public enum HdlcEventKind
{
    /// <summary>The link is open, with <see cref="HdlcEvent.Parameters"/>. On a server also when an open link was opened anew.</summary>
    Connected,

    /// <summary>The server answered SNRM with DM: another client holds it, or it waits for DISC.</summary>
    Refused,

    /// <summary>A whole message arrived in the numbered sequence.</summary>
    Apdu,

    /// <summary>A whole message arrived in UI frames: a push, or a broadcast.</summary>
    Unnumbered,

    /// <summary>The link is closed: UA to DISC, or DM at any time.</summary>
    Disconnected,

    /// <summary>The peer sent FRMR, or the sequence numbers broke: the link has to be opened again.</summary>
    Rejected,

    /// <summary>The server asks for a pause (RNR): it is to be polled by <see cref="HdlcClientLink.OnTimeout"/> after a while.</summary>
    Busy,
}

/// <summary>Something that happened on a link.</summary>
/// <param name="Kind">What.</param>
/// <param name="Destination">To whom the frame was addressed.</param>
/// <param name="Source">From whom it came.</param>
/// <param name="Apdu">The message without LLC header, for <see cref="HdlcEventKind.Apdu"/> and <see cref="HdlcEventKind.Unnumbered"/>; the
/// reader's to keep.</param>
/// <param name="Parameters">What holds from now on, from the own viewpoint, for <see cref="HdlcEventKind.Connected"/>.</param>
public readonly record struct HdlcEvent(
    HdlcEventKind Kind, HdlcAddress Destination, HdlcAddress Source, ReadOnlyMemory<byte> Apdu = default,
        HdlcParameters Parameters = default);
