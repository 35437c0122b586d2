namespace Headrace.Wire;

/// <summary>
/// CRC-16/X.25 as HDLC, the optical ports and C12.18 use it (ISO/IEC 13239, FCS of 16 bits): reflected 0x8408, start and final XOR
/// 0xFFFF.
/// </summary>
/// <remarks>Sent low byte first. The check value of the ASCII digits 1 to 9 is 0x906E. A struct: it allocates nothing.</remarks>
public struct Crc16X25()
{
    private static readonly ushort[] Table = MakeTable();
    private ushort _register = 0xFFFF;

    /// <summary>The CRC of everything appended so far.</summary>
    public readonly ushort Value => (ushort)(_register ^ 0xFFFF);

    /// <summary>The CRC of one piece.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc16X25();
        crc.Append(bytes);
        return crc.Value;
    }

    /// <summary>Appends bytes, four at a time.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var table = Table.AsSpan(0, 1024);
            uint crc = _register;
            while (bytes.Length >= 4)
            {
                crc ^= bytes[0] | ((uint)bytes[1] << 8);
                crc = (uint)(table[768 + (int)(crc & 0xFF)] ^ table[512 + (int)(crc >> 8)] ^ table[256 + bytes[2]] ^ table[bytes[3]]);
                bytes = bytes[4..];
            }

            foreach (var b in bytes) crc = (crc >> 8) ^ table[(int)((crc ^ b) & 0xFF)];
            _register = (ushort)crc;
        }
    }

    // Four tables of 256: the CRC of one byte followed by none, one, two and three zero bytes.
    private static ushort[] MakeTable()
    {
        var table = new ushort[1024];
        for (var i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8408 : crc >> 1;
            table[i] = (ushort)crc;
        }

        for (var i = 256; i < 1024; i++) table[i] = (ushort)((table[i - 256] >> 8) ^ table[table[i - 256] & 0xFF]);
        return table;
    }
}
