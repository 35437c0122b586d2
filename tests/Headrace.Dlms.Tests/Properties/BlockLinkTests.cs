using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>General block transfer under blocks of any number, order and size: a bounded number of blocks in answer, a bounded APDU, and
/// protocol errors only.</summary>
public sealed class BlockLinkTests
{
    private const int MaxApdu = 4096;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_sequence_of_blocks_is_answered_within_bounds(bool answers)
    {
        var random = new Random(20261120);
        var (complete, errors) = (0, 0);
        for (var run = 0; run < 2_000; run++)
        {
            var link = new GeneralBlockLink(MaxApdu, (byte)random.Next(1, 64), answers);
            if (random.Next(2) == 0) link.Begin(new byte[random.Next(1, 3000)], random.Next(32, 400));
            try
            {
                Assert.InRange(Sent(link), 0, GeneralBlockSender.MaxWindow + 1);
                for (var step = 0; step < 60; step++)
                {
                    if (link.Receive(Block(random, step), out var apdu) == GeneralBlockEvent.Complete)
                    {
                        complete++;
                        Assert.InRange(apdu.Length, 1, MaxApdu);
                        if (answers && random.Next(2) == 0) link.Begin(new byte[random.Next(1, 3000)], random.Next(32, 400));
                    }
                    Assert.InRange(Sent(link), 0, GeneralBlockSender.MaxWindow + 1);
                    if (random.Next(20) == 0 && link.IsActive && link.Repeat())
                        Assert.InRange(Sent(link), 0, GeneralBlockSender.MaxWindow + 1);
                }
            }
            catch (ProtocolException)
            {
                errors++;
            }
        }
        Assert.True(complete > 100 && errors > 10, $"{complete} whole, {errors} errors");
    }

    [Fact]
    public void Blocks_without_end_end_in_a_protocol_error_within_the_longest_apdu()
    {
        foreach (var streaming in new[] { true, false })
        {
            var link = new GeneralBlockLink(MaxApdu, 1, answers: true);
            var taken = 0;
            Assert.Throws<ProtocolException>(() =>
            {
                for (ushort number = 1; number < ushort.MaxValue; number++, taken++)
                {
                    link.Receive(new GeneralBlockTransfer(false, streaming, 1, number, 0, new byte[16]), out _);
                    Sent(link);
                }
            });
            Assert.Equal(MaxApdu / 16, taken);
        }
    }

    [Fact]
    public void Blocks_that_never_follow_end_in_a_protocol_error()
    {
        var link = new GeneralBlockLink(MaxApdu, 1, answers: true);
        Assert.Throws<ProtocolException>(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                link.Receive(new GeneralBlockTransfer(false, false, 1, (ushort)(i == 0 ? 1 : 9), 0, new byte[16]), out _);
                Sent(link);
            }
        });
    }

    private static int Sent(GeneralBlockLink link)
    {
        var sent = 0;
        while (link.TrySend(out _) && sent <= 2 * GeneralBlockSender.MaxWindow) sent++;
        return sent;
    }

    private static GeneralBlockTransfer Block(Random random, int step) => new(
        random.Next(6) == 0, random.Next(2) == 0, (byte)random.Next(64),
        (ushort)(random.Next(4) == 0 ? random.Next(65536) : step + 1 - random.Next(3) / 2),
        (ushort)(random.Next(4) == 0 ? random.Next(65536) : random.Next(step + 2)),
        new byte[random.Next(4) == 0 ? 0 : random.Next(1, 200)]);
}
