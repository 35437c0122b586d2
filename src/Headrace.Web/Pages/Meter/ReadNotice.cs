namespace Headrace.Web.Pages.Meter;

/// <summary>What came of "Read now", shown once on the page that follows.</summary>
/// <param name="Succeeded">Whether the meter was read.</param>
/// <param name="Text">For people.</param>
public sealed record ReadNotice(bool Succeeded, string Text)
{
    /// <summary>The notice a redirect asks for, or null.</summary>
    public static ReadNotice? Of(string? outcome) => outcome switch
    {
        "done" => new(true, "The meter was read. Its registers below are fresh."),
        "failed" => new(false, "The meter could not be read. The newest session below says why."),
        "busy" => new(false, "Another session with this meter did not end in time. Try again in a minute."),
        "not-readable" => new(false, "This meter only pushes: it cannot be asked."),
        _ => null,
    };
}
