using System.Buffers;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Hdlc;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>A whole client over a line whose far end alters, cuts, doubles and makes up what it sends: each call ends, by a value or by an
/// error that has a type, and none waits for ever.</summary>
public sealed class HostileLineTests
{
    private const int Rounds = 150;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(8);
    private static readonly string[] Ways = ["public", "low", "glo", "general-glo", "ded", "md5"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_call_ends_by_a_value_or_a_typed_error(bool hdlc)
    {
        var (random, ended, errors) = (new Random(20261120), 0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var round = 0; round < Rounds; round++)
        {
            var error = await SessionAsync(hdlc, Ways[random.Next(Ways.Length)], random);
            if (error is null) ended++;
            else errors[error] = errors.GetValueOrDefault(error) + 1;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{ended} whole, {string.Join(", ", errors)}");
        Assert.Equal(Rounds, ended + errors.Values.Sum());
    }

    private static async Task<string?> SessionAsync(bool hdlc, string way, Random random)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60)); // never reached: the client's own times are milliseconds
        var meter = new TestMeter(rows: 6);
        using var wrapper = new WrapperServer(meter.Device);
        using var frames = new HdlcServer(HdlcParameters.Both(128, 3), 17, meter.Device);
        await using var line = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            var good = new ArrayBufferWriter<byte>();
            try
            {
                if (hdlc) frames.Receive(ref input, good);
                else wrapper.Receive(ref input, good);
            }
            catch (ProtocolException)
            {
                input = input.Slice(input.End);
            }
            output.Write(hdlc && random.Next(2) == 0 ? Reframed(good.WrittenSpan.ToArray(), random)
                : Altered(good.WrittenSpan.ToArray(), random));
        });
        var (options, keys, sap) = TestMeter.ClientOf(way);
        var timings = new ClientTimings(Short, Short) { BlockRepeats = 1 };
        var small = options with { MaxPduSize = 300 };
        await using var client = hdlc
            ? DlmsClient.OverHdlc(line, new HdlcClientLink(HdlcAddress.Client(sap), HdlcAddress.Server(1, 17)),
                new HdlcTimings(Short, 1) { BusyPause = Short, OldSessionPause = Short }, small, keys, timings, TimeProvider.System)
            : DlmsClient.OverWrapper(line, sap, 1, small, keys, timings, TimeProvider.System);
        try
        {
            if (await client.ConnectAsync(deadline.Token) is AssociationRejected) return "rejected";
            await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), deadline.Token);
            await foreach (var row in client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), null, deadline.Token)) _ = row;
            if (way != "public")
            {
                await client.SetAsync(TestMeter.Attribute(1, TestMeter.Text), CosemData.OctetString(new byte[500]), deadline.Token);
                await client.ActionAsync(new CosemMethodDescriptor(9000, TestMeter.Mirror, 1), CosemData.Long(7), deadline.Token);
            }
            await client.ReleaseAsync(deadline.Token);
            return null;
        }
        catch (Exception e) when (e is ProtocolException or TimeoutException or IOException or DlmsRefusalException)
        {
            return e.GetType().Name;
        }
    }

    /// <summary>Frames with right check sequences around what was altered: control, segmentation, addresses, information.</summary>
    private static byte[] Reframed(byte[] good, Random random)
    {
        if (random.Next(4) != 0) return good;
        var output = new ArrayBufferWriter<byte>();
        foreach (var frame in HdlcFrameTests.ReadAll(good, new HdlcFrameReader()))
        {
            var information = frame.Information.ToArray();
            if (information.Length > 0) information[random.Next(information.Length)] ^= (byte)(1 << random.Next(8));
            var altered = random.Next(5) switch
            {
                0 => frame with { Control = new HdlcControl((byte)random.Next(256)) },
                1 => frame with { IsSegmented = !frame.IsSegmented },
                2 => frame with { Source = HdlcAddress.Server(1, 18) },
                _ => frame with { Information = information },
            };
            altered.Write(output);
        }
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Altered(byte[] good, Random random)
    {
        if (good.Length == 0 || random.Next(6) != 0) return good;
        switch (random.Next(6))
        {
            case 0:
                return good[..random.Next(good.Length)];
            case 1:
                return [.. good, .. good];
            case 2:
                var noise = new byte[random.Next(1, 100)];
                random.NextBytes(noise);
                return random.Next(2) == 0 ? [.. noise, .. good] : [.. good, .. noise];
            case 3:
                return [];
            default:
                for (var n = random.Next(1, 4); n > 0; n--)
                    good[Math.Min(good.Length - 1, 8 + random.Next(good.Length))] = (byte)random.Next(256);
                return good;
        }
    }
}
