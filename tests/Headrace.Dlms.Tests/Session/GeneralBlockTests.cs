using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Session;

public sealed class GeneralBlockTests
{
    [Fact]
    public void Random_windows_over_a_lossy_channel_deliver_identical_bytes_both_ways()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var request = Random(random, random.Next(1, 3000));
            var response = Random(random, random.Next(1, 6000));
            var (client, server) = Pair(random.Next(1, 64), random.Next(1, 64));
            var size = random.Next(GeneralBlockSender.BlockHead + 1, 300);
            var loss = random.Next(0, 30);
            client.Begin(request, Math.Max(size, 60));
            var (got, gave) = Play(client, server, response, size + 20, () => random.Next(100) < loss, 100_000);
            Assert.True(request.AsSpan().SequenceEqual(got.Span), $"request, seed {seed}");
            Assert.True(response.AsSpan().SequenceEqual(gave.Span), $"response, seed {seed}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(63)]
    public void A_window_is_what_the_receiver_said_it_can_take(int window)
    {
        var (client, server) = Pair(window, 1);
        client.Begin(new byte[20], 100);
        Assert.True(client.TrySend(out var request));
        Assert.Equal(window, request!.Window);
        Assert.Equal(GeneralBlockEvent.Complete, server.Receive(request, out _));
        server.Begin(new byte[10_000], GeneralBlockSender.BlockHead + 10);
        var blocks = All(server);
        Assert.Equal(window, blocks.Count);
        Assert.All(blocks.SkipLast(1), b => Assert.True(b.Streaming));
        Assert.False(blocks[^1].Streaming);
        Assert.All(blocks, b => Assert.Equal(1, b.BlockNumberAcknowledged));
        Assert.Equal(Enumerable.Range(1, window), blocks.Select(b => (int)b.BlockNumber));
    }

    [Fact]
    public void A_lost_block_is_sent_again_from_where_it_was_lost()
    {
        var sender = new GeneralBlockLink(answers: true);
        var receiver = new GeneralBlockLink(window: 5);
        sender.Begin(new byte[100], GeneralBlockSender.BlockHead + 10);
        Assert.Equal(GeneralBlockEvent.Continues, receiver.Receive(All(sender)[0], out _));
        sender.Receive(Assert.Single(All(receiver)), out _);
        var window = All(sender);
        Assert.Equal([2, 3, 4, 5, 6], window.Select(b => (int)b.BlockNumber));
        foreach (var block in window.Where(b => b.BlockNumber != 4)) receiver.Receive(block, out _);
        var lost = Assert.Single(All(receiver));
        Assert.Equal((3, 2), (lost.BlockNumberAcknowledged, lost.BlockNumber));
        sender.Receive(lost, out _);
        Assert.Equal([4, 5, 6, 7, 8], All(sender).Select(b => (int)b.BlockNumber));
    }

    [Fact]
    public void Endless_blocks_and_impossible_numbers_end_in_a_protocol_exception()
    {
        var long1 = new GeneralBlockLink(maxApduLength: 10_000);
        Assert.Throws<ProtocolException>(() =>
        {
            for (var i = 1; i <= 65535; i++) long1.Receive(Block((ushort)i, 100), out _);
        });
        var lost = new GeneralBlockLink();
        lost.Receive(Block(1, 10), out _);
        Assert.Throws<ProtocolException>(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                lost.Receive(Block(9, 10), out _);
                All(lost);
            }
        });
        var sending = new GeneralBlockLink();
        sending.Begin(new byte[100], 60);
        All(sending);
        Assert.Throws<ProtocolException>(() => sending.Receive(Acknowledgement(1, 77), out _));
        var stuck = new GeneralBlockLink();
        stuck.Begin(new byte[100], 60);
        Assert.Throws<ProtocolException>(() =>
        {
            for (ushort i = 1; i < 1000; i++)
            {
                All(stuck);
                stuck.Receive(Acknowledgement(i, 0), out _);
            }
        });
        Assert.Throws<ProtocolException>(() => new GeneralBlockLink().Receive(Block(0, 10), out _));
    }

    [Fact]
    public void An_abort_ends_the_exchange()
    {
        var (client, server) = Pair(1, 1);
        client.Begin(new byte[100], 60);
        server.Receive(All(client)[0], out _);
        Assert.Equal(GeneralBlockEvent.Aborted, server.Receive(client.Abort(), out _));
        Assert.False(server.IsActive || client.IsActive);
        Assert.Empty(All(client));
    }

    [Fact]
    public void Random_blocks_never_do_more_than_throw_a_protocol_exception()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var link = new GeneralBlockLink(4096, (byte)random.Next(1, 64), random.Next(2) == 0);
            if (random.Next(2) == 0) link.Begin(new byte[random.Next(2000)], random.Next(11, 200));
            var thrown = Record.Exception(() =>
            {
                for (var i = 0; i < 200; i++)
                {
                    link.Receive(new GeneralBlockTransfer(random.Next(8) == 0, random.Next(2) == 0, (byte)random.Next(64),
                        (ushort)random.Next(6), (ushort)random.Next(6), new byte[random.Next(3) == 0 ? 0 : random.Next(100)]), out _);
                    All(link);
                }
            });
            Assert.True(thrown is null or ProtocolException, thrown?.ToString());
        }
    }

    private static (GeneralBlockLink Client, GeneralBlockLink Server) Pair(int clientWindow, int serverWindow) =>
        (new GeneralBlockLink(window: (byte)clientWindow), new GeneralBlockLink(window: (byte)serverWindow, answers: true));

    /// <summary>Carries blocks to and fro until the client has its answer; silence makes the client repeat.</summary>
    private static (ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response) Play(
        GeneralBlockLink client, GeneralBlockLink server, byte[] response, int responseSize, Func<bool> lost, int rounds)
    {
        ReadOnlyMemory<byte> got = default, gave = default;
        for (var round = 0; gave.IsEmpty && round < rounds; round++)
        {
            var sent = All(client);
            foreach (var block in sent.Where(_ => !lost()))
            {
                if (server.Receive(block, out var whole) != GeneralBlockEvent.Complete) continue;
                got = whole;
                server.Begin(response, responseSize);
            }
            foreach (var block in All(server).Where(_ => !lost()))
                if (client.Receive(block, out var whole) == GeneralBlockEvent.Complete) gave = whole;
            if (sent.Count == 0) Assert.True(client.Repeat());
        }
        return (got, gave);
    }

    private static List<GeneralBlockTransfer> All(GeneralBlockLink link)
    {
        var blocks = new List<GeneralBlockTransfer>();
        while (link.TrySend(out var block)) blocks.Add(block!);
        return blocks;
    }

    private static GeneralBlockTransfer Block(ushort number, int size) => new(false, false, 1, number, 0, new byte[size]);

    private static GeneralBlockTransfer Acknowledgement(ushort number, ushort acknowledged) =>
        new(false, false, 1, number, acknowledged, ReadOnlyMemory<byte>.Empty);

    private static byte[] Random(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
