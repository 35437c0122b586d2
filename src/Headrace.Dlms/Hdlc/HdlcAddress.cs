namespace Headrace.Dlms.Hdlc;

/// <summary>An HDLC address of one, two or four bytes (IEC 62056-46, 6.4.2): seven bits a byte, the last byte marked by its lowest
/// bit.</summary>
/// <remarks>A client has one byte. A server has an upper part (logical device) and, in two or four bytes, a lower part (physical
/// device).</remarks>
public readonly record struct HdlcAddress
{
    private HdlcAddress(int length, int upper, int lower) => (Length, Upper, Lower) = (length, upper, lower);

    /// <summary>Bytes on the wire: 1, 2 or 4.</summary>
    public int Length { get; }

    /// <summary>The client's SAP, or the server's logical device; 0..127, or 0..16383 in the four-byte form.</summary>
    public int Upper { get; }

    /// <summary>The server's physical device; 0 in the one-byte form, which has none.</summary>
    public int Lower { get; }

    /// <summary>The one-byte address of a client.</summary>
    /// <param name="sap">The client's SAP, 0..127.</param>
    public static HdlcAddress Client(int sap) => Checked(1, sap, 0);

    /// <summary>The one-byte address of a server that is named by its logical device alone.</summary>
    /// <param name="logicalDevice">0..127.</param>
    public static HdlcAddress Server(int logicalDevice) => Checked(1, logicalDevice, 0);

    /// <summary>The two- or four-byte address of a server.</summary>
    /// <param name="logicalDevice">Upper part; 0..127 in two bytes, 0..16383 in four.</param>
    /// <param name="physicalDevice">Lower part, same range.</param>
    /// <param name="length">2 or 4 bytes; 0 takes two where both parts fit into them.</param>
    public static HdlcAddress Server(int logicalDevice, int physicalDevice, int length = 0) =>
        Checked(length != 0 ? length : logicalDevice < 128 && physicalDevice < 128 ? 2 : 4, logicalDevice, physicalDevice);

    /// <summary>The all-station address, to which nobody answers: logical and physical part all ones.</summary>
    /// <param name="length">Bytes of the servers' addresses, 1, 2 or 4.</param>
    public static HdlcAddress AllStations(int length) => length switch
    {
        1 => Checked(1, 0x7F, 0),
        2 => Checked(2, 0x7F, 0x7F),
        _ => Checked(length, 0x3FFF, 0x3FFF),
    };

    /// <summary>True for the all-station address of its length, to which nobody answers.</summary>
    public bool IsAllStation => Upper == (Length == 4 ? 0x3FFF : 0x7F);

    /// <summary>True where the physical part names all devices, none of which answers.</summary>
    public bool IsAllPhysical => Length > 1 && Lower == (Length == 4 ? 0x3FFF : 0x7F);

    /// <summary>True where the physical part is that of the device that called: whichever hears it alone.</summary>
    public bool IsCallingPhysical => Length > 1 && Lower == (Length == 4 ? 0x3FFE : 0x7E);

    /// <inheritdoc/>
    public override string ToString() => Length == 1
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Upper}")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Upper}/{Lower}");

    /// <summary>Reads an address from the start of <paramref name="source"/>. False where four bytes end without the end mark, or the
    /// length is three.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out HdlcAddress address)
    {
        address = default;
        var length = 0;
        while (length < source.Length && length < 4 && (source[length] & 1) == 0) length++;
        if (length >= source.Length || length is 2 or 4) return false;
        length++;
        address = length switch
        {
            1 => new HdlcAddress(1, source[0] >> 1, 0),
            2 => new HdlcAddress(2, source[0] >> 1, source[1] >> 1),
            _ => new HdlcAddress(4, ((source[0] >> 1) << 7) | (source[1] >> 1), ((source[2] >> 1) << 7) | (source[3] >> 1)),
        };
        return true;
    }

    /// <summary>Writes the address and returns its length.</summary>
    internal int Write(Span<byte> destination)
    {
        switch (Length)
        {
            case 1:
                destination[0] = Last(Upper);
                return 1;
            case 2:
                destination[0] = More(Upper);
                destination[1] = Last(Lower);
                return 2;
            default:
                destination[0] = More(Upper >> 7);
                destination[1] = More(Upper & 0x7F);
                destination[2] = More(Lower >> 7);
                destination[3] = Last(Lower & 0x7F);
                return 4;
        }
    }

    private static byte More(int sevenBits) => (byte)(sevenBits << 1);

    private static byte Last(int sevenBits) => (byte)((sevenBits << 1) | 1);

    private static HdlcAddress Checked(int length, int upper, int lower)
    {
        if (length is not (1 or 2 or 4)) throw new ArgumentOutOfRangeException(nameof(length), length,
            "An HDLC address has one, two or four bytes.");
        var limit = length == 4 ? 0x3FFF : 0x7F;
        ArgumentOutOfRangeException.ThrowIfNegative(upper);
        ArgumentOutOfRangeException.ThrowIfNegative(lower);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(upper, limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lower, limit);
        return new HdlcAddress(length, upper, lower);
    }
}
