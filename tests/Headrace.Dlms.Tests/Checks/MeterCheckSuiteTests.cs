using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Checks;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.Checks;

/// <summary>The checks pass where a meter is right and fail where it is made wrong.</summary>
public sealed class MeterCheckSuiteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("public")]
    [InlineData("low")]
    [InlineData("md5")]
    [InlineData("glo")]
    [InlineData("general-glo")]
    [InlineData("ded")]
    public async Task A_right_meter_passes(string way)
    {
        var outcomes = await RunAsync(way, id => id != "data.clock-runs", (_, answer) => answer);
        Assert.True(outcomes.Count > 30);
        Assert.DoesNotContain(outcomes, outcome => outcome.Verdict.Result == CheckResult.Failed);
    }

    [Fact]
    public async Task A_clock_that_stands_still_is_found()
    {
        var outcome = Assert.Single(await RunAsync("glo", id => id == "data.clock-runs", (_, answer) => answer));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
    }

    [Fact]
    public async Task A_wrong_invoke_id_is_found()
    {
        var outcome = Assert.Single(await RunAsync("public", id => id == "services.invoke-id", (_, answer) =>
        {
            if (answer.Span[0] != (byte)ApduTag.GetResponse) return answer;
            var wrong = answer.ToArray();
            wrong[2] ^= 0x01;
            return wrong;
        }));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Equal("id 1", outcome.Verdict.Found);
    }

    [Theory]
    [InlineData("services.unknown-object")]
    [InlineData("services.other-class")]
    [InlineData("services.unknown-attribute")]
    [InlineData("services.block-without-get")]
    [InlineData("services.malformed")]
    public async Task Data_where_an_error_was_due_is_found(string id)
    {
        var outcome = Assert.Single(await RunAsync("public", check => check == id, (request, answer) =>
            request.Span[0] == (byte)ApduTag.GetRequest
                ? new GetResponseNormal(new InvokeIdAndPriority(0xC1), GetDataResult.FromData(CosemData.Unsigned(1))).Encode()
                : answer));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
    }

    [Theory]
    [InlineData("security.plain")]
    [InlineData("security.wrong-tag")]
    [InlineData("security.low-counter")]
    [InlineData("security.replay")]
    public async Task A_meter_that_answers_what_it_must_refuse_is_found(string id)
    {
        // Whatever it refuses by an exception-response it answers with data in the clear.
        var data = new GetResponseNormal(new InvokeIdAndPriority(0xC1), GetDataResult.FromData(CosemData.Unsigned(1))).Encode();
        var outcome = Assert.Single(await RunAsync("glo", check => check == id, (_, answer) =>
            answer.IsEmpty || answer.Span[0] == (byte)ApduTag.ExceptionResponse ? data : answer));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.StartsWith("data", outcome.Verdict.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services.small-pdu", "bytes")]
    [InlineData("services.unexpected", "data")]
    [InlineData("services.long-list", "")]
    public async Task Answers_that_are_too_tooLongor_not_due_are_found(string id, string found)
    {
        var tooLong = new GetResponseNormal(new InvokeIdAndPriority(0xC1), GetDataResult.FromData(CosemData.OctetString(new byte[100])));
        var outcome = Assert.Single(await RunAsync("public", check => check == id, (request, answer) =>
            request.Span[0] is (byte)ApduTag.GetRequest or (byte)ApduTag.DataNotification ? tooLong.Encode() : answer));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Contains(found, outcome.Verdict.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("security.downgrade", (byte)0x6C, "authenticated")]
    [InlineData("security.plain", (byte)0x6C, "without protection")]
    [InlineData("security.response-policy", (byte)0xFC, "authenticated and encrypted")]
    public async Task A_meter_that_does_not_keep_the_policy_it_tells_is_found(string id, byte told, string found)
    {
        var outcome = Assert.Single(await RunAsync("glo", check => check == id, (_, answer) => answer, () => Boasting(told)));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Contains(found, outcome.Verdict.Found, StringComparison.Ordinal);
        var honest = Assert.Single(await RunAsync("glo", check => check == id, (_, answer) => answer, () => Boasting(0)));
        Assert.NotEqual(CheckResult.Failed, honest.Verdict.Result);
    }

    [Fact]
    public async Task Rights_that_are_told_and_not_kept_are_found()
    {
        static LogicalDevice Meter() => Boasting(0, (found, _, rights) =>
            found.LogicalName == TestMeter.Text ? rights | AccessRights.AuthenticatedRequest : rights);
        var kept = Assert.Single(await RunAsync("glo", id => id == "security.rights", (_, answer) => answer, Meter));
        Assert.Equal(CheckResult.Passed, kept.Verdict.Result);
        var data = new GetResponseNormal(new InvokeIdAndPriority(0xC1), GetDataResult.FromData(CosemData.Unsigned(1))).Encode();
        var broken = Assert.Single(await RunAsync("glo", id => id == "security.rights",
            (request, answer) => request.Span[0] == (byte)ApduTag.GetRequest ? data : answer, Meter));
        Assert.Equal(CheckResult.Failed, broken.Verdict.Result);
        Assert.Contains("data", broken.Verdict.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_meter_that_forgets_its_counters_is_found()
    {
        var outcome = Assert.Single(await RunAsync(
            "glo", id => id == "security.replayed-open", (_, answer) => answer, () => new TestMeter().Device, anew: true));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Equal("accepted", outcome.Verdict.Found);
    }

    [Fact]
    public async Task Classes_that_are_not_known_are_told_and_attributes_that_are_none_are_found()
    {
        var device = new TestMeter().Device;
        device.Add(new CosemObject(3, 0, new LogicalName(1, 0, 99, 99, 0, 255)).WithAttribute(7, () => CosemData.Unsigned(1)));
        var outcomes = await RunAsync("low", id => id is "objects.classes" or "objects.attributes", (_, answer) => answer, () => device);
        Assert.Equal(CheckResult.NotApplicable, outcomes[0].Verdict.Result);
        Assert.Contains("class 9000", outcomes[0].Verdict.Found, StringComparison.Ordinal);
        Assert.Equal(CheckResult.Failed, outcomes[1].Verdict.Result);
        Assert.Contains("attribute 7 of 1-0:99.99.0.255", outcomes[1].Verdict.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data.profile-entries", "rows for the entries")]
    [InlineData("data.profile-range", "no row from")]
    [InlineData("data.profile-width", "a row of 3 values, 2 objects")]
    public async Task A_profile_whose_buffer_is_not_what_it_says_is_found(string id, string found)
    {
        var device = new TestMeter().Device;
        device.Add(new ProfileGenericObject(new LogicalName(1, 0, 99, 2, 0, 255), new ProfileSettings
        {
            CaptureObjects = [new(8, TestMeter.Clock, 2, 0), new(3, TestMeter.Energy, 2, 0)],
            CapturePeriod = TimeSpan.FromMinutes(15),
            ProfileEntries = 10,
        }, new CrookedBuffer(id)));
        // The columns it tells of the right profile are too few.
        ReadOnlyMemory<byte> Narrow(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer) =>
            id == "data.profile-width" && request.Span[0] == (byte)ApduTag.GetRequest && request.Span[4] == 7 && request.Span[11] == 3
                ? new GetResponseNormal(new InvokeIdAndPriority(request.Span[2]), GetDataResult.FromData(CosemData.Array(
                    new CaptureObjectDefinition(8, TestMeter.Clock, 2, 0).ToData(), new CaptureObjectDefinition(3, TestMeter.Energy, 2, 0)
                        .ToData()))).Encode()
                : answer;
        var outcome = Assert.Single(await RunAsync("low", check => check == id, Narrow, () => device));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Contains(found, outcome.Verdict.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public")]
    [InlineData("low")]
    [InlineData("md5")]
    [InlineData("glo")]
    public async Task A_right_meter_by_short_names_passes(string way)
    {
        var device = new ShortNames.ShortNameMeter().Meter.Device;
        // This meter serves both ways of naming, and hides its name from the public client.
        var outcomes = await RunAsync(way, id => id is not ("data.clock-runs" or "association.other-context")
            && !(way == "public" && id == "objects.device-name"), (_, answer) => answer, () => device, shortNames: true);
        var failed = outcomes.Where(o => o.Verdict.Result == CheckResult.Failed).Select(o => $"{o.Id}: {o.Verdict}");
        Assert.Equal("", string.Join("; ", failed));
        Assert.True(outcomes.Count(outcome => outcome.Verdict.Result == CheckResult.Passed) > 15);
    }

    [Fact]
    public async Task A_silent_meter_fails_and_ends_the_run()
    {
        var outcomes = await RunAsync("public", id => id.StartsWith("services", StringComparison.Ordinal), (_, _) => default);
        Assert.All(outcomes, outcome => Assert.NotEqual(CheckResult.Passed, outcome.Verdict.Result));
    }

    /// <summary>A meter that keeps no policy at all and tells another.</summary>
    private static LogicalDevice Boasting(byte told, Func<CosemObject, sbyte, AccessRights, AccessRights>? rights = null)
    {
        var device = new LogicalDevice(1, TestMeter.ServerTitle);
        var real = new SecuritySetupObject(
            SecureLine.Setup, new SecurityKeys(TestMeter.Guek, TestMeter.Gak), TestMeter.ServerTitle, policy: 0,
            version: 1);
        device.Add(new CosemObject(64, 1, SecureLine.Setup).WithAttribute(2, () => CosemData.Enum(told)));
        device.Add(new DataObject(TestMeter.Text, CosemData.OctetString("short"u8)));
        device.Add(new AssociationSettings
        {
            ClientSap = 1,
            AssociationVersion = 3,
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = real,
            AttributeRights = rights ?? ((_, _, given) => given),
        });
        return device;
    }

    private static async Task<List<CheckOutcome>> RunAsync(
        string way, Func<string, bool> wanted, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change,
        Func<LogicalDevice>? make = null, bool anew = false, bool shortNames = false)
    {
        var device = make?.Invoke() ?? new TestMeter().Device;
        var (options, keys, sap) = shortNames ? ShortNames.ShortNameMeter.ClientOf(way) : TestMeter.ClientOf(way);
        var meter = new MeterUnderTest
        {
            ConnectAsync = _ => new(new Headrace.Dlms.Checks.MeterLine(
                new ServedChannel(new DeviceServer(anew ? make!() : device), sap, change), new Nothing())),
            Options = options,
            Keys = keys,
            Timings = new ClientTimings(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(100)),
            Silence = TimeSpan.FromMilliseconds(100),
            AllowWrites = true,
            AllowWrongSecrets = true,
        };
        var outcomes = new List<CheckOutcome>();
        await foreach (var outcome in MeterCheckSuite.RunAsync(meter, wanted, Cancel)) outcomes.Add(outcome);
        return outcomes;
    }

    /// <summary>A server without a wire, whose answers can be changed on their way.</summary>
    private sealed class ServedChannel(
        DeviceServer server, ushort sap, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change) : IApduChannel
    {
        private readonly Queue<ReadOnlyMemory<byte>> _answers = new();

        public ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
        {
            var answer = change(apdu, server.Handle(sap, 1, apdu).ToArray());
            if (!answer.IsEmpty) _answers.Enqueue(answer);
            return default;
        }

        public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
        {
            if (_answers.Count == 0) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return _answers.Dequeue();
        }
    }

    /// <summary>Ten rows, with one fault.</summary>
    private sealed class CrookedBuffer(string fault) : IProfileBuffer
    {
        public int Count => 10;

        public IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count) =>
            Enumerable.Range(first, fault == "data.profile-entries" ? count - 1 : count).Select(Row);

        public IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to) => [];

        private IReadOnlyList<CosemData> Row(int i)
        {
            var time = CosemData.OctetString(CosemDateTime.From(TestMeter.Start.AddMinutes(15 * i)));
            return [time, CosemData.Unsigned(1)];
        }
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => default;
    }
}
