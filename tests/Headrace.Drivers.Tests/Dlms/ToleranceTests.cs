using System.Collections.Concurrent;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Drivers.Dlms;
using Headrace.Drivers.Profiles;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Tests.Dlms;

public sealed class ToleranceTests
{
    [Theory]
    [InlineData("idis-e450", false)]
    [InlineData("push-generic", true)]
    public async Task A_tagged_time_of_a_push_is_taken_only_where_the_device_type_names_it(string type, bool taken)
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd, type);
        var plain = OwnPush.Plain(OwnPush.Momentary(), OwnPush.Noon);
        byte[] tagged = [.. plain[..5], 0x09, .. plain[5..]];
        using var meter = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(meter, OwnPush.Wrapped(OwnPush.Ciphered(tagged, 1)));
        await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty || !headEnd.Journal.Refusals.IsEmpty, "a verdict");
        Assert.Equal(taken, !headEnd.Sink.Deliveries.IsEmpty);
        Assert.Equal(taken, headEnd.Journal.Refusals.IsEmpty);
    }

    [Fact]
    public async Task A_deviation_with_its_sign_reversed_is_put_right_where_the_device_type_names_it()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "reversed.json"), """
                { "name": "reversed", "extends": "push-generic", "title": "Reversed", "access": { "tolerances": ["reversed-deviation"] } }
                """);
            foreach (var type in new[] { "reversed", "push-generic" })
            {
                await using var headEnd = await HeadEnd.StartAsync(types: folder.FullName);
                OwnPush.Register(headEnd, type);
                var body = CosemData.Array(CosemData.Structure(
                    CosemData.OctetString(LogicalName.Parse("1-0:1.8.0.255")), CosemData.DoubleLongUnsigned(1)));
                var time = type == "reversed" ? OwnPush.Noon.WithReversedDeviation() : OwnPush.Noon;
                using var meter = await headEnd.ConnectAsync();
                await HeadEnd.SendAsync(meter, OwnPush.Wrapped(OwnPush.Ciphered(OwnPush.Plain(body, time), 1)));
                await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty, type);
                Assert.True(OwnPush.Noon.TryToUtc(out var noon));
                Assert.Equal(noon, Assert.Single(Assert.Single(headEnd.Sink.Deliveries).Readings).At);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_tolerance_is_logged_the_first_time_for_each_device_type()
    {
        var log = new Lines();
        var journal = new ToleranceJournal(log);
        for (var i = 1; i <= 3; i++)
            journal.Note(new Meter { Serial = $"{i}", DeviceType = "push-generic" }, ApduTolerance.TaggedNotificationTime);
        journal.Note(new Meter { Serial = "4", DeviceType = "other" }, ApduTolerance.TaggedNotificationTime);
        const string Says = "deviate from the standard as their type says: tagged-notification-time; the first was meter";
        Assert.Equal([$"Devices of type push-generic {Says} 1", $"Devices of type other {Says} 4"], log.Written);
    }

    [Fact]
    public void A_device_type_that_names_an_unknown_tolerance_is_refused_with_the_names_there_are()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "odd.json"), """
                { "name": "odd", "extends": "idis-e450", "title": "Odd", "access": { "tolerances": ["anything"] } }
                """);
            var thrown = Assert.Throws<DeviceTypeException>(() => DeviceTypeFiles.Load(folder.FullName));
            Assert.Contains("'anything' in 'tolerances' is none of block-number-before-result,", thrown.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_name_means_something()
    {
        foreach (var name in DlmsTolerances.Names)
        {
            var strict = new Headrace.Dlms.Session.ClientOptions();
            var named = new DlmsTolerances([name]);
            Assert.True(named.ReversesDeviation || named.BearsSurplusColumns || named.Apply(strict) != strict, name);
        }
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));
    }
}
