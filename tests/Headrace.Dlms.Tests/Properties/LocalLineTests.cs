using System.Buffers;
using Headrace.Dlms.LocalExchange;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>A local line whose held bytes are given up goes on with the next message.</summary>
public sealed class LocalLineTests
{
    private static readonly LocalExchangeDevice Device = new() { Identification = new MeterIdentification("HDR", '5', "Meter") };

    [Fact]
    public void A_message_without_end_in_pieces_is_given_up_and_the_next_is_served()
    {
        var (server, output) = (new LocalExchangeServer(Device), new ArrayBufferWriter<byte>());
        byte[] held = [0x02];
        for (var i = 0; i < 5 && held.Length > 0; i++)
        {
            held = [.. held, .. new byte[1000]];
            var input = new ReadOnlySequence<byte>(held);
            while (server.TryServe(ref input, output))
            {
            }
            held = input.ToArray();
        }
        Assert.Empty(held);
        AssertServed(server, output);
    }

    [Fact]
    public void A_half_message_that_was_dropped_with_the_exchange_is_forgotten()
    {
        var (server, output) = (new LocalExchangeServer(Device), new ArrayBufferWriter<byte>());
        var input = new ReadOnlySequence<byte>([0x02, .. new byte[1000]]);
        Assert.False(server.TryServe(ref input, output));
        server.Reset(); // the client was silent for too long, and what it had sent is gone
        AssertServed(server, output);
    }

    private static void AssertServed(LocalExchangeServer server, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        var input = new ReadOnlySequence<byte>("/?!\r\n"u8.ToArray());
        Assert.True(server.TryServe(ref input, output));
        Assert.Equal("/HDR5Meter\r\n"u8, output.WrittenSpan);
    }
}
