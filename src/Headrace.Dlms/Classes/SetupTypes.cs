using System.Buffers.Binary;
using System.Net;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes;

/// <summary>Types that only set-up and payment classes have, beside those of <see cref="CosemTypes"/>.</summary>
internal static class SetupTypes
{
    /// <summary>An octet-string compared by content, whose text does not tell it.</summary>
    public static CosemType<Octets> Octets { get; } =
        new(TakeOctets, value => CosemData.OctetString(value.Bytes.Span), CosemTag.OctetString);

    /// <summary>A date-time of the type of its own; an octet-string is taken too.</summary>
    public static CosemType<CosemDateTime> OwnDateTime { get; } =
        new(data => data.AsDateTime(), CosemData.DateTime, CosemTag.DateTime, CosemTag.OctetString);

    /// <summary>utf8-string.</summary>
    public static CosemType<string> Utf8String { get; } = new(data => data.AsText(), CosemData.Utf8String, CosemTag.Utf8String);

    /// <summary>An IPv4 address as a double-long-unsigned, its first octet highest.</summary>
    public static CosemType<IPAddress> IPv4 { get; } =
        new(TakeIPv4, address => CosemData.DoubleLongUnsigned(NumberOf(address)), CosemTag.DoubleLongUnsigned);

    /// <summary>An IPv6 address as an octet-string of 16.</summary>
    public static CosemType<IPAddress> IPv6 { get; } =
        new(TakeIPv6, address => CosemData.OctetString(address.MapToIPv6().GetAddressBytes()), CosemTag.OctetString);

    /// <summary>A number that older versions of a class send in one byte; above 255 it is cut to that.</summary>
    public static CosemType<ushort> NarrowUnsigned { get; } =
        new(Descriptor.Number<ushort>, value => CosemData.Unsigned((byte)Math.Min(value, byte.MaxValue)), CosemTag.Unsigned);

    /// <summary>long64-unsigned.</summary>
    public static CosemType<ulong> Long64Unsigned { get; } =
        new(data => data.AsUnsigned(), CosemData.Long64Unsigned, CosemTag.Long64Unsigned);

    /// <summary>enum as a plain number.</summary>
    public static CosemType<byte> EnumNumber { get; } = new(Descriptor.Number<byte>, CosemData.Enum, CosemTag.Enum);

    /// <summary>A bit-string of up to eight bits, the first bit being the flag of value 1.</summary>
    public static CosemType<T> Flags<T>(int bits) where T : struct, Enum =>
        new(data => TakeFlags<T>(data, bits), value => FromFlags(value, bits), CosemTag.BitString);

    private static Octets TakeOctets(CosemData data) =>
        data.Tag is CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String ? new Octets(data.AsOctets())
            : throw new ProtocolException($"{data.Tag.Name()} where an octet-string was expected");

    private static T TakeFlags<T>(CosemData data, int bits) where T : struct, Enum
    {
        var taken = data.AsBits();
        if (taken.Length != bits) throw new ProtocolException($"bit-string of {taken.Length} bits where {bits} were expected");
        byte flags = 0;
        for (var i = 0; i < bits; i++) if (taken[i]) flags |= (byte)(1 << i);
        return (T)Enum.ToObject(typeof(T), flags);
    }

    private static CosemData FromFlags<T>(T value, int bits) where T : struct, Enum
    {
        var flags = Convert.ToByte(value, System.Globalization.CultureInfo.InvariantCulture);
        byte octet = 0;
        for (var i = 0; i < bits; i++) if ((flags & (1 << i)) != 0) octet |= (byte)(0x80 >> i);
        return CosemData.BitString(bits, [octet]);
    }

    private static IPAddress TakeIPv4(CosemData data)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, Descriptor.Number<uint>(data));
        return new IPAddress(octets);
    }

    private static uint NumberOf(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.MapToIPv4().GetAddressBytes());

    private static IPAddress TakeIPv6(CosemData data)
    {
        var octets = TakeOctets(data);
        return octets.Length == 16 ? new IPAddress(octets.Bytes.Span)
            : throw new ProtocolException($"IPv6 address of {octets.Length} bytes");
    }
}
