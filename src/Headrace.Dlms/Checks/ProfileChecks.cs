using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;

namespace Headrace.Dlms.Checks;

/// <summary>Buffers of profiles: what is captured, how many rows, and that they are found (IEC 62056-6-2, Profile generic).</summary>
internal static class ProfileChecks
{
    private const string Clause = "IEC 62056-6-2, Profile generic";
    private const int MaxProfiles = 4, LastRows = 3;

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("data.profile-entries", "The last rows of a profile are read by their numbers.", Clause,
            (meter, token) => EachAsync(meter, ByEntryAsync, token)),
        new("data.profile-range", "The last row of a profile is found by its time, and no row of another time.", Clause,
            (meter, token) => EachAsync(meter, ByRangeAsync, token)),
        new("data.profile-width", "A row has as many values as objects are captured.", Clause,
            (meter, token) => EachAsync(meter, WidthAsync, token)),
    ];

    /// <summary>A profile that has rows.</summary>
    private sealed record Filled(LogicalName Name, IReadOnlyList<CaptureObjectDefinition> Captured, uint InUse)
    {
        public CosemAttributeDescriptor Buffer => new(7, Name, 2);
    }

    private static async ValueTask<CheckVerdict> EachAsync(
        MeterUnderTest meter, Func<CheckLine, Filled, CancellationToken, ValueTask<string?>> fault, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.SelectsRows) return CheckVerdict.NotApplicable("selective access was not negotiated");
        var (seen, faults) = (new List<string>(), new List<string>());
        foreach (var listed in await ObjectChecks.ListAsync(line, cancellationToken) ?? [])
        {
            if (seen.Count == MaxProfiles) break;
            if (listed.ClassId != 7 || !(listed.Attributes?.GetValueOrDefault((sbyte)2) ?? ObjectRights.Read).HasFlag(ObjectRights.Read))
                continue;
            if (await FilledAsync(line, listed.LogicalName, cancellationToken) is not { } profile) continue;
            seen.Add($"{profile.Name} ({profile.InUse} rows)");
            if (await fault(line, profile, cancellationToken) is { } wrong) faults.Add($"{profile.Name}: {wrong}");
        }
        if (seen.Count == 0) return CheckVerdict.NotApplicable("no profile with rows may be read");
        return CheckVerdict.If(faults.Count == 0, "each of them", faults.Count == 0 ? string.Join(", ", seen) : string.Join("; ", faults));
    }

    private static async ValueTask<Filled?> FilledAsync(CheckLine line, LogicalName name, CancellationToken cancellationToken)
    {
        var captured = await line.Client.GetAsync(new CosemAttributeDescriptor(7, name, 3), cancellationToken);
        var inUse = await line.Client.GetAsync(new CosemAttributeDescriptor(7, name, 7), cancellationToken);
        if (captured.Data is not { } columns || inUse.Data is not { } number) return null;
        if (!number.TryGetInteger(out var rows) || rows is < 1 or > uint.MaxValue) return null;
        return new Filled(name, columns.AsList(CaptureObjectDefinition.FromData), (uint)rows);
    }

    private static async ValueTask<string?> ByEntryAsync(CheckLine line, Filled profile, CancellationToken cancellationToken)
    {
        var first = profile.InUse > LastRows ? profile.InUse - LastRows + 1 : 1;
        var selection = new EntryDescriptor(first, profile.InUse).ToSelectiveAccess();
        var (rows, refusal) = await RowsAsync(line, profile, selection, cancellationToken);
        if (rows is null) return refusal;
        var expected = profile.InUse - first + 1;
        return rows.Count == expected ? null : $"{rows.Count} rows for the entries {first} to {profile.InUse}";
    }

    private static async ValueTask<string?> ByRangeAsync(CheckLine line, Filled profile, CancellationToken cancellationToken)
    {
        var clock = ClockColumn(profile);
        if (clock < 0) return null;
        var last = new EntryDescriptor(profile.InUse, profile.InUse).ToSelectiveAccess();
        var (rows, refusal) = await RowsAsync(line, profile, last, cancellationToken);
        if (rows is null) return refusal;
        // A row may come shortened, or none where one was captured meanwhile: it then has no time of its own.
        if (rows.Count != 1 || rows[0].Items.Count <= clock || !rows[0].Items[clock].TryGetDateTime(out var time)) return null;
        var (found, why) = await RowsAsync(line, profile, RangeDescriptor.ByClock(time, time).ToSelectiveAccess(), cancellationToken);
        if (found is null) return why;
        if (found.Count == 0) return $"no row from {time} to {time}";
        var other = found.FirstOrDefault(row =>
            row.Items.Count > clock && row.Items[clock].TryGetDateTime(out var given) && !SameTime(given, time));
        return other is null ? null : $"a row of {other.Items[clock]} in the range of {time} alone";
    }

    private static async ValueTask<string?> WidthAsync(CheckLine line, Filled profile, CancellationToken cancellationToken)
    {
        var first = profile.InUse > LastRows ? profile.InUse - LastRows + 1 : 1;
        var selection = new EntryDescriptor(first, profile.InUse).ToSelectiveAccess();
        var (rows, refusal) = await RowsAsync(line, profile, selection, cancellationToken);
        if (rows is null) return refusal;
        var odd = rows.FirstOrDefault(row => row.Tag != CosemTag.Structure || row.Items.Count != profile.Captured.Count);
        return odd is null ? null : $"a row of {odd.Items.Count} values, {profile.Captured.Count} objects are captured";
    }

    private static async ValueTask<(IReadOnlyList<CosemData>? Rows, string? Refusal)> RowsAsync(
        CheckLine line, Filled profile, SelectiveAccess selection, CancellationToken cancellationToken)
    {
        var result = await line.Client.GetAsync(profile.Buffer, selection, cancellationToken);
        if (result.Data is not { } rows) return (null, result.Error.Name());
        return rows.Tag == CosemTag.Array ? (rows.Items, null) : (null, rows.Tag.Name());
    }

    private static int ClockColumn(Filled profile)
    {
        for (var i = 0; i < profile.Captured.Count; i++)
            if (profile.Captured[i] is { ClassId: 8, AttributeIndex: 2 }) return i;
        return -1;
    }

    private static bool SameTime(CosemDateTime left, CosemDateTime right) =>
        left.TryToLocal(out var a) && right.TryToLocal(out var b) && a == b;
}
