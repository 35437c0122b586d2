using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;

namespace Headrace.Drivers.Dlms;

/// <summary>The deviations of real meters that a device type may name in its <c>tolerances</c>, and what each means to the library. What is
/// not named is refused.</summary>
internal sealed class DlmsTolerances
{
    /// <summary>Rows of a profile with more elements than columns.</summary>
    public const string SurplusColumns = "surplus-columns";

    private static readonly Dictionary<string, ApduTolerance> ApduNames = new(StringComparer.Ordinal)
    {
        ["tagged-notification-time"] = ApduTolerance.TaggedNotificationTime,
        ["length-counts-absent-tag"] = ApduTolerance.LengthCountsAbsentTag,
        ["trailing-octet-in-set-response"] = ApduTolerance.TrailingOctetInSetResponse,
        ["block-number-before-result"] = ApduTolerance.BlockNumberBeforeResult,
        ["list-tag-in-blocks"] = ApduTolerance.ListTagInBlocks,
    };

    private static readonly Dictionary<string, AcseTolerance> AcseNames = new(StringComparer.Ordinal)
    {
        ["lengths-too-short"] = AcseTolerance.LengthsTooShort,
        ["other-context"] = AcseTolerance.OtherContext,
    };

    private static readonly Dictionary<string, Func<ClientOptions, ClientOptions>> ClientNames = new(StringComparer.Ordinal)
    {
        ["long-responses"] = options => options with { AcceptLongResponses = true },
        ["unagreed-services"] = options => options with { AcceptUnagreedServices = true },
        ["other-invoke-id"] = options => options with { AcceptOtherInvokeId = true },
        ["refused-selection"] = options => options with { ReadAllWhenSelectionIsRefused = true },
        ["missing-server-proof"] = options => options with { AcceptMissingServerProof = true },
        ["unprotected-responses"] = options => options with { AcceptUnprotectedResponses = true },
    };

    private const string ReversedDeviation = "reversed-deviation";

    private readonly IReadOnlyList<string> _names;

    /// <summary>The tolerances of those names.</summary>
    /// <param name="names">Each one of <see cref="Names"/>.</param>
    public DlmsTolerances(IReadOnlyList<string> names)
    {
        _names = names;
        foreach (var name in names)
        {
            if (ApduNames.TryGetValue(name, out var apdu)) Apdu |= apdu;
            if (AcseNames.TryGetValue(name, out var acse)) Acse |= acse;
        }
    }

    /// <summary>Every name there is, in order.</summary>
    public static IEnumerable<string> Names =>
        ApduNames.Keys.Concat(AcseNames.Keys).Concat(ClientNames.Keys).Concat([ReversedDeviation, SurplusColumns])
            .Order(StringComparer.Ordinal);

    /// <summary>The meter counts the deviation of a time from UTC to local time.</summary>
    public bool ReversesDeviation => _names.Contains(ReversedDeviation);

    /// <summary>The meter's profile rows may be longer than its columns.</summary>
    public bool BearsSurplusColumns => _names.Contains(SurplusColumns);

    /// <summary>What is borne in APDUs.</summary>
    public ApduTolerance Apdu { get; }

    /// <summary>What is borne in the messages that open and release associations.</summary>
    public AcseTolerance Acse { get; }

    /// <summary>The name of one deviation, as a device type has to give it.</summary>
    public static string NameOf(ApduTolerance tolerance) => ApduNames.First(entry => (entry.Value & tolerance) != ApduTolerance.None).Key;

    /// <summary>The options with these tolerances.</summary>
    public ClientOptions Apply(ClientOptions options)
    {
        options = options with { Tolerance = Apdu, AcseTolerance = Acse };
        foreach (var name in _names)
        {
            if (ClientNames.TryGetValue(name, out var apply)) options = apply(options);
        }

        return options;
    }
}
