using System.Collections.Concurrent;
using Headrace.Core.Catalogue;
using Headrace.Core.Stores;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;

namespace Headrace.Drivers.Dlms;

/// <summary>A device type made ready for decoding: logical names parsed, templates built, channels looked up once.</summary>
internal sealed class DlmsType
{
    private const ushort PushSetupClass = 40;
    private const ushort ProfileClass = 7;

    public DlmsType(DeviceType type, IChannelStore channels)
    {
        Type = type;
        Tolerances = new DlmsTolerances(type.Access.Tolerances);
        Channels = new ChannelMap(type, channels);
        Layouts = [.. type.Pushes.Select(p => Layout(type, p))];
    }

    public DeviceType Type { get; }

    public DlmsTolerances Tolerances { get; }

    public ChannelMap Channels { get; }

    public IReadOnlyList<DlmsPushLayout> Layouts { get; }

    /// <summary>The columns of a profile as the decoder wants them.</summary>
    public ProfileLayout Columns(LoadProfile profile) =>
        new([.. profile.Columns.Select(Column)], profile.CapturePeriod) { TolerateSurplusElements = Tolerances.BearsSurplusColumns };

    /// <summary>The layout whose push setup the body names where the layout says, or null.</summary>
    public DlmsPushLayout? Find(ReadOnlySpan<byte> body)
    {
        foreach (var layout in Layouts)
        {
            if (layout.Fits(body)) return layout;
        }

        return null;
    }

    private DlmsPushLayout Layout(DeviceType type, Core.Catalogue.PushLayout push)
    {
        var elements = new List<ReadingColumn>();
        LoadProfile? captured = null;
        var setupAt = -1;
        foreach (var quantity in push.Elements)
        {
            var column = Column(quantity);
            if (quantity is { ClassId: PushSetupClass, Attribute: 1 }) setupAt = elements.Count;
            if (quantity is { ClassId: ProfileClass, Attribute: 2 })
            {
                captured = type.Profiles.First(p => string.Equals(p.Obis, quantity.Obis, StringComparison.Ordinal));
                column = column with { Profile = Columns(captured) };
            }

            elements.Add(column);
        }

        return new DlmsPushLayout(LogicalName.Parse(push.PushSetup), setupAt, new PushTemplate(elements), captured);
    }

    private static ReadingColumn Column(Quantity quantity) => new(quantity.ClassId, LogicalName.Parse(quantity.Obis), quantity.Attribute);
}

/// <summary>A push layout made ready: where it names its push setup, and the profile whose buffer it holds, if any.</summary>
internal sealed record DlmsPushLayout(LogicalName PushSetup, int SetupAt, PushTemplate Template, LoadProfile? Profile)
{
    /// <summary>The profile's status word, which becomes the status of its values; null where it has none.</summary>
    public LogicalName? Status { get; } = Profile is { StatusColumn: >= 0 and var column }
        ? LogicalName.Parse(Profile.Columns[column].Obis)
        : null;

    /// <summary>True where the body is a structure of as many elements that names this push setup in its place.</summary>
    public bool Fits(ReadOnlySpan<byte> body)
    {
        var reader = new CosemReader(body);
        if (reader.AtEnd || reader.PeekTag() != CosemTag.Structure || reader.ReadStructure() != Template.Elements.Count) return false;
        if (SetupAt < 0) return false;
        for (var i = 0; i < SetupAt; i++) reader.Skip();
        if (reader.AtEnd || reader.PeekTag() != CosemTag.OctetString) return false;
        var name = reader.ReadOctetString();
        return name.Length == LogicalName.Size && LogicalName.FromBytes(name) == PushSetup;
    }
}

/// <summary>The types made ready so far.</summary>
internal sealed class DlmsTypes(IDeviceTypes types, IChannelStore channels)
{
    private readonly ConcurrentDictionary<string, DlmsType?> _ready = new(StringComparer.Ordinal);

    /// <summary>The type of that name, or null where there is none.</summary>
    public DlmsType? Find(string name) =>
        _ready.GetOrAdd(name, static (key, own) => own.types.Find(key) is { } type
            ? new DlmsType(type, own.channels)
            : null, (types, channels));
}
