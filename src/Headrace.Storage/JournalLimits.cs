using Headrace.Core.Drivers;
using Headrace.Core.Stores;

namespace Headrace.Storage;

/// <summary>How much of the journal is kept.</summary>
internal static class JournalLimits
{
    /// <summary>Contacts kept of each meter, newest first: two days of a push every quarter of an hour.</summary>
    public const int ContactsPerMeter = 200;

    /// <summary>Refusals kept of all meters; their counts go on for ever.</summary>
    public const int Refusals = 10_000;

    private const int DetailLength = 500;

    /// <summary>The part of a refusal's detail that is kept.</summary>
    public static string Cut(string detail) => detail.Length <= DetailLength ? detail : detail[..DetailLength];

    /// <summary>True where the refusal adds to its meter's count. A replay has been counted by the intake already.</summary>
    public static bool CountsForMeter(Refusal refusal) => refusal.MeterId != 0 && refusal.Kind != RefusalKind.Replayed;
}
