using Headrace.Core.Metering;

namespace Headrace.Operations.Collection;

/// <summary>
/// What a session with a meter did and how it ended. Filled while it runs, so that a broken session shows what it had done.
/// </summary>
internal sealed class VisitOutcome
{
    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient { get; set; } = true;

    /// <summary>True from the moment the meter answered.</summary>
    public bool Opened { get; set; }

    public bool ProfilesDone { get; set; }

    public bool RegistersDone { get; set; }

    public bool EventsDone { get; set; }

    /// <summary>True where re-reads were done, or tried and failed; false where there was no room for them.</summary>
    public bool RereadTried { get; set; }

    public DateTimeOffset? Clock { get; set; }

    /// <summary>When the clock was read.</summary>
    public DateTimeOffset ClockReadAt { get; set; }

    public IReadOnlyList<Reading> Registers { get; set; } = [];

    public int Rows { get; set; }

    public int Events { get; set; }

    public int NewValues { get; set; }

    /// <summary>True where something was delivered, by which the meter counts as seen.</summary>
    public bool Delivered { get; set; }

    /// <summary>The session in a sentence.</summary>
    public string Sentence
    {
        get
        {
            var parts = new List<string>(4);
            if (Clock is not null) parts.Add("the clock");
            if (Rows > 0) parts.Add(Rows == 1 ? "1 profile row" : $"{Rows} profile rows");
            if (Registers.Count > 0) parts.Add(Registers.Count == 1 ? "1 register" : $"{Registers.Count} registers");
            if (Events > 0) parts.Add(Events == 1 ? "1 event" : $"{Events} events");
            var done = parts.Count == 0 ? "Nothing new to read" : $"Read {string.Join(", ", parts)}";
            return Failure is null ? $"{done}." : parts.Count == 0 ? Failure : $"{done}; then: {Failure}";
        }
    }
}
