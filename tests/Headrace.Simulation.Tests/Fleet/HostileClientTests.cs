using System.Net.Sockets;
using Headrace.Simulation.Fleet;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class HostileClientTests
{
    /// <summary>A plain AARQ of client 2, a GET, a release and an HDLC SNRM, written by hand after IEC 62056-5-3 and -46.</summary>
    private static readonly string[] Seeds =
    [
        "000100100001001F601DA109060760857405080101BE10040E01000000065F1F040000101D04C8",
        "0001000200010038"
            + "6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F0400007E1F04B0",
        "000100100001000DC001C100080000010000FF0200",
        "0001001000010005" + "6203800100",
        "7EA00703219318" + "717E7EA0070321537AEF7E",
    ];

    [Fact]
    public async Task Mutated_bytes_on_the_sockets_harm_nobody()
    {
        var options = new FleetOptions { Meters = 2, Zone = Bench.Berlin };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        using var other = await SocketClient.ReadingAsync(fleet.Meters[0]);
        var random = new Random(20261120);
        for (var i = 0; i < 1_500; i++)
        {
            using var socket = await SocketClient.ConnectAsync(fleet.Meters[i % 2]);
            for (var frame = random.Next(1, 5); frame > 0; frame--)
            {
                try
                {
                    await socket.SendAsync(Mutate(random, Convert.FromHexString(Seeds[random.Next(Seeds.Length)])), Bench.Cancel);
                }
                catch (SocketException)
                {
                    break; // the meter has had enough
                }
            }

            if (i % 100 == 0) Assert.Equal(90, (await other.GetAsync(7, "1-0:99.2.0.255")).Items.Count);
        }

        using var again = await SocketClient.PatientlyAsync(() => SocketClient.ManagementAsync(fleet.Meters[1]));
        Assert.Equal(3_840, (await again.GetAsync(7, "1-0:99.1.0.255")).Items.Count);
        Assert.True(fleet.Counters.Malformed > 100);
    }

    [Fact]
    public async Task Whoever_announces_too_much_or_drips_too_slowly_is_cut_off()
    {
        var options = new FleetOptions { Meters = 1, Zone = Bench.Berlin, Inactivity = TimeSpan.FromSeconds(1) };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        using var greedy = await SocketClient.ConnectAsync(fleet.Meters[0]);
        await greedy.SendAsync(Convert.FromHexString("0001001000010FFF"), Bench.Cancel);
        using var silent = await SocketClient.ConnectAsync(fleet.Meters[0]);
        await silent.SendAsync(Convert.FromHexString("000100"), Bench.Cancel);
        using var http = await SocketClient.ConnectAsync(fleet.Meters[0]);
        await http.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Bench.Cancel);
        foreach (var socket in new[] { greedy, silent, http })
        {
            var read = await Record.ExceptionAsync(async () =>
                Assert.Equal(0,
                    await socket.ReceiveAsync(new byte[64], Bench.Cancel).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Bench.Cancel)));
            Assert.True(read is null or SocketException, read?.ToString());
        }
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var changes = random.Next(0, 4); changes > 0; changes--)
        {
            switch (random.Next(5))
            {
                case 0:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes = bytes[..random.Next(1, bytes.Length + 1)];
                    break;
                case 3:
                    bytes = [.. bytes, .. bytes[random.Next(bytes.Length)..]];
                    break;
                default:
                    bytes[^1] = 0xFF;
                    break;
            }
        }

        return bytes;
    }
}
