using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Session;

namespace Headrace.Drivers.Dlms;

/// <summary>Reads clock and registers: several in one request where the meter can, else one by one.</summary>
internal sealed class RegisterReading(DlmsPorts ports, Visit visit, DlmsClient client)
{
    // Meters that offer lists often take short ones only.
    private const int AtOnce = 8;
    private static readonly CosemAttributeDescriptor Clock = new(8, new LogicalName(0, 0, 1, 0, 0, 255), 2);
    private readonly Dictionary<Quantity, ScalerUnit> _scalers = [];
    private bool _lists = true;

    /// <summary>The momentary values of the type's registers, dated by the meter's clock where it tells the time.</summary>
    public async ValueTask<IReadOnlyList<Reading>> ReadAsync(CancellationToken cancellationToken)
    {
        await LearnScalersAsync(cancellationToken);
        var registers = visit.Type.Type.Registers;
        var wanted =
            registers.Select(r => new CosemAttributeDescriptor(r.ClassId, LogicalName.Parse(r.Obis), r.Attribute)).Prepend(Clock).ToList();
        var results = await GetAsync(wanted, cancellationToken);
        var flags = ReadingFlags.StampedOnReceipt;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(ports.Time.GetUtcNow().ToUnixTimeMilliseconds());
        if (results[0].Data is { } time && time.TryGetDateTime(out var clock)
            && MeterClock.Resolve(clock, visit.Type, ports.Calendar, out var assumed) is { } told)
            (at, flags) = (told, assumed);
        var readings = new List<Reading>(registers.Count);
        for (var i = 0; i < registers.Count; i++)
        {
            if (results[i + 1].Data is not { } data || !TryRaw(data, out var raw, out var decimals)) continue;
            var (scaler, unit) = _scalers.TryGetValue(registers[i], out var own) ? ((sbyte?)own.Scaler, (byte?)own.Unit) : (null, null);
            var channel = visit.Type.Channels.Of(null, wanted[i + 1].LogicalName, registers[i].Attribute, scaler, unit, decimals);
            readings.Add(new Reading(new SeriesKey(visit.Meter.Id, channel), at, raw, (int)flags));
        }

        return readings;
    }

    /// <summary>The meter's clock.</summary>
    /// <exception cref="MeterException">It refuses, or its clock tells no time.</exception>
    public async ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        var result = await client.GetAsync(Clock, cancellationToken);
        if (result.Data is not { } data)
        {
            throw new MeterException(
                $"Meter {visit.Meter.Serial} refused to tell the time with {result.Error.Name()}.",
                result.Error == DataAccessResult.TemporaryFailure);
        }

        return data.TryGetDateTime(out var time) && MeterClock.Resolve(time, visit.Type, ports.Calendar, out _) is { } at
            ? at
            : throw new MeterException($"The clock of meter {visit.Meter.Serial} tells no time.", isTransient: false);
    }

    /// <summary>Asks for scaler and unit of registers whose type does not say them.</summary>
    private async ValueTask LearnScalersAsync(CancellationToken cancellationToken)
    {
        if (_scalers.Count > 0) return;
        var unknown = visit.Type.Type.Registers.Where(r => r.Unit.Length == 0 && r.ClassId is 3 or 4 or 5).ToList();
        if (unknown.Count == 0) return;
        var results = await GetAsync(
            [.. unknown.Select(r => new CosemAttributeDescriptor(r.ClassId, LogicalName.Parse(r.Obis), (sbyte)(r.ClassId == 5
                ? 4
                : 3)))], cancellationToken);
        for (var i = 0; i < unknown.Count; i++)
        {
            if (results[i].Data is { Tag: CosemTag.Structure, Items.Count: 2 } data) _scalers[unknown[i]] = ScalerUnit.FromData(data);
        }
    }

    private async ValueTask<IReadOnlyList<GetDataResult>> GetAsync(
        List<CosemAttributeDescriptor> wanted, CancellationToken cancellationToken)
    {
        var results = new List<GetDataResult>(wanted.Count);
        foreach (var some in wanted.Chunk(AtOnce))
        {
            if (_lists && client.Association.Conformance.HasFlag(Conformance.MultipleReferences))
            {
                try
                {
                    results.AddRange(await client.GetListAsync([.. some.Select(w => new AttributeSelection(w))], cancellationToken));
                    continue;
                }
                catch (DlmsRefusalException)
                {
                    _lists = false; // offered, and not kept
                }
            }

            foreach (var one in some) results.Add(await GetOneAsync(one, cancellationToken));
        }

        return results;
    }

    private async ValueTask<GetDataResult> GetOneAsync(CosemAttributeDescriptor wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(wanted, cancellationToken);
        }
        catch (DlmsRefusalException refused) when (refused.ExpectedInvocationCounter is null)
        {
            return GetDataResult.FromError(DataAccessResult.OtherReason);
        }
    }

    private static bool TryRaw(CosemData data, out long raw, out int decimals)
    {
        var encoded = data.Encode();
        var reader = new CosemReader(encoded);
        return RawCount.TryGet(ReadingValue.Read(ref reader, encoded), out raw, out decimals);
    }
}
