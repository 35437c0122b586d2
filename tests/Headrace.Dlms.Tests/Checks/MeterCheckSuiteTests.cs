using Headrace.Dlms.Apdu;
using Headrace.Dlms.Checks;
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

    [Fact]
    public async Task A_silent_meter_fails_and_ends_the_run()
    {
        var outcomes = await RunAsync("public", id => id.StartsWith("services", StringComparison.Ordinal), (_, _) => default);
        Assert.All(outcomes, outcome => Assert.NotEqual(CheckResult.Passed, outcome.Verdict.Result));
    }

    private static async Task<List<CheckOutcome>> RunAsync(
        string way, Func<string, bool> wanted, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change)
    {
        var device = new TestMeter().Device;
        var (options, keys, sap) = TestMeter.ClientOf(way);
        var meter = new MeterUnderTest
        {
            ConnectAsync = _ =>
                new(new Headrace.Dlms.Checks.MeterLine(new ServedChannel(new DeviceServer(device), sap, change), new Nothing())),
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

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => default;
    }
}
