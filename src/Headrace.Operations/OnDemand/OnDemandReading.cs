using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Collection;
using Headrace.Operations.Overview;
using Headrace.Operations.Registry;

namespace Headrace.Operations.OnDemand;

/// <summary>How a reading on demand ended.</summary>
public enum OnDemandVerdict
{
    /// <summary>The meter answered and its values are stored.</summary>
    Read = 1,

    /// <summary>No meter has that serial.</summary>
    UnknownMeter = 2,

    /// <summary>The meter only pushes, or its type is not in the catalogue: it cannot be asked.</summary>
    NotReadable = 3,

    /// <summary>Another session with the meter did not end in time.</summary>
    Busy = 4,

    /// <summary>The meter refused, fell silent or was not connected; what it had answered is stored.</summary>
    Failed = 5,
}

/// <summary>What a reading on demand brought.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Clock">The meter's clock, or null where it was not read.</param>
/// <param name="ClockDeviation">
/// How far the meter's clock is ahead of the head-end's; negative where it is behind; null where it was not read.
/// </param>
/// <param name="Registers">The registers' values.</param>
/// <param name="NewValues">Values newly stored, profile rows among them.</param>
/// <param name="Duration">How long it took.</param>
public sealed record OnDemandResult(
    OnDemandVerdict Verdict,
    string Detail,
    DateTimeOffset? Clock,
    TimeSpan? ClockDeviation,
    IReadOnlyList<RegisterLine> Registers,
    int NewValues,
    TimeSpan Duration);

/// <summary>Reads one meter now, for a person or another system; stored and audited like any other reading.</summary>
public sealed class OnDemandReading
{
    private readonly MeterRegistry _registry;
    private readonly IDeviceTypes _types;
    private readonly MeterTurns _turns;
    private readonly MeterVisit _visit;
    private readonly MeterDossier _dossier;
    private readonly IAuditStore _audit;
    private readonly HeadEndSettings _settings;
    private readonly TimeProvider _time;

    internal OnDemandReading(
        MeterRegistry registry, IDeviceTypes types, MeterTurns turns, MeterVisit visit, MeterDossier dossier, IAuditStore audit,
        HeadEndSettings settings, TimeProvider time)
    {
        (_registry, _types, _turns, _visit, _dossier, _audit) = (registry, types, turns, visit, dossier, audit);
        (_settings, _time) = (settings, time);
    }

    /// <summary>Reads the clock, the registers and the missing profile rows of yesterday and today.</summary>
    /// <param name="serial">Serial of the meter.</param>
    /// <param name="actor">Who asked, for the audit trail.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<OnDemandResult> ReadAsync(string serial, string actor, CancellationToken cancellationToken)
    {
        var started = _time.GetUtcNow();
        var result = await AskAsync(serial, cancellationToken) with { Duration = _time.GetUtcNow() - started };
        var entry = new AuditEntry(started, actor, "meter.read", serial, result.Verdict == OnDemandVerdict.Read, result.Detail);
        await _audit.AppendAsync(entry, CancellationToken.None);
        return result;
    }

    private async ValueTask<OnDemandResult> AskAsync(string serial, CancellationToken cancellationToken)
    {
        if (_registry.FindBySerial(serial) is not { } meter) return Nothing(OnDemandVerdict.UnknownMeter, "No meter has that serial.");
        if (!meter.CanBeRead) return Nothing(OnDemandVerdict.NotReadable, "The meter only pushes and cannot be asked.");
        if (_types.Find(meter.DeviceType) is not { } type)
            return Nothing(OnDemandVerdict.NotReadable, "The meter's type is not in the catalogue.");
        using var turn = await _turns.TakeAsync(meter.Id, _settings.OnDemandWait, cancellationToken);
        if (turn is null) return Nothing(OnDemandVerdict.Busy, "Another session with the meter did not end in time.");
        var work =
            new VisitWork(Profiles: true, Registers: true, Events: false, Reread: false, Clock: true, Source: DeliverySource.OnDemand);
        var outcome = await _visit.RunAsync(meter, type, work, null, static () => false, cancellationToken);
        return new OnDemandResult(
            outcome.Failure is null ? OnDemandVerdict.Read : OnDemandVerdict.Failed,
            outcome.Sentence,
            outcome.Clock,
            outcome.Clock - outcome.ClockReadAt,
            _dossier.Registers(type, outcome.Registers),
            outcome.NewValues,
            default);
    }

    private static OnDemandResult Nothing(OnDemandVerdict verdict, string detail) => new(verdict, detail, null, null, [], 0, default);
}
