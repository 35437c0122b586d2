namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 73, Wireless Mode Q channel, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record WirelessModeQChannel
{
    /// <summary>Attribute 2, addr_state: whether the address holds.</summary>
    public AddressState AddressState { get; init; }

    /// <summary>Attribute 3, device_address: address of the device.</summary>
    public Octets DeviceAddress { get; init; }

    /// <summary>Attribute 4, address_mask: which group addresses are taken.</summary>
    public Octets AddressMask { get; init; }
}
