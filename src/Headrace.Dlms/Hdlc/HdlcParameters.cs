using System.Buffers.Binary;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>What SNRM and UA negotiate (IEC 62056-46, 6.4.4.4.3), from the viewpoint of the one who sends it.</summary>
/// <param name="MaxInformationTransmit">Longest information field sent, in bytes.</param>
/// <param name="MaxInformationReceive">Longest information field received, in bytes.</param>
/// <param name="WindowTransmit">I frames sent before an acknowledgement is awaited, 1..7.</param>
/// <param name="WindowReceive">I frames received before an acknowledgement is given, 1..7.</param>
public readonly record struct HdlcParameters(int MaxInformationTransmit, int MaxInformationReceive, int WindowTransmit, int WindowReceive)
{
    private const int DefaultInformation = 128;

    /// <summary>The most an information field may hold, so that a frame with the longest header stays within its length field.</summary>
    public const int MaxInformation = 2030;

    /// <summary>128 bytes and a window of one, both ways: what holds when nothing is said.</summary>
    public static HdlcParameters Default => new(DefaultInformation, DefaultInformation, 1, 1);

    /// <summary>The same size and window in both directions.</summary>
    public static HdlcParameters Both(int maxInformation, int window) => new(maxInformation, maxInformation, window, window);

    /// <summary>What the sender of this may use towards a peer that said <paramref name="peer"/>: the smaller of own transmit and peer's
    /// receive, and so on.</summary>
    public HdlcParameters Agree(HdlcParameters peer) => new(
        Math.Min(MaxInformationTransmit, peer.MaxInformationReceive),
        Math.Min(MaxInformationReceive, peer.MaxInformationTransmit),
        Math.Min(WindowTransmit, peer.WindowReceive),
        Math.Min(WindowReceive, peer.WindowTransmit));

    /// <summary>The information field of a SNRM or UA: <c>81 80</c>, length, parameters 05 to 08.</summary>
    public byte[] ToInformation()
    {
        var wide = MaxInformationTransmit > byte.MaxValue || MaxInformationReceive > byte.MaxValue;
        var information = new byte[wide ? 23 : 21];
        information[0] = 0x81;
        information[1] = 0x80;
        information[2] = (byte)(information.Length - 3);
        var position = 3;
        position += WriteSize(information.AsSpan(position), 0x05, MaxInformationTransmit, wide);
        position += WriteSize(information.AsSpan(position), 0x06, MaxInformationReceive, wide);
        position += WriteWindow(information.AsSpan(position), 0x07, WindowTransmit);
        WriteWindow(information.AsSpan(position), 0x08, WindowReceive);
        return information;
    }

    /// <summary>Reads the information field of a SNRM or UA. What is not said keeps its default; values are taken in one, two or four bytes
    /// and held to their range.</summary>
    /// <remarks>A wrong length of the group is tolerated, as the parameters say themselves where they end.</remarks>
    /// <exception cref="ProtocolException">Not the format 81, group 80, or a parameter is cut short.</exception>
    public static HdlcParameters Read(ReadOnlySpan<byte> information)
    {
        var read = Default;
        if (information.IsEmpty) return read;
        if (information.Length < 3 || information[0] != 0x81
            || information[1] != 0x80) throw new ProtocolException("HDLC parameters without 81 80", 0);
        var position = 3;
        while (position < information.Length)
        {
            if (position + 2 > information.Length) throw new ProtocolException("HDLC parameter cut short", position);
            var length = information[position + 1];
            if (position + 2 + length > information.Length) throw new ProtocolException("HDLC parameter cut short", position);
            read = read.With(information[position], information.Slice(position + 2, length));
            position += 2 + length;
        }
        return read;
    }

    private HdlcParameters With(byte parameter, ReadOnlySpan<byte> bytes)
    {
        uint value = bytes.Length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => 0,
        };
        if (value == 0) return this; // of an unknown form, or nonsense: the default stands
        return parameter switch
        {
            0x05 => this with { MaxInformationTransmit = (int)Math.Min(value, MaxInformation) },
            0x06 => this with { MaxInformationReceive = (int)Math.Min(value, MaxInformation) },
            0x07 => this with { WindowTransmit = (int)Math.Min(value, 7) },
            0x08 => this with { WindowReceive = (int)Math.Min(value, 7) },
            _ => this,
        };
    }

    private static int WriteSize(Span<byte> destination, byte parameter, int value, bool wide)
    {
        destination[0] = parameter;
        destination[1] = wide ? (byte)2 : (byte)1;
        if (wide) BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)value);
        else destination[2] = (byte)value;
        return wide ? 4 : 3;
    }

    private static int WriteWindow(Span<byte> destination, byte parameter, int value)
    {
        destination[0] = parameter;
        destination[1] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)value);
        return 6;
    }
}
