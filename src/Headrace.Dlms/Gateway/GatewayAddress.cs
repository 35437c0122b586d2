using System.Globalization;

namespace Headrace.Dlms.Gateway;

/// <summary>A device behind a gateway: its network and its address there (IEC 62056-5-3, gateway protocol).</summary>
/// <param name="NetworkId">0 where the gateway has one network.</param>
/// <param name="PhysicalDeviceAddress">As the network has it: a serial number in ASCII, an EUI, an HDLC address; 0 to 255 bytes.</param>
public readonly record struct GatewayAddress(byte NetworkId, ReadOnlyMemory<byte> PhysicalDeviceAddress)
{
    /// <summary>A device of network 0 that is named by text.</summary>
    public static GatewayAddress Of(string physicalDeviceAddress) => new(0, System.Text.Encoding.ASCII.GetBytes(physicalDeviceAddress));

    /// <summary>True where network and every byte of the address are the same.</summary>
    public bool Equals(GatewayAddress other) =>
        NetworkId == other.NetworkId && PhysicalDeviceAddress.Span.SequenceEqual(other.PhysicalDeviceAddress.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(NetworkId);
        hash.AddBytes(PhysicalDeviceAddress.Span);
        return hash.ToHashCode();
    }

    /// <summary>Network, slash, address in hexadecimal.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{NetworkId}/{Convert.ToHexString(PhysicalDeviceAddress.Span)}");
}
