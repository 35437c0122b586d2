using Headrace.Core.Drivers;
using Headrace.Core.Metering;

namespace Headrace.Web.Parts;

/// <summary>The vocabulary's codes in words.</summary>
internal static class Words
{
    /// <summary>How a meter is reached.</summary>
    public static string Of(ContactModes modes)
    {
        var words = new List<string>(3);
        if (modes.HasFlag(ContactModes.Pushes)) words.Add("pushes");
        if (modes.HasFlag(ContactModes.Answers)) words.Add("is dialled");
        if (modes.HasFlag(ContactModes.DialsIn)) words.Add("dials in");
        return words.Count == 0 ? "not reached yet" : string.Join(", ", words);
    }

    /// <summary>How a contact came about.</summary>
    public static string Of(ContactKind kind) => kind switch
    {
        ContactKind.Push => "Push",
        ContactKind.Dialled => "Dialled",
        ContactKind.DialledIn => "Dialled in",
        _ => "Contact",
    };

    /// <summary>Why traffic was refused.</summary>
    public static string Of(RefusalKind kind) => kind switch
    {
        RefusalKind.UnknownMeter => "Unknown meter",
        RefusalKind.WrongKey => "Wrong key",
        RefusalKind.Malformed => "Malformed",
        RefusalKind.Replayed => "Replayed",
        RefusalKind.Oversized => "Oversized",
        RefusalKind.TimedOut => "Not finished in time",
        RefusalKind.NotProtected => "Not protected",
        RefusalKind.Overloaded => "Head-end too busy",
        _ => "Other",
    };

    /// <summary>State of a ledger page with what is missing of it.</summary>
    public static string Of(LedgerState state, int missing, bool canBeRead) => state switch
    {
        LedgerState.Complete => "complete",
        LedgerState.Unrecoverable => "cannot be recovered",
        _ when missing > 0 => canBeRead ? "being re-read" : "waiting for its push",
        _ => "as expected so far",
    };
}
