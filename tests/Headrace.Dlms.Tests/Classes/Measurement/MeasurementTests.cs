using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Classes.Measurement;

public sealed class MeasurementTests
{
    private static readonly LogicalName Name = LogicalName.Parse("1-0:99.1.0.255");
    private static readonly LogicalName Clock = LogicalName.Parse("0-0:1.0.0.255");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly ScalerUnit Watts = new(0, Unit.Watt);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Classes => new()
        { { 1, 0 }, { 3, 0 }, { 4, 0 }, { 5, 0 }, { 6, 0 }, { 7, 1 }, { 61, 0 }, { 62, 0 }, { 62, 1 }, { 63, 0 } };

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId, int version) =>
        await ClassCheck.AgreesAsync(Object(classId, (byte)version), (server, name) => classId switch
        {
            1 => new DataProxy(server, name),
            3 => new RegisterProxy(server, name),
            4 => new ExtendedRegisterProxy(server, name),
            5 => new DemandRegisterProxy(server, name),
            6 => new RegisterActivationProxy(server, name),
            7 => new ProfileGenericProxy(server, name),
            61 => new RegisterTableProxy(server, name),
            62 => new CompactDataProxy(server, name),
            _ => new StatusMappingProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId, int version) =>
        ClassCheck.StandsBrokenValues(Object(classId, (byte)version), classId);

    [Fact]
    public async Task Registers_count_by_the_active_mask()
    {
        var told = "";
        var activation = new RegisterActivationObject(Name, [new ObjectDefinition(3, Name)], [], activated: mask => told = mask);
        await using var line = await ObjectLine.OpenAsync(activation);
        var proxy = new RegisterActivationProxy(line.Client, Name);
        var second = new ObjectDefinition(3, LogicalName.Parse("1-0:1.8.2.255"));
        Assert.Equal(ActionResult.Success, await proxy.AddRegister.InvokeAsync(second, Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.AddMask.InvokeAsync(new RegisterActivationMask("RATE9", [3]), Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AddMask.InvokeAsync(new RegisterActivationMask("RATE2", [2]), Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.ActiveMask.WriteAsync("RATE1", Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.ActiveMask.WriteAsync("RATE2", Cancel));
        Assert.Equal([second], activation.ActiveRegisters);
        Assert.Equal("RATE2", told);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.DeleteMask.InvokeAsync("RATE2", Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.ActiveMask.WriteAsync("", Cancel));
        Assert.Equal(ActionResult.Success, await proxy.DeleteMask.InvokeAsync("RATE2", Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.DeleteMask.InvokeAsync("RATE2", Cancel));
    }

    [Fact]
    public void Demand_is_averaged_over_a_sliding_window()
    {
        var demand = new SlidingDemand(TimeSpan.FromMinutes(5), 3, Start);
        demand.LoadIs(900, Start);
        Assert.Equal(300, demand.StateAt(Start.AddMinutes(5)).LastAverage.AsInteger());
        Assert.Equal(600, demand.StateAt(Start.AddMinutes(10)).LastAverage.AsInteger());
        Assert.Equal(900, demand.StateAt(Start.AddMinutes(15)).LastAverage.AsInteger());
        demand.LoadIs(0, Start.AddMinutes(15));
        var state = demand.StateAt(Start.AddMinutes(20));
        Assert.Equal(600, state.LastAverage.AsInteger());
        Assert.Equal(CosemDateTime.From(Start.AddMinutes(20)), state.CaptureTime);
        Assert.Equal(0, demand.StateAt(Start.AddDays(4000)).LastAverage.AsInteger());
        demand.Reset(Start.AddDays(4000));
        Assert.Equal(0, demand.StateAt(Start.AddDays(4000)).CurrentAverage.AsInteger());
    }

    [Fact]
    public void A_demand_period_ends_early_on_command()
    {
        var now = Start;
        var demand = new SlidingDemand(TimeSpan.FromMinutes(15), 1, Start);
        demand.LoadIs(600, Start);
        var register = new DemandRegisterObject(Name, demand, Watts, () => now);
        now = Start.AddMinutes(5);
        Assert.Equal(200, register.Get(2, null).Data.AsInteger());
        Assert.Equal(ActionResult.Success, register.Invoke(2, CosemData.Integer(0)).Result);
        Assert.Equal(200, register.Get(3, null).Data.AsInteger());
        Assert.Equal(ActionResult.Success, register.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Equal(0, register.Get(3, null).Data.AsInteger());
    }

    [Fact]
    public async Task A_profile_is_read_by_range_and_entry_as_rows_arrive()
    {
        var (profile, buffer) = Profile();
        for (var i = 0; i < 96; i++) buffer.Add(Row(i, (uint)i));
        await using var line = await ObjectLine.OpenAsync(profile);
        var proxy = new ProfileGenericProxy(line.Client, Name);
        Assert.Equal(96, await CountAsync(proxy.ReadRowsAsync(Cancel)));
        Assert.Equal(5, await CountAsync(proxy.ReadRowsAsync(Time(4), Time(8), Cancel)));
        Assert.Equal(3, await CountAsync(proxy.ReadRowsAsync(new EntryDescriptor(0, 3), Cancel)));
        Assert.Equal(0, await CountAsync(proxy.ReadRowsAsync(new EntryDescriptor(200, 0), Cancel)));
        var narrow = new RangeDescriptor(new(8, Clock, 2, 0), CosemData.OctetString(Time(0)), CosemData.OctetString(Time(1)),
            [new(3, Name, 2, 0)]);
        await foreach (var row in proxy.ReadRowsAsync(narrow, Cancel)) Assert.Single(row.AsStructure(1));
        var wrong = narrow with { SelectedValues = [new(3, Clock, 9, 0)] };
        await Assert.ThrowsAsync<DlmsRefusalException>(async () => await CountAsync(proxy.ReadRowsAsync(wrong, Cancel)));
        Assert.Equal(96u, (await proxy.EntriesInUse.ReadAsync(Cancel)).Value);
    }

    [Fact]
    public async Task Any_way_to_a_server_yields_the_rows_of_a_profile()
    {
        var (profile, buffer) = Profile();
        buffer.Add(Row(0, 1));
        ICosemAccess direct = new DirectAccess(profile);
        Assert.Equal(1, await CountAsync(new ProfileGenericProxy(direct, Name).ReadRowsAsync(Cancel)));
        await Assert.ThrowsAsync<DlmsRefusalException>(
            async () => await CountAsync(direct.ReadProfileAsync(new CosemAttributeDescriptor(7, Name, 77), null, Cancel)));
    }

    [Fact]
    public async Task A_profile_that_may_be_changed_forgets_its_rows()
    {
        var buffer = new KeptProfileBuffer(10, ProfileGenericObject.AsUtc);
        var profile = new ProfileGenericObject(Name, Settings() with { Change = _ => { buffer.Clear(); return true; } }, buffer,
            buffer.Clear, () => buffer.Add(Row(0, 1)));
        await using var line = await ObjectLine.OpenAsync(profile);
        var proxy = new ProfileGenericProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.Capture.InvokeAsync(Cancel));
        Assert.Equal(1u, (await proxy.EntriesInUse.ReadAsync(Cancel)).Value);
        Assert.Equal(DataAccessResult.Success, await proxy.CapturePeriod.WriteAsync(3600, Cancel));
        Assert.Equal(0u, (await proxy.EntriesInUse.ReadAsync(Cancel)).Value);
        Assert.Equal(TimeSpan.FromHours(1), profile.Settings.CapturePeriod);
        Assert.Equal(DataAccessResult.OtherReason, await proxy.SortMethod.WriteAsync((ProfileSortMethod)9, Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.CaptureObjects.WriteAsync([], Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.CaptureObjects.WriteAsync([new(8, Clock, 2, 0)], Cancel));
        Assert.Single(profile.CaptureObjects);
    }

    [Theory]
    [InlineData(ProfileSortMethod.FirstInFirstOut, "-3 2 7")]
    [InlineData(ProfileSortMethod.LastInFirstOut, "7 2 -3")]
    [InlineData(ProfileSortMethod.Largest, "7 5 2")]
    [InlineData(ProfileSortMethod.Smallest, "-3 2 5")]
    [InlineData(ProfileSortMethod.NearestToZero, "2 -3 5")]
    [InlineData(ProfileSortMethod.FarthestFromZero, "7 5 -3")]
    public void Rows_are_kept_in_the_order_of_the_sort_method(ProfileSortMethod method, string expected)
    {
        var buffer = new SortedProfileBuffer(3, method, 0, ProfileGenericObject.AsUtc);
        foreach (var value in new sbyte[] { 5, -3, 2, 7 }) buffer.Add([CosemData.Integer(value)]);
        Assert.Equal(expected, string.Join(' ', buffer.Read(0, buffer.Count).Select(r => r[0].AsInteger())));
    }

    [Fact]
    public void A_data_index_takes_one_element()
    {
        var value = CosemData.Structure(CosemData.Unsigned(4), CosemData.Unsigned(5));
        Assert.Equal(value, Capturing.Select(value, 0));
        Assert.Equal(CosemData.Unsigned(5), Capturing.Select(value, 2));
        Assert.Null(Capturing.Select(value, 3));
        Assert.Null(Capturing.Select(CosemData.Unsigned(1), 1));
        var device = new LogicalDevice(1, new byte[8]);
        device.Add(new DataObject(Name, value));
        Assert.Equal(CosemData.Unsigned(4), Capturing.Read(device, new(1, Name, 2, 1)));
        Assert.Equal(CosemData.Null, Capturing.Read(device, new(3, Name, 2, 1)));
    }

    [Fact]
    public async Task Compact_data_are_taken_apart_by_their_description()
    {
        var device = new LogicalDevice(1, new byte[8]);
        device.Add(new DataObject(Clock, CosemData.DoubleLongUnsigned(70_000)));
        var compact = device.Add(new CompactDataObject(
            Name, 9, [Captured(62, Name, 4), Captured(1, Clock, 2), Captured(62, Name, 2)], c => Capturing.Read(device, c)));
        await using var line = await ObjectLine.OpenAsync(compact);
        var proxy = new CompactDataProxy(line.Client, Name);
        var values = (await proxy.ReadValuesAsync(Cancel)).Value;
        Assert.Equal([CosemData.Unsigned(9), CosemData.DoubleLongUnsigned(70_000)], values.Take(2));
        Assert.Equal("0203110609", Convert.ToHexString((await proxy.TemplateDescription.ReadAsync(Cancel)).Value.Span));
        Assert.StartsWith("0900011170", Convert.ToHexString((await proxy.Buffer.ReadAsync(Cancel)).Value.Span), StringComparison.Ordinal);
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.CaptureMethod.WriteAsync((CompactCaptureMethod)2, Cancel));
    }

    [Theory]
    [InlineData("0203111206", "090102000003E8", true)]
    [InlineData("0203111206", "0901020000", false)]
    [InlineData("0203111206", "090102000003E8FF", false)]
    [InlineData("11", "09", false)]
    [InlineData("02FF", "09", false)]
    [InlineData("0201010FFF0200", "", false)]
    public void A_compact_buffer_is_what_its_description_says_or_refused(string description, string buffer, bool good)
    {
        var thrown = Record.Exception(() => CompactBuffer.Decode(Convert.FromHexString(description), Convert.FromHexString(buffer)));
        Assert.True(good ? thrown is null : thrown is ProtocolException, $"{thrown}");
    }

    [Fact]
    public void Compact_data_of_any_values_come_back()
    {
        IReadOnlyList<CosemData> values =
        [
            CosemData.Unsigned(1), CosemData.OctetString("abc"u8), CosemData.Array(CosemData.Long(-1), CosemData.Long(2)),
            CosemData.Structure(CosemData.Boolean(true), CosemData.Null), CosemData.Array(),
        ];
        var (description, buffer) = CompactBuffer.Encode(values);
        Assert.Equal(values, CompactBuffer.Decode(description, buffer));
    }

    [Fact]
    public async Task A_register_table_captures_its_cells()
    {
        var table = (RegisterTableObject)Object(61, 0);
        await using var line = await ObjectLine.OpenAsync(table);
        var proxy = new RegisterTableProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.Capture.InvokeAsync(Cancel));
        Assert.Equal([1, 2, 3], (await proxy.TableCellValues.ReadAsync(Cancel)).Value.Select(v => v.AsInteger()));
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.Empty((await proxy.TableCellValues.ReadAsync(Cancel)).Value);
    }

    [Fact]
    public void Bits_of_a_status_word_are_mapped()
    {
        Assert.Equal([0, 9], StatusMappingObject.BitsSet(CosemData.LongUnsigned(0x0201)));
        Assert.Equal([1], StatusMappingObject.BitsSet(CosemData.BitString(3, [0x40])));
        Assert.Equal(12, StatusMappingTable.InOrder(1, 10).EntryOf(2));
        Assert.Equal(7, StatusMappingTable.BitByBit(1, 5, 7).EntryOf(1));
        Assert.Null(StatusMappingTable.BitByBit(1, 5, 7).EntryOf(2));
    }

    private static CosemObject Object(int classId, byte version) => classId switch
    {
        1 => new DataObject(Name, CosemData.LongUnsigned(1), writable: true),
        3 => new RegisterObject(Name, () => CosemData.DoubleLongUnsigned(1), Watts, () => MethodAnswer.Done),
        4 => new ExtendedRegisterObject(Name, () => CosemData.DoubleLongUnsigned(1), Watts, () => CosemData.Unsigned(0),
            () => Time(0), () => MethodAnswer.Done),
        5 => new DemandRegisterObject(Name, new SlidingDemand(TimeSpan.FromMinutes(15), 1, Start), Watts, () => Start),
        6 => new RegisterActivationObject(Name, [new ObjectDefinition(3, Name)], [new RegisterActivationMask("RATE1", [1])], "RATE1"),
        7 => new ProfileGenericObject(Name, Settings() with { Change = _ => true }, new KeptProfileBuffer(9, ProfileGenericObject.AsUtc),
            () => { }, () => { }),
        61 => new RegisterTableObject(Name, new TableCellDefinition(3, Name, [1, 2, 3], 2), Watts, CosemData.Unsigned),
        62 => new CompactDataObject(Name, 9, [Captured(62, Name, 4)], _ => CosemData.Unsigned(9), version: version),
        _ => new StatusMappingObject(Name, () => CosemData.LongUnsigned(5), StatusMappingTable.BitByBit(1, 3, 4)),
    };

    private static (ProfileGenericObject Profile, KeptProfileBuffer Buffer) Profile()
    {
        var buffer = new KeptProfileBuffer(100, ProfileGenericObject.AsUtc);
        return (new ProfileGenericObject(Name, Settings(), buffer), buffer);
    }

    private static ProfileSettings Settings() => new()
    {
        CaptureObjects = [new(8, Clock, 2, 0), new(3, Name, 2, 0)],
        CapturePeriod = TimeSpan.FromMinutes(15),
        ProfileEntries = 100,
    };

    private static CosemDateTime Time(int quarter) => CosemDateTime.From(Start.AddMinutes(15 * quarter));

    private static IReadOnlyList<CosemData> Row(int quarter, uint value) =>
        [CosemData.OctetString(Time(quarter)), CosemData.DoubleLongUnsigned(value)];

    private static RestrictedCaptureObject Captured(ushort classId, LogicalName name, sbyte attribute) =>
        new(new CaptureObjectDefinition(classId, name, attribute, 0));

    private static async Task<int> CountAsync(IAsyncEnumerable<CosemData> rows)
    {
        var count = 0;
        await foreach (var _ in rows) count++;
        return count;
    }

    /// <summary>An object without a link in between.</summary>
    private sealed class DirectAccess(CosemObject found) : ICosemAccess
    {
        public ValueTask<GetDataResult> GetAsync(
            CosemAttributeDescriptor attribute, SelectiveAccess? selection, CancellationToken cancellationToken)
        {
            var answer = found.Get(attribute.AttributeId, selection);
            return new(answer.IsSuccess ? GetDataResult.FromData(answer.Data) : GetDataResult.FromError(answer.Result));
        }

        public ValueTask<DataAccessResult> SetAsync(
            CosemAttributeDescriptor attribute, CosemData value, CancellationToken cancellationToken) =>
            new(found.Set(attribute.AttributeId, value));

        public ValueTask<ActionOutcome> ActionAsync(
            CosemMethodDescriptor method, CosemData? parameter, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
