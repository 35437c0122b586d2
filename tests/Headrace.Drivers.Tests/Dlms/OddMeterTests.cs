using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Drivers.Dlms;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>Meters that lose the line, refuse what they offer, or say nothing.</summary>
public sealed class OddMeterTests : IDisposable
{
    private const int Rows = 1_000;
    private static readonly DateTimeOffset First = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LogicalName Profile = LogicalName.Parse("1-0:99.1.0.255");
    private readonly DirectoryInfo _types = Directory.CreateTempSubdirectory("headrace-types");

    public OddMeterTests() => File.WriteAllText(Path.Combine(_types.FullName, "odd.json"), """
        {
          "name": "odd", "extends": "idis-e450", "title": "Odd", "pushes": [],
          "access": { "client_sap": 2, "authentication": "low", "ciphered": false, "invocation_counter": null },
          "quantities": {
            "volume": { "class": 3, "obis": "7-0:3.0.0.255", "name": "Volume" },
            "missing": { "class": 3, "obis": "7-0:9.9.9.255", "name": "Not there" }
          },
          "registers": ["volume", "missing"],
          "profiles": [{
            "number": 1, "name": "LP1", "obis": "1-0:99.1.0.255", "capture_seconds": 900, "memory_days": 40, "columns": ["clock", "import"]
          }]
        }
        """);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _types.Delete(recursive: true);

    [Fact]
    public async Task Rows_that_came_before_the_line_was_lost_are_kept()
    {
        await using var scripted = new ScriptedMeter(Device()) { CutAfter = 9_000 };
        await using var headEnd = new HeadEnd(types: _types.FullName);
        await using var session = await Driver(headEnd).OpenAsync(Register(headEnd, scripted), Cancel);
        var rows = new List<ProfileRow>();
        var thrown = await Assert.ThrowsAsync<MeterException>(async () =>
        {
            await foreach (var row in session.ReadProfileAsync(LoadProfile1(headEnd), All, Cancel)) rows.Add(row);
        });
        Assert.True(thrown.IsTransient);
        Assert.Equal("The connection to meter 9 was lost.", thrown.Message);
        Assert.InRange(rows.Count, 100, Rows - 100);
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (long)i), rows.Select(r => r.Readings[0].Value));
    }

    [Theory]
    [InlineData(RangeDescriptor.Selector)]
    [InlineData(EntryDescriptor.Selector)]
    public async Task A_meter_that_refuses_ranges_or_entries_is_read_otherwise(byte refusedUpTo)
    {
        await using var scripted = new ScriptedMeter(Device(refusedUpTo));
        await using var headEnd = new HeadEnd(types: _types.FullName);
        await using var session = await Driver(headEnd).OpenAsync(Register(headEnd, scripted), Cancel);
        var wanted = new TimeRange(First.AddMinutes(15 * 900), First.AddMinutes(15 * 910));
        for (var i = 0; i < 2; i++)
        {
            var values = new List<long>();
            await foreach (var row in session.ReadProfileAsync(LoadProfile1(headEnd), wanted, Cancel)) values.Add(row.Readings[0].Value);
            Assert.Equal(Enumerable.Range(900, 10).Select(v => (long)v), values);
        }
    }

    [Fact]
    public async Task Scaler_and_unit_are_asked_for_where_the_type_does_not_say_them_and_what_is_not_there_is_left_out()
    {
        await using var scripted = new ScriptedMeter(Device());
        await using var headEnd = new HeadEnd(types: _types.FullName);
        await using var session = await Driver(headEnd).OpenAsync(Register(headEnd, scripted), Cancel);
        var reading = Assert.Single(await session.ReadRegistersAsync(Cancel));
        Assert.Equal(new ChannelKey("", "7-0:3.0.0.255", 2, -2, "m³"), headEnd.Channels.Find(reading.Series.Channel)!.Key);
        Assert.Equal(123_456, reading.Value);
        Assert.Equal((int)ReadingFlags.StampedOnReceipt, reading.Status); // it has no clock either
    }

    [Fact]
    public async Task A_silent_meter_is_given_up_after_the_time_for_an_answer()
    {
        await using var scripted = new ScriptedMeter(Device()) { Silent = true };
        await using var headEnd = new HeadEnd(new DlmsLimits { AnswerTime = TimeSpan.FromMilliseconds(300) }, types: _types.FullName);
        var meter = Register(headEnd, scripted);
        var thrown = await Assert.ThrowsAsync<MeterException>(async () => await Driver(headEnd).OpenAsync(meter, Cancel));
        Assert.True(thrown.IsTransient);
        Assert.Equal("Meter 9 does not answer.", thrown.Message);
    }

    [Fact]
    public async Task A_wrong_password_is_not_transient()
    {
        await using var scripted = new ScriptedMeter(Device());
        await using var headEnd = new HeadEnd(types: _types.FullName);
        var meter = headEnd.Meters.Add(
            new Meter { Serial = "9", DeviceType = "odd", Contact = ContactModes.Answers, Address = scripted.Address }, password: "wrong");
        var thrown = await Assert.ThrowsAsync<MeterException>(async () => await Driver(headEnd).OpenAsync(meter, Cancel));
        Assert.False(thrown.IsTransient);
        Assert.Equal("Meter 9 refused the association: diagnostic 13.", thrown.Message);
    }

    private static TimeRange All => new(First, First.AddDays(20));

    private static DlmsDriver Driver(HeadEnd headEnd) => new(headEnd.Links, headEnd.Dialer);

    private static LoadProfile LoadProfile1(HeadEnd headEnd) => headEnd.Ports.Types.Find("odd")!.Profiles[0];

    private static Meter Register(HeadEnd headEnd, ScriptedMeter scripted) => headEnd.Meters.Add(
        new Meter { Serial = "9", DeviceType = "odd", Contact = ContactModes.Answers, Address = scripted.Address }, password: "secret");

    private static LogicalDevice Device(byte refusedUpTo = 0)
    {
        var device = new LogicalDevice(1, Convert.FromHexString("4844520000000009"));
        device.Add(new RegisterObject(
            LogicalName.Parse("7-0:3.0.0.255"), () => CosemData.DoubleLongUnsigned(123_456), new ScalerUnit(-2, Unit.CubicMetre)));
        device.Add(new StubbornProfile(refusedUpTo));
        device.Add(new AssociationSettings
        {
            ClientSap = 2,
            Mechanism = AuthenticationMechanism.LowLevel,
            Secrets = SecurityKeys.OfSecret("secret"u8),
            MaxPduSize = 500,
        });
        return device;
    }

    /// <summary>A profile of 1,000 quarters of an hour that refuses access selectors up to a number.</summary>
    private sealed class StubbornProfile : CosemObject
    {
        private readonly byte _refusedUpTo;

        public StubbornProfile(byte refusedUpTo) : base(7, 1, Profile)
        {
            _refusedUpTo = refusedUpTo;
            WithAttribute(2, () => Slice(1, Rows));
            WithAttribute(7, CosemData.DoubleLongUnsigned(Rows));
        }

        public override AttributeAnswer Get(sbyte attribute, SelectiveAccess? selection)
        {
            if (attribute != 2 || selection is null) return base.Get(attribute, null);
            if (selection.Selector <= _refusedUpTo) return AttributeAnswer.Refused(DataAccessResult.OtherReason);
            if (selection.Selector == EntryDescriptor.Selector)
            {
                var entries = EntryDescriptor.FromData(selection.Parameter);
                return Slice((int)entries.FromEntry, entries.ToEntry == 0 ? Rows : (int)entries.ToEntry);
            }

            var range = RangeDescriptor.FromData(selection.Parameter);
            Assert.True(range.From.AsDateTime().TryToUtc(out var start));
            Assert.True(range.To.AsDateTime().TryToUtc(out var end));
            var chosen = Enumerable.Range(0, Rows).Where(i => At(i) >= start && At(i) <= end).ToList();
            return chosen.Count == 0 ? CosemData.Array() : Slice(chosen[0] + 1, chosen[^1] + 1);
        }

        private static DateTimeOffset At(int row) => First.AddMinutes(15 * row);

        private static CosemData Slice(int from, int to) => CosemData.Array(
            [.. Enumerable.Range(from - 1, to - from + 1).Select(i => CosemData.Structure(
                CosemData.OctetString(CosemDateTime.From(At(i).ToOffset(TimeSpan.FromHours(2)), daylightSaving: true)),
                CosemData.DoubleLongUnsigned((uint)i)))]);
    }
}
