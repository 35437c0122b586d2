namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 43, MAC address setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record MacAddressSetup
{
    /// <summary>Attribute 2, MAC_address: the address, 6 bytes for Ethernet.</summary>
    public Octets MacAddress { get; init; }
}
