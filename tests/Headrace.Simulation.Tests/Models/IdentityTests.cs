using System.Text;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Tests.Models;

public sealed class IdentityTests
{
    [Fact]
    public void Names_and_titles_have_the_layout_of_the_idis_packages()
    {
        var identity = MeterIdentity.At(fleetSeed: 1, index: 41);
        var digits = identity.Serial[3..];
        Assert.Equal(8, digits.Length);
        Assert.Equal($"LGZ10307{digits}", Encoding.ASCII.GetString(identity.LogicalDeviceName.Span));
        Assert.Equal("4C475A67", Convert.ToHexString(identity.SystemTitle.Span[..4]));
        Assert.Equal(0x7000_0000u | uint.Parse(digits),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(identity.SystemTitle.Span[4..]));
    }

    [Fact]
    public void Ten_thousand_meters_have_titles_serials_and_keys_of_their_own()
    {
        var meters = Enumerable.Range(0, 10_000).Select(i => MeterIdentity.At(7, i)).ToArray();
        Assert.Equal(10_000, meters.Select(m => m.Serial).Distinct().Count());
        Assert.Equal(10_000, meters.Select(m => Convert.ToHexString(m.SystemTitle.Span)).Distinct().Count());
        var keys = meters.Take(1_000).Select(m => Convert.ToHexString(MeterKeys.For(7, m.Serial).GlobalUnicast.Span));
        Assert.Equal(1_000, keys.Distinct().Count());
    }

    [Fact]
    public void Keys_follow_from_seed_and_serial_and_differ_by_purpose()
    {
        var (keys, again, other) = (MeterKeys.For(7, "LGZ1"), MeterKeys.For(7, "LGZ1"), MeterKeys.For(8, "LGZ1"));
        Assert.True(keys.GlobalUnicast.Span.SequenceEqual(again.GlobalUnicast.Span));
        Assert.False(keys.GlobalUnicast.Span.SequenceEqual(other.GlobalUnicast.Span));
        ReadOnlyMemory<byte>[] all = [keys.GlobalUnicast, keys.Authentication, keys.Master];
        Assert.Equal(3, all.Select(k => Convert.ToHexString(k.Span)).Distinct().Count());
        Assert.Equal(16, keys.Password.Length);
    }

    [Fact]
    public void The_transmit_counter_rises_across_restarts_without_being_stored()
    {
        var time = new StandingTime(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        var first = new TransmitCounter(Bench.Meter(time).Clock);
        var last = Enumerable.Range(0, 100).Select(_ => first.Next()).Aggregate((before, next) =>
        {
            Assert.True(next > before);
            return next;
        });
        time.Now = time.Now.AddSeconds(8);
        Assert.True(Bench.Meter(time).Security.NextCounter() > last);
    }
}
