using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Wire;

namespace Headrace.Dlms.Checks;

/// <summary>The objects a meter lists, and whether they are what the list and the interface classes say (IEC 62056-6-2).</summary>
internal static class ObjectChecks
{
    private const int MaxNamed = 5;
    private static readonly LogicalName DeviceName = new(0, 0, 42, 0, 0, 255);
    private static readonly LogicalName Clock = new(0, 0, 1, 0, 0, 255);

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("objects.list", "The object list holds the association itself and no object twice.", "IEC 62056-6-2, Association LN",
            EntriesAsync),
        new("objects.classes", "Every listed class and version is one of the standard's that are known here.",
            "IEC 62056-6-2, interface classes", ClassesAsync),
        new("objects.attributes", "No attribute is listed that the class does not have.", "IEC 62056-6-2, interface classes",
            AttributesAsync),
        new("objects.device-name", "The logical device name is there.", "IEC 62056-6-2, mandatory objects", DeviceNameAsync),
        new("objects.names", "Every object tells the logical name under which it is listed.", "IEC 62056-6-2, logical_name",
            (meter, token) => EachAsync(meter, (_, attribute) => attribute == 1, (o, _, data) =>
                data.Equals(CosemData.OctetString(o.LogicalName)) ? null : data.ToString(), refusals: true, token)),
        new("objects.readable", "Every attribute that may be read is read.", "IEC 62056-6-2, access rights",
            (meter, token) => EachAsync(meter, (_, _) => true, (_, _, _) => null, refusals: true, token)),
        new("objects.types", "Every attribute has a type of its class.", "IEC 62056-6-2, interface classes",
            (meter, token) => EachAsync(meter, (_, _) => true, WrongType, refusals: false, token)),
        new("objects.scaler-unit", "Scalers and units of registers are sensible.", "IEC 62056-6-2, scal_unit_type",
            (meter, token) => EachAsync(meter, (o, attribute) => (o.ClassId, attribute) is (3 or 4, 3) or (5, 4), WrongUnit, true, token)),
        new("data.clock", "The clock shows a whole date and time with a possible deviation.", "IEC 62056-6-2, Clock", ClockAsync),
        new("data.clock-runs", "The clock runs.", "IEC 62056-6-2, Clock", ClockRunsAsync),
    ];

    /// <summary>The object list; null where it is not read.</summary>
    public static async ValueTask<IReadOnlyList<ListedObject>?> ListAsync(CheckLine line, CancellationToken cancellationToken) =>
        (await ObjectListReading.ReadAsync(line.Client, cancellationToken)).Objects;

    private static async ValueTask<CheckVerdict> EntriesAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (await ListAsync(line, cancellationToken) is not { } objects) return CheckVerdict.If(false, "an object list", "none is read");
        var twice = objects.GroupBy(o => (o.ClassId, o.LogicalName)).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) return CheckVerdict.If(false, "each object once", $"{twice.Key.LogicalName} twice");
        var own = objects.Any(o => o.ClassId is 12 or 15 && o.LogicalName == AssociationObject.Current);
        return CheckVerdict.If(own, "the current association among them", own ? $"{objects.Count} objects" : "it is missing");
    }

    /// <summary>A class that is not known here is no fault of the meter: it is told and not judged.</summary>
    private static async ValueTask<CheckVerdict> ClassesAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (await ListAsync(line, cancellationToken) is not { } objects) return CheckVerdict.NotApplicable("object_list is not read");
        var unknown = objects.Where(o => InterfaceClasses.Find(o.ClassId, o.Version) is null)
            .Select(o => $"{o.LogicalName} of class {o.ClassId} version {o.Version}").ToList();
        return unknown.Count == 0
            ? CheckVerdict.If(true, "known classes", $"{objects.Select(o => (o.ClassId, o.Version)).Distinct().Count()} classes")
            : CheckVerdict.NotApplicable($"not known here: {Named(unknown)}");
    }

    private static async ValueTask<CheckVerdict> AttributesAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (await ListAsync(line, cancellationToken) is not { } objects) return CheckVerdict.NotApplicable("object_list is not read");
        if (objects.All(o => o.Attributes is null)) return CheckVerdict.NotApplicable("the list tells no attributes");
        // Negative numbers are the manufacturer's.
        var odd = objects.Where(o => InterfaceClasses.Find(o.ClassId, o.Version) is not null).SelectMany(o => (o.Attributes?.Keys ?? [])
            .Where(a => a > 0 && InterfaceClasses.Find(o.ClassId, o.Version)!.Attribute(a) is null)
            .Select(a => $"attribute {a} of {o.LogicalName}, class {o.ClassId} version {o.Version}")).ToList();
        return CheckVerdict.If(odd.Count == 0, "attributes of the class", odd.Count == 0 ? "no others" : Named(odd));
    }

    private static string Named(List<string> all) =>
        string.Join("; ", all.Take(MaxNamed)) + (all.Count > MaxNamed ? $" and {all.Count - MaxNamed} more" : "");

    private static async ValueTask<CheckVerdict> DeviceNameAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var result = await line.Client.GetAsync(new CosemAttributeDescriptor(1, DeviceName, 2), cancellationToken);
        var holds = result.Data is { Tag: CosemTag.OctetString or CosemTag.VisibleString } name && name.AsOctets().Length is > 0 and <= 16;
        return CheckVerdict.If(holds, "a string of 1 to 16 characters", result.Data?.ToString() ?? result.Error.Name());
    }

    /// <summary>Reads the attributes that the list allows and names those about which there is something to say.</summary>
    private static async ValueTask<CheckVerdict> EachAsync(
        MeterUnderTest meter, Func<ListedObject, sbyte, bool> wanted, Func<ListedObject, sbyte, CosemData, string?> wrong, bool refusals,
        CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (await ListAsync(line, cancellationToken) is not { } objects) return CheckVerdict.NotApplicable("object_list is not read");
        var (read, named) = (0, new List<string>());
        foreach (var listed in objects)
        {
            foreach (var (attribute, rights) in listed.Attributes ?? new Dictionary<sbyte, ObjectRights>())
            {
                // A buffer may be megabytes: it is checked by selective access.
                if (!rights.HasFlag(ObjectRights.Read) || (listed.ClassId, attribute) is (7, 2) || !wanted(listed, attribute)) continue;
                var result = await line.Client.GetAsync(
                    new CosemAttributeDescriptor(listed.ClassId, listed.LogicalName, attribute), cancellationToken);
                read++;
                var fault = result.Data is { } data ? wrong(listed, attribute, data) : refusals ? result.Error.Name() : null;
                if (fault is not null) named.Add($"{listed.ClassId}/{listed.LogicalName}/{attribute}: {fault}");
            }
        }
        if (read == 0) return CheckVerdict.NotApplicable("there is no such attribute");
        return CheckVerdict.If(named.Count == 0, "each of them", named.Count == 0 ? $"{read} attributes" : Named(named));
    }

    private static string? WrongType(ListedObject listed, sbyte attribute, CosemData data)
    {
        if (attribute <= 0) return null;
        if (InterfaceClasses.Find(listed.ClassId, listed.Version)?.Attribute(attribute) is not { } definition) return null;
        return definition.Takes(data.Tag) || data.IsNull ? null : $"{data.Tag.Name()} in {definition.Name}";
    }

    private static string? WrongUnit(ListedObject listed, sbyte attribute, CosemData data)
    {
        try
        {
            var known = ScalerUnit.FromData(data);
            if (known.Scaler is < -18 or > 18) return $"scaler {known.Scaler}";
            return Enum.IsDefined(known.Unit) ? null : $"unit {(byte)known.Unit}";
        }
        catch (ProtocolException broken)
        {
            return broken.Message;
        }
    }

    private static async ValueTask<CheckVerdict> ClockAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var result = await line.Client.GetAsync(new CosemAttributeDescriptor(8, Clock, 2), cancellationToken);
        if (result.Data is null && result.Error == DataAccessResult.ObjectUndefined) return CheckVerdict.NotApplicable("there is no clock");
        const string Expected = "a date and time without wildcards, deviation -720 to 840 or not specified";
        if (result.Data is not { } data || !data.TryGetDateTime(out var time))
            return CheckVerdict.If(false, Expected, result.Data?.ToString() ?? result.Error.Name());
        var deviation = time.Deviation == CosemDateTime.DeviationNotSpecified || time.Deviation is >= -720 and <= 840;
        return CheckVerdict.If(time.TryToLocal(out _) && deviation, Expected, time.ToString());
    }

    private static async ValueTask<CheckVerdict> ClockRunsAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var clock = new CosemAttributeDescriptor(8, Clock, 2);
        if (await ReadAsync() is not { } first) return CheckVerdict.NotApplicable("the clock is not read");
        await Task.Delay(TimeSpan.FromMilliseconds(1500), meter.Time, cancellationToken);
        var second = await ReadAsync();
        return CheckVerdict.If(second > first, $"later than {first:O}", $"{second:O}");

        async ValueTask<DateTime?> ReadAsync() =>
            (await line.Client.GetAsync(clock, cancellationToken)).Data is { } data && data.TryGetDateTime(out var time)
                && time.TryToLocal(out var local) ? local : null;
    }
}
