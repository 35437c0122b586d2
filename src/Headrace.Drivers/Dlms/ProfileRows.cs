using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Drivers.Dlms;

/// <summary>Turns the rows of one profile into readings, undoing their compression from row to row.</summary>
internal sealed class ProfileRows(DlmsPorts ports, Visit visit, LoadProfile profile)
{
    private readonly ProfileRowDecoder _decoder = new(visit.Type.Columns(profile));

    /// <summary>The next row; null where its time cannot be placed.</summary>
    /// <exception cref="ProtocolException">The row does not fit the profile.</exception>
    public ProfileRow? Decode(CosemData row)
    {
        var encoded = row.Encode();
        var reader = new CosemReader(encoded);
        _decoder.ReadRow(ref reader, encoded);
        if (_decoder.SurplusRows > 0) visit.Tolerated.Note(visit.Meter, DlmsTolerances.SurplusColumns);
        if (_decoder.Clock is not { } time) return null;
        if (MeterClock.Resolve(time, visit.Type, ports.Calendar, out var flags) is not { } at) return null;
        var values = _decoder.Values;
        var status = (int)flags | (profile.StatusColumn < 0 ? 0 : RawCount.Status(values[profile.StatusColumn]));
        var readings = new List<Reading>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (i == _decoder.Layout.ClockColumn || i == profile.StatusColumn) continue;
            if (!RawCount.TryGet(values[i], out var raw, out var decimals)) continue;
            var column = _decoder.Layout.Columns[i];
            var channel = visit.Type.Channels.Of(profile, column.LogicalName, column.Attribute, null, null, decimals);
            readings.Add(new Reading(new SeriesKey(visit.Meter.Id, channel), at, raw, status));
        }

        return new ProfileRow(at, status, readings);
    }
}
