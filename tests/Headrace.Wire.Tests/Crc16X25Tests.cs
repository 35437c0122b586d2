namespace Headrace.Wire.Tests;

public sealed class Crc16X25Tests
{
    [Fact]
    public void The_check_value_of_the_catalogue_is_906E() => Assert.Equal(0x906E, Crc16X25.Compute("123456789"u8));

    [Fact]
    public void Nothing_gives_zero() => Assert.Equal(0, Crc16X25.Compute([]));

    [Fact]
    public void Every_length_agrees_with_the_bit_by_bit_definition()
    {
        var random = new Random(20260302);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(BitByBit(bytes), Crc16X25.Compute(bytes));
        }
    }

    [Fact]
    public void Pieces_give_the_same_as_the_whole()
    {
        var bytes = new byte[257];
        new Random(7).NextBytes(bytes);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var crc = new Crc16X25();
            crc.Append(bytes.AsSpan(0, cut));
            crc.Append(bytes.AsSpan(cut));
            Assert.Equal(Crc16X25.Compute(bytes), crc.Value);
        }
    }

    [Fact]
    public void A_message_followed_by_its_own_crc_leaves_the_residue_of_the_standard()
    {
        byte[] message = [0xA0, 0x07, 0x03, 0x21, 0x93];
        var crc = Crc16X25.Compute(message);
        Assert.Equal(0x0F47, Crc16X25.Compute([.. message, (byte)(crc & 0xFF), (byte)(crc >> 8)])); // F0B8 before the final inversion
    }

    private static ushort BitByBit(byte[] bytes)
    {
        var register = 0xFFFF;
        foreach (var b in bytes)
        {
            register ^= b;
            for (var i = 0; i < 8; i++) register = (register & 1) != 0 ? (register >> 1) ^ 0x8408 : register >> 1;
        }

        return (ushort)(register ^ 0xFFFF);
    }
}
