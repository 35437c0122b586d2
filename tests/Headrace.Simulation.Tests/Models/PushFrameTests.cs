using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Tests.Models;

public sealed class PushFrameTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 9, 20, 0, TimeSpan.Zero);

    /// <summary>Takes a push apart with the meter's keys.</summary>
    internal static DataNotification Open(E450 meter, ReadOnlyMemory<byte> frame, out uint counter)
    {
        Assert.True(WrapperFrame.TryRead(frame, 2_048, out var wrapper));
        Assert.Equal((1, 0x66), (wrapper.SourcePort, wrapper.DestinationPort));
        var general = Assert.IsType<GeneralGloCiphering>(XdlmsApdu.Decode(wrapper.Apdu));
        Assert.Equal(meter.Identity.SystemTitle.ToArray(), general.SystemTitle.ToArray());
        Assert.Equal(0x30, general.Ciphered.SecurityControl.Value);
        using var cipher = new ApduCipher(meter.Keys.GlobalUnicast.Span, meter.Keys.Authentication.Span);
        counter = general.Ciphered.InvocationCounter;
        return Assert.IsType<DataNotification>(XdlmsApdu.Decode(cipher.Decrypt(general.SystemTitle.Span, general.Ciphered)));
    }

    [Fact]
    public void An_interval_push_holds_the_row_that_a_read_gives()
    {
        var meter = Bench.Meter(Now);
        var body = Open(meter, PushFrame.Make(meter, PushKind.Interval, [meter.LoadProfile1.LastEnd]), out _).Body.AsStructure(4);
        Assert.Equal(meter.Identity.LogicalDeviceName.ToArray(), body[0].AsOctets().ToArray());
        Assert.Equal("0-0:25.9.0.255", body[1].AsLogicalName().ToString());
        Assert.Equal(meter.Clock.At(Now), body[2].AsDateTime());
        Assert.Equal(CosemData.Array(CosemData.Structure(meter.LoadProfile1.Read(3_839, 1).Single())), body[3]);
    }

    [Fact]
    public void Daily_momentary_and_alarm_pushes_have_their_elements_in_order()
    {
        var meter = Bench.Meter(Now);
        var daily = Open(meter, PushFrame.Make(meter, PushKind.Daily, [meter.LoadProfile2.LastEnd]), out var first).Body.AsStructure(4);
        Assert.Equal(("0-1:25.9.0.255", 8), (daily[1].AsLogicalName().ToString(), daily[3].AsArray().Single().Items.Count));
        var momentary = Open(meter, PushFrame.Make(meter, PushKind.Momentary, []), out var second).Body.AsStructure(7);
        Assert.Equal(meter.Point.PowerAt(Now), momentary[3].AsInteger() - momentary[4].AsInteger());
        Assert.InRange(momentary[5].AsInteger(), 2_150, 2_450);
        meter.Alarms.Raise(0, AlarmRegisters.FraudAttempt);
        var alarm = Open(meter, PushFrame.Make(meter, PushKind.Alarm, []), out var third).Body.AsStructure(4);
        Assert.Equal(AlarmRegisters.FraudAttempt, alarm[3].AsInteger());
        Assert.True(first < second && second < third);
        foreach (var kind in Enum.GetValues<PushKind>()) Assert.Equal(kind == PushKind.Momentary ? 7 : 4, E450.PushObjects(kind).Count);
    }

    [Fact]
    public void A_push_of_many_rows_holds_them_oldest_first_and_fits_the_longest_apdu()
    {
        var meter = Bench.Meter(Now);
        var last = meter.LoadProfile1.LastEnd;
        var quarters = Enumerable.Range(0, 24).Select(i => last.AddMinutes(15 * (i - 23))).ToArray();
        var interval = PushFrame.Make(meter, PushKind.Interval, quarters);
        Assert.Equal(quarters.Select(meter.LoadProfile1.Row), Open(meter, interval, out _).Body.Items[3].Items.Select(row => row.Items));
        var days = Enumerable.Range(0, 20).Select(i => Bench.Calendar.StartOf(Bench.Calendar.DayOf(Now).AddDays(i - 19))).ToArray();
        var daily = PushFrame.Make(meter, PushKind.Daily, days);
        Assert.Equal(days.Select(meter.LoadProfile2.Row), Open(meter, daily, out _).Body.Items[3].Items.Select(row => row.Items));
        Assert.InRange(Math.Max(interval.Length, daily.Length) - 8, 700, E450.MaximumPduSize);
    }
}
