using Headrace.Core.Catalogue;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Ledger;

namespace Headrace.Operations.Registry;

/// <summary>Takes meters into the registry: checks them, keeps their keys, and expects their intervals from then on.</summary>
public sealed class Registration : IDisposable
{
    private const int Batch = 500;
    private readonly MeterRegistry _registry;
    private readonly IMeterStore _meters;
    private readonly IAuditStore _audit;
    private readonly IKeyVault _vault;
    private readonly IDeviceTypes _types;
    private readonly Expectations _expectations;
    private readonly LocalCalendar _calendar;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1, 1);

    internal Registration(
        MeterRegistry registry, HeadEndStores stores, IKeyVault vault, IDeviceTypes types, Expectations expectations,
        LocalCalendar calendar, TimeProvider time)
    {
        (_registry, _meters, _audit, _vault) = (registry, stores.Meters, stores.Audit, vault);
        (_types, _expectations, _calendar, _time) = (types, expectations, calendar, time);
    }

    /// <summary>Told of every meter that was added or changed, after it was stored.</summary>
    internal Action<Meter>? Registered { get; set; }

    /// <summary>Registers meters. Each row stands for itself: a refused one does not hold the others up. Wipes the rows' keys.</summary>
    /// <param name="rows">The meters.</param>
    /// <param name="actor">Who asked, for the audit trail.</param>
    /// <param name="cancellationToken">Ends the import between batches; rows stored before stay.</param>
    /// <returns>One answer per row, in order.</returns>
    public async ValueTask<IReadOnlyList<ImportRow>> ImportAsync(
        IReadOnlyList<DeviceRegistration> rows, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var answers = new ImportRow[rows.Count];
        await _one.WaitAsync(cancellationToken);
        try
        {
            var good = Check([.. rows.Select((r, i) => r.Row > 0 ? r : r with { Row = i + 1 })], answers);
            foreach (var batch in good.Chunk(Batch)) await StoreAsync(batch, answers, cancellationToken);
        }
        finally
        {
            _one.Release();
            foreach (var row in rows) row.Wipe();
            await AuditAsync(answers, actor);
        }

        return answers;
    }

    /// <summary>To be called when nobody uses it any more.</summary>
    public void Dispose() => _one.Dispose();

    private List<(DeviceRegistration Row, int Index)> Check(DeviceRegistration[] rows, ImportRow[] answers)
    {
        var now = _time.GetUtcNow();
        var good = new List<(DeviceRegistration, int)>(rows.Length);
        var serials = new Dictionary<string, int>(StringComparer.Ordinal);
        var titles = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            if ((RegistrationCheck.Refuse(row, _types, now) ?? Clash(row, serials, titles)) is { } refusal)
            {
                answers[i] = refusal;
                continue;
            }

            serials[row.Serial] = row.Row;
            if (row.SystemTitle is { } title) titles[title] = row.Row;
            good.Add((row, i));
        }

        return good;
    }

    private ImportRow? Clash(DeviceRegistration row, Dictionary<string, int> serials, Dictionary<string, int> titles)
    {
        if (serials.TryGetValue(row.Serial, out var same))
            return RegistrationCheck.Refusal(row, "serial", "each serial once", $"the serial of row {same}");
        if (row.SystemTitle is not { } title) return null;
        if (titles.TryGetValue(title, out same))
            return RegistrationCheck.Refusal(row, "system_title", "each system title once", $"the system title of row {same}");
        return _registry.FindBySystemTitle(Convert.FromHexString(title)) is { } other && other.Serial != row.Serial
            ? RegistrationCheck.Refusal(row, "system_title", "a system title of no other meter", $"that of meter {other.Serial}")
            : null;
    }

    private async ValueTask StoreAsync((DeviceRegistration Row, int Index)[] batch, ImportRow[] answers,
        CancellationToken cancellationToken)
    {
        var before = Array.ConvertAll(batch, item => _registry.FindBySerial(item.Row.Serial));
        var wanted = batch.Select((item, i) => Merge(item.Row, before[i])).ToArray();
        var stored = await _meters.PutAsync(wanted, cancellationToken);
        await Task.WhenAll(batch.Select((item, i) => KeepKeysAsync(stored[i].Id, item.Row, cancellationToken)));
        _registry.Put(stored);
        await _expectations.OpenAsync(stored, cancellationToken);
        for (var i = 0; i < batch.Length; i++)
        {
            var verdict = before[i] is null ? ImportVerdict.Accepted : ImportVerdict.Updated;
            answers[batch[i].Index] = new ImportRow(batch[i].Row.Row, batch[i].Row.Serial, verdict);
            Registered?.Invoke(stored[i]);
        }
    }

    private Meter Merge(DeviceRegistration row, Meter? before)
    {
        var now = _time.GetUtcNow();
        return new Meter
        {
            Id = before?.Id ?? 0,
            Serial = row.Serial,
            SystemTitle = row.SystemTitle?.ToUpperInvariant() ?? before?.SystemTitle,
            DeviceType = row.DeviceType,
            Address = string.IsNullOrEmpty(row.Address) ? null : row.Address,
            Contact = RegistrationCheck.ContactOf(row),
            LogicalDeviceName = string.IsNullOrEmpty(row.LogicalDeviceName) ? before?.LogicalDeviceName : row.LogicalDeviceName,
            ExpectedFrom = row.ExpectedFrom?.ToUniversalTime() ?? before?.ExpectedFrom ?? _calendar.StartOf(_calendar.DayOf(now)),
            RegisteredAt = before?.RegisteredAt ?? now,
        };
    }

    private async Task KeepKeysAsync(long meterId, DeviceRegistration row, CancellationToken cancellationToken)
    {
        if (row.Guek.Length > 0) await _vault.PutAsync(meterId, KeyKind.GlobalUnicast, row.Guek, cancellationToken);
        if (row.Gak.Length > 0) await _vault.PutAsync(meterId, KeyKind.Authentication, row.Gak, cancellationToken);
        if (row.Kek.Length > 0) await _vault.PutAsync(meterId, KeyKind.Master, row.Kek, cancellationToken);
        if (row.Password.Length > 0) await _vault.PutAsync(meterId, KeyKind.Password, row.Password, cancellationToken);
    }

    // Written even where the import broke off: what was stored before it did must be traceable.
    private async ValueTask AuditAsync(ImportRow[] answers, string actor)
    {
        var accepted = answers.Count(a => a?.Verdict == ImportVerdict.Accepted);
        var updated = answers.Count(a => a?.Verdict == ImportVerdict.Updated);
        var refused = answers.Length - accepted - updated;
        var subject = answers is [{ } only] ? only.Serial : $"{answers.Length} meters";
        var detail = $"{accepted} accepted, {updated} updated, {refused} refused";
        await _audit.AppendAsync(
            new AuditEntry(_time.GetUtcNow(), actor, "device.import", subject, refused == 0, detail), CancellationToken.None);
    }
}
