using System.Buffers;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Tests.Hdlc;

public sealed class HdlcFrameTests
{
    // SNRM without information from client 16 to server 1/17 in four bytes, written by hand from IEC 62056-46, 6.4.
    private static readonly byte[] Snrm = Encode(
        new HdlcFrame(HdlcAddress.Server(1, 17, 4), HdlcAddress.Client(16), HdlcControl.SetNormalResponseMode, false, default));

    private static readonly byte[] Flags = Encode(Info([0x7E, 0xA0, 0x7E, 0x7E, 0x00, 0x7E]));

    [Fact]
    public void A_frame_without_information_has_no_header_check() =>
        Assert.Equal("7EA00A0002002321", Convert.ToHexString(Snrm)[..16]);

    [Fact]
    public void The_shared_frames_are_read_and_written_as_they_were()
    {
        foreach (var vector in HdlcVectors.Read("hdlc-frame.json"))
        {
            var bytes = HdlcVectors.Hex(vector);
            var expected = vector.GetProperty("expect");
            var frame = Assert.Single(ReadAll(bytes, new HdlcFrameReader()));
            HdlcVectors.AssertAddress(expected.GetProperty("dest"), frame.Destination);
            HdlcVectors.AssertAddress(expected.GetProperty("src"), frame.Source);
            Assert.Equal(Convert.ToByte(expected.GetProperty("control").GetString(), 16), frame.Control.Value);
            Assert.Equal(expected.GetProperty("segmented").GetBoolean(), frame.IsSegmented);
            Assert.Equal(expected.GetProperty("pf").GetBoolean(), frame.Control.PollFinal);
            if (expected.TryGetProperty("ns", out var ns)) Assert.Equal(ns.GetInt32(), frame.Control.SendSequence);
            if (expected.TryGetProperty("nr", out var nr)) Assert.Equal(nr.GetInt32(), frame.Control.ReceiveSequence);
            if (expected.TryGetProperty("info", out var info))
                Assert.Equal(info.GetString(), Convert.ToHexStringLower(frame.Information.Span));
            Assert.Equal(bytes, Encode(frame));
            if (!expected.TryGetProperty("params", out var parameters)) continue;
            var read = HdlcParameters.Read(frame.Information.Span);
            Assert.Equal(parameters.GetProperty("max_info_tx").GetInt32(), read.MaxInformationTransmit);
            Assert.Equal(parameters.GetProperty("max_info_rx").GetInt32(), read.MaxInformationReceive);
            Assert.Equal(parameters.GetProperty("window_tx").GetInt32(), read.WindowTransmit);
            Assert.Equal(parameters.GetProperty("window_rx").GetInt32(), read.WindowReceive);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("FF00FF")]
    [InlineData("7E7E7E")]
    [InlineData("7EA0")]
    [InlineData("7EA7FF0203")]
    [InlineData("A00A")]
    public void Frames_are_found_behind_noise_in_pieces_of_every_size(string noise)
    {
        byte[] stream = [.. Convert.FromHexString(noise), .. Snrm, .. Convert.FromHexString(noise), .. Flags];
        for (var size = 1; size <= stream.Length; size++)
        {
            var found = ReadAll(stream, new HdlcFrameReader(), size);
            Assert.Equal(2, found.Count);
            Assert.Equal(HdlcFrameType.SetNormalResponseMode, found[0].Type);
            Assert.Equal(6, found[1].Information.Length);
        }
    }

    [Fact]
    public void One_flag_may_serve_two_frames()
    {
        byte[] stream = [.. Snrm, .. Flags[1..], .. Snrm[1..]];
        for (var size = 1; size <= stream.Length; size++) Assert.Equal(3, ReadAll(stream, new HdlcFrameReader(), size).Count);
    }

    [Fact]
    public void A_frame_with_any_bit_wrong_is_dropped_and_the_next_one_is_found()
    {
        for (var bit = 8; bit < (Flags.Length - 1) * 8; bit++)
        {
            var broken = (byte[])Flags.Clone();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            // Behind a wrong length the reader may wait for what is not a frame: whatever comes next frees it.
            byte[] stream = [.. broken, .. Snrm, .. Enumerable.Repeat(Snrm, 250).SelectMany(b => b)];
            var found = ReadAll(stream, new HdlcFrameReader());
            Assert.All(found, f => Assert.Equal(HdlcFrameType.SetNormalResponseMode, f.Type));
            Assert.InRange(found.Count, 1, 251);
        }
    }

    [Fact]
    public void Noise_and_broken_frames_are_counted()
    {
        var reader = new HdlcFrameReader();
        var broken = (byte[])Flags.Clone();
        broken[^3] ^= 1;
        Assert.Single(ReadAll([0xFF, 0x00, .. broken, .. Snrm], reader));
        Assert.Equal(1, reader.BrokenFrames);
        Assert.True(reader.NoiseBytes > 2);
    }

    [Fact]
    public void A_frame_longer_than_the_limit_is_noise()
    {
        var reader = new HdlcFrameReader(maxFrameLength: 64);
        var found = ReadAll([.. Encode(Info(new byte[100])), .. Snrm], reader);
        Assert.Equal(HdlcFrameType.SetNormalResponseMode, Assert.Single(found).Type);
    }

    [Fact]
    public void An_exact_echo_is_dropped_only_where_that_is_asked_for()
    {
        var reader = new HdlcFrameReader { DropEcho = true };
        reader.NoteSent(Snrm);
        Assert.Equal(HdlcFrameType.Information, Assert.Single(ReadAll([.. Snrm, .. Flags], reader)).Type);
        Assert.Equal(1, reader.EchoesDropped);
        var plain = new HdlcFrameReader();
        plain.NoteSent(Snrm);
        Assert.Equal(2, ReadAll([.. Snrm, .. Flags], plain).Count);
    }

    [Theory]
    [InlineData("8180120501800601800704000000010804000000 01", 128, 128, 1, 1)]
    [InlineData("81801405020100060202000704000000070804000000 03", 256, 512, 7, 3)]
    [InlineData("8180FD05018006018007010108 0101", 128, 128, 1, 1)]
    [InlineData("81800405020100", 256, 128, 1, 1)]
    [InlineData("81800605040000FFFF", 2030, 128, 1, 1)]
    [InlineData("", 128, 128, 1, 1)]
    [InlineData("8180 03 05 01 00", 128, 128, 1, 1)]
    public void Parameters_are_read_in_every_form_meters_use(
        string hex, int transmit, int receive, int windowTransmit, int windowReceive) =>
        Assert.Equal(
            new HdlcParameters(transmit, receive, windowTransmit, windowReceive),
            HdlcParameters.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("8180")]
    [InlineData("81801405")]
    [InlineData("8180030502FF")]
    [InlineData("80801405020100")]
    public void Broken_parameters_are_refused(string hex) =>
        Assert.Throws<Headrace.Wire.ProtocolException>(() => HdlcParameters.Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(128, 1)]
    [InlineData(2030, 7)]
    public void Parameters_written_are_read_again(int size, int window) =>
        Assert.Equal(HdlcParameters.Both(size, window), HdlcParameters.Read(HdlcParameters.Both(size, window).ToInformation()));

    [Fact]
    public void Random_bytes_never_throw_and_never_hang()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 20_000; i++)
        {
            var noise = new byte[random.Next(0, 60)];
            random.NextBytes(noise);
            for (var j = 0; j < noise.Length; j++) if (random.Next(4) == 0) noise[j] = (byte)(random.Next(2) == 0 ? 0x7E : 0xA0);
            ReadAll(noise, new HdlcFrameReader(), 1 + random.Next(7));
        }
    }

    internal static byte[] Encode(HdlcFrame frame)
    {
        var output = new ArrayBufferWriter<byte>();
        frame.Write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Feeds a stream in pieces, as a pipe would: what is not taken is offered again with what came since.</summary>
    internal static List<HdlcFrame> ReadAll(byte[] stream, HdlcFrameReader reader, int pieces = int.MaxValue)
    {
        var found = new List<HdlcFrame>();
        var kept = ReadOnlyMemory<byte>.Empty;
        for (var start = 0; start < stream.Length; start += Math.Min(pieces, stream.Length))
        {
            var end = (int)Math.Min((long)start + pieces, stream.Length);
            var sequence = Pieces.Join(kept, stream.AsMemory(start, end - start));
            while (reader.TryRead(ref sequence, out var frame)) found.Add(frame);
            kept = sequence.ToArray();
        }
        return found;
    }

    private static HdlcFrame Info(byte[] information) =>
        new(HdlcAddress.Client(16), HdlcAddress.Server(1), HdlcControl.Information(0, 1, true), false, information);
}
