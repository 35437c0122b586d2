using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Session;

/// <summary>Deviations that a client's association has borne because its options name them, counted so that they can be told.</summary>
public sealed class ClientTolerances
{
    private readonly Dictionary<string, long> _used = [];

    /// <summary>How often each was used, by the name of its option: <c>AcceptLongResponses</c>,
    /// <c>AcseTolerance.OtherContext</c>.</summary>
    public IReadOnlyDictionary<string, long> Used => _used;

    /// <summary>Told of each use, in the call in which it happens: for a log. Null tells nobody.</summary>
    public Action<string>? Told { get; set; }

    /// <summary>Notes one use.</summary>
    internal void Note(string name)
    {
        _used[name] = _used.GetValueOrDefault(name) + 1;
        Told?.Invoke(name);
    }

    /// <summary>Notes what a decoder has borne.</summary>
    internal void Note(ApduTolerance borne)
    {
        for (var bit = 1; borne != ApduTolerance.None && bit <= (int)ApduTolerance.All; bit <<= 1)
            if (((int)borne & bit) != 0) Note(ToleranceNames.Of((ApduTolerance)bit));
    }
}

/// <summary>Names of tolerances, as they are told.</summary>
internal static class ToleranceNames
{
    public static string Of(ApduTolerance tolerance) => $"{nameof(ApduTolerance)}.{tolerance}";

    public static string Of(AcseTolerance tolerance) => $"{nameof(AcseTolerance)}.{tolerance}";
}
