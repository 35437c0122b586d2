using System.Buffers;
using System.Runtime.Versioning;

namespace Headrace.Serial.Tests;

[SupportedOSPlatform("linux")]
public sealed class SerialLineTests : IDisposable
{
    private const uint DataBits = 0x30;
    private const uint Parity = 0x300;

    private readonly PseudoTerminal _far = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_through_unchanged_in_both_directions()
    {
        await using var line = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await line.Output.WriteAsync(all, Cancel);
        Assert.Equal(all, await _far.ReadAsync(256, Cancel));
        await _far.Output.WriteAsync(all, Cancel);
        Assert.Equal(all, await ReadAsync(line, 256));
    }

    [Fact]
    public async Task A_long_message_is_neither_cut_nor_lost()
    {
        await using var line = SerialLine.Open(_far.Device, new SerialSettings(115200));
        var message = new byte[100_000];
        new Random(7).NextBytes(message);
        var reading = _far.ReadAsync(message.Length, Cancel);
        await line.Output.WriteAsync(message, Cancel);
        await line.DrainAsync(Cancel);
        Assert.Equal(message, await reading);
    }

    [Fact]
    public async Task What_nobody_reads_is_bounded_and_reading_goes_on_when_there_is_room()
    {
        await using var line = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
        var message = new byte[200_000];
        new Random(8).NextBytes(message);
        var writing = _far.Output.WriteAsync(message, Cancel).AsTask();
        Assert.Equal(message, await ReadAsync(line, message.Length));
        await writing;
    }

    [Theory]
    [InlineData(300, CharacterFormat.SevenEven, 0x20u, 0x100u)]
    [InlineData(9600, CharacterFormat.EightNone, 0x30u, 0x000u)]
    [InlineData(2400, CharacterFormat.EightEven, 0x30u, 0x100u)]
    public async Task Speed_and_format_are_set(int baud, CharacterFormat format, uint bits, uint parity)
    {
        await using var line = SerialLine.Open(_far.Device, new SerialSettings(baud, format));
        var (flags, speed) = _far.Settings();
        Assert.Equal((uint)baud, speed);
        AssertFormat(flags, bits, parity);
    }

    [Fact]
    public async Task Speed_and_format_change_while_the_line_is_open()
    {
        await using var line = SerialLine.Open(_far.Device, SerialSettings.SignOn);
        await line.Output.WriteAsync("/?!\r\n"u8.ToArray(), Cancel);
        await line.ChangeAsync(SerialSettings.Hdlc, Cancel);
        Assert.Equal(SerialSettings.Hdlc, line.Settings);
        Assert.Equal("/?!\r\n"u8.ToArray(), await _far.ReadAsync(5, Cancel));
        var (flags, speed) = _far.Settings();
        Assert.Equal(9600u, speed);
        AssertFormat(flags, 0x30, 0);
        await _far.Output.WriteAsync(new byte[] { 0x7E, 0xA0 }, Cancel);
        Assert.Equal([0x7E, 0xA0], await ReadAsync(line, 2));
    }

    [Fact]
    public async Task A_line_belongs_to_one_at_a_time()
    {
        await using (SerialLine.Open(_far.Device, SerialSettings.Hdlc))
        {
            var refused = Assert.Throws<IOException>(() => SerialLine.Open(_far.Device, SerialSettings.Hdlc));
            Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
        }
        await using var again = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
    }

    [Fact]
    public void What_is_not_there_and_what_is_no_line_are_refused_with_device_and_reason()
    {
        var missing = Assert.Throws<IOException>(() => SerialLine.Open("/dev/no-such-line", SerialSettings.Hdlc));
        Assert.Contains("/dev/no-such-line", missing.Message, StringComparison.Ordinal);
        Assert.Contains("No such file", missing.Message, StringComparison.Ordinal);
        var none = Assert.Throws<IOException>(() => SerialLine.Open("/dev/null", SerialSettings.Hdlc));
        Assert.Contains("/dev/null", none.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SerialLine.Open(_far.Device, new SerialSettings(10)));
    }

    [Fact]
    public async Task An_unplugged_line_ends_reading_with_an_error()
    {
        await using var line = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
        _far.Dispose();
        var error = await Assert.ThrowsAsync<IOException>(() => line.Input.ReadAsync(Cancel).AsTask());
        Assert.Contains(line.Device, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_ends_a_read_that_waits()
    {
        var line = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
        var waiting = line.Input.ReadAsync(Cancel).AsTask();
        await line.DisposeAsync();
        Assert.True((await waiting).IsCompleted);
        await line.DisposeAsync();
    }

    [Fact]
    public async Task A_read_can_be_given_up_and_begun_again()
    {
        await using var line = SerialLine.Open(_far.Device, SerialSettings.Hdlc);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line.Input.ReadAsync(patience.Token).AsTask());
        await _far.Output.WriteAsync(new byte[] { 1, 2, 3 }, Cancel);
        Assert.Equal([1, 2, 3], await ReadAsync(line, 3));
    }

    public void Dispose() => _far.Dispose();

    // A pseudo-terminal has no wire: the kernel keeps it at eight bits without parity, whatever is asked for.
    private static void AssertFormat(uint flags, uint bits, uint parity)
    {
        if ((flags & (DataBits | Parity)) == DataBits) return;
        Assert.Equal(bits, flags & DataBits);
        Assert.Equal(parity, flags & Parity);
    }

    private static async Task<byte[]> ReadAsync(SerialLine line, int count)
    {
        var read = await line.Input.ReadAtLeastAsync(count, Cancel);
        var bytes = read.Buffer.Slice(0, count).ToArray();
        line.Input.AdvanceTo(read.Buffer.GetPosition(count));
        return bytes;
    }
}
