using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.LocalPorts;

public sealed class LocalPortTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:22.0.0.255");
    private static readonly CallingWindow Morning = Window(8, 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Classes =>
        new() { { 19, 0 }, { 19, 1 }, { 23, 0 }, { 23, 1 }, { 27, 0 }, { 27, 1 }, { 28, 0 }, { 28, 2 }, { 29, 0 }, { 29, 1 }, { 29, 2 } };

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId, int version) =>
        await ClassCheck.AgreesAsync(Object(classId, (byte)version), (server, name) => classId switch
        {
            19 => new LocalPortSetupProxy(server, name),
            23 => new HdlcSetupProxy(server, name, (byte)version),
            27 => new ModemConfigurationProxy(server, name),
            28 => new AutoAnswerProxy(server, name),
            _ => new AutoConnectProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId, int version) =>
        ClassCheck.StandsBrokenValues(Object(classId, (byte)version), classId);

    [Fact]
    public async Task Numbers_out_of_range_are_refused()
    {
        var old = new HdlcSetupObject(Name, new HdlcSetup(), 0);
        Assert.Equal(DataAccessResult.OtherReason, old.Set(5, CosemData.Unsigned(129)));
        Assert.Equal(DataAccessResult.TypeUnmatched, old.Set(5, CosemData.LongUnsigned(128)));
        await using var line = await ObjectLine.OpenAsync(new HdlcSetupObject(Name, new HdlcSetup()));
        var proxy = new HdlcSetupProxy(line.Client, Name);
        Assert.Equal(DataAccessResult.OtherReason, await proxy.WindowTransmit.WriteAsync(8, Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.InformationReceive.WriteAsync(2031, Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.InformationReceive.WriteAsync(2030, Cancel));
        Assert.Equal(2030, (await proxy.InformationReceive.ReadAsync(Cancel)).Value);
        Assert.Equal(DataAccessResult.OtherReason, await proxy.Speed.WriteAsync((BaudRate)10, Cancel));
    }

    [Fact]
    public async Task Passwords_of_the_optical_port_are_written_and_not_read()
    {
        var port = new LocalPortSetupObject(Name, new LocalPortSetup());
        await using var line = await ObjectLine.OpenAsync(port);
        var proxy = new LocalPortSetupProxy(line.Client, Name);
        Assert.Equal(DataAccessResult.Success, await proxy.PasswordP1.WriteAsync("secret"u8.ToArray(), Cancel));
        Assert.Equal(DataAccessResult.ReadWriteDenied, (await proxy.PasswordP1.ReadAsync(Cancel)).Result);
        Assert.Equal("secret"u8.ToArray(), port.State.PasswordP1.Bytes.ToArray());
        Assert.DoesNotContain("secret", port.State.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_belongs_to_version_1_of_modem_configuration()
    {
        var element = new InitializationString("ATZ", "OK", 200);
        CosemData Strings(InitializationString e) => CosemData.Array(e.ToData());
        Assert.Equal(DataAccessResult.Success, new ModemConfigurationObject(Name, new ModemConfiguration()).Set(3, Strings(element)));
        var old = new ModemConfigurationObject(Name, new ModemConfiguration(), 0);
        Assert.Equal(DataAccessResult.OtherReason, old.Set(3, Strings(element)));
        Assert.Equal(element, InitializationString.FromData(element.ToData()));
        Assert.Null(InitializationString.FromData((element with { Delay = null }).ToData()).Delay);
    }

    [Theory]
    [InlineData(8, 10, 7, false)]
    [InlineData(8, 10, 8, true)]
    [InlineData(8, 10, 10, false)]
    [InlineData(22, 4, 23, true)]
    [InlineData(22, 4, 3, true)]
    [InlineData(22, 4, 12, false)]
    public void A_window_of_times_repeats_every_day_and_may_go_over_midnight(int from, int to, int hour, bool expected) =>
        Assert.Equal(expected, Window(from, to).Contains(At(hour)));

    [Fact]
    public void A_window_may_name_days()
    {
        var monday = Morning with { Start = Morning.Start with { Date = CosemDate.NotSpecified with { Weekday = 1 } } };
        Assert.True(monday.Contains(At(9)));
        Assert.False(monday.Contains(At(9, 3)));
        var lastDay = CosemDate.NotSpecified with { Day = CosemDate.Last };
        var monthEnd = new CallingWindow(Morning.Start with { Date = lastDay }, Morning.End with { Date = lastDay });
        Assert.True(monthEnd.Contains(At(9, 31)));
        Assert.False(monthEnd.Contains(At(9, 30)));
        Assert.True(new CallingWindow(CosemDateTime.NotSpecified, CosemDateTime.NotSpecified).Contains(At(0)));
        Assert.False(Morning.Contains(CosemDateTime.NotSpecified));
    }

    [Fact]
    public void Calls_are_answered_within_the_window_from_those_allowed_and_so_many()
    {
        var answer = new AutoAnswerObject(Name, new AutoAnswer
        {
            Mode = 1,
            ListeningWindow = [Morning],
            NumberOfCalls = 2,
            NumberOfRings = new NumberOfRings(1, 0),
            AllowedCallers = [new AllowedCaller("+411234", CallType.Normal)],
        });
        answer.Tick(At(9));
        Assert.Equal(AutoAnswerStatus.Active, answer.State.Status);
        Assert.True(answer.Answers("+411234", CallType.Normal, 1, At(9)));
        Assert.False(answer.Answers("+411234", CallType.WakeUp, 1, At(9)));
        Assert.False(answer.Answers("+419999", CallType.Normal, 1, At(9)));
        Assert.False(answer.Answers("+411234", CallType.Normal, 9, At(12)));
        answer.CountCall();
        answer.CountCall();
        Assert.False(answer.Answers("+411234", CallType.Normal, 1, At(9)));
        Assert.Equal(CosemData.Enum(2), answer.Get(4, null).Data);
        answer.Tick(At(12));
        answer.Tick(At(9));
        Assert.True(answer.Answers("+411234", CallType.Normal, 1, At(9)));
    }

    [Theory]
    [InlineData(0, false, false, false)]
    [InlineData(1, false, true, true)]
    [InlineData(2, false, false, false)]
    [InlineData(3, false, false, true)]
    [InlineData(101, true, true, true)]
    [InlineData(102, false, false, false)]
    [InlineData(103, false, false, true)]
    [InlineData(104, false, false, true)]
    public void The_mode_says_when_a_device_connects_outside_its_window(int mode, bool keeps, bool may, bool mayAlarm)
    {
        var connect = new AutoConnectObject(Name, new AutoConnect { Mode = (byte)mode, CallingWindow = [Morning] });
        Assert.Equal(keeps, connect.KeepsConnected(At(12)));
        Assert.Equal(may, connect.MayConnect(alarm: false, At(12)));
        Assert.Equal(mayAlarm, connect.MayConnect(alarm: true, At(12)));
        if (mode is 102 or 103) Assert.True(connect.KeepsConnected(At(9)));
    }

    [Fact]
    public async Task Connect_is_passed_on()
    {
        var connected = 0;
        await using var line = await ObjectLine.OpenAsync(new AutoConnectObject(Name, new AutoConnect(), () =>
        {
            connected++;
            return MethodAnswer.Done;
        }));
        Assert.Equal(ActionResult.Success, await new AutoConnectProxy(line.Client, Name).Connect.InvokeAsync(Cancel));
        Assert.Equal(1, connected);
        Assert.Equal(ActionResult.TemporaryFailure, new AutoConnectObject(Name, new AutoConnect()).Invoke(1, CosemData.Integer(0)).Result);
    }

    private static CosemObject Object(int classId, byte version) => classId switch
    {
        19 => new LocalPortSetupObject(Name, new LocalPortSetup { DeviceAddress = "123", ProposedBaud = BaudRate.Baud19200 }, version),
        23 => new HdlcSetupObject(Name, new HdlcSetup { InterOctetTimeout = 200 }, version),
        27 => new ModemConfigurationObject(Name, new ModemConfiguration
        {
            InitializationStrings = [new InitializationString("ATZ", "OK", version == 0 ? null : (ushort)100)],
            Profile = ["OK", "CONNECT"],
        }, version),
        28 => new AutoAnswerObject(Name, new AutoAnswer
        {
            ListeningWindow = [Morning],
            AllowedCallers = [new AllowedCaller("+41", CallType.WakeUp)],
        }, version),
        _ => new AutoConnectObject(Name, new AutoConnect { CallingWindow = [Morning], Destinations = ["head-end:4059"] }, version: version),
    };

    private static CallingWindow Window(int from, int to) => new(Hour(from), Hour(to));

    private static CosemDateTime Hour(int hour) => CosemDateTime.NotSpecified with { Time = new CosemTime((byte)hour, 0, 0, 0) };

    private static CosemDateTime At(int hour, int day = 2) =>
        CosemDateTime.From(new DateTimeOffset(2026, 3, day, hour, 0, 0, TimeSpan.Zero));
}
