using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 44, PPP setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record PppSetup
{
    /// <summary>Attribute 2, PHY_reference: the object of the physical layer below.</summary>
    public LogicalName PhysicalReference { get; init; }

    /// <summary>Attribute 3, LCP_options: options of the link control protocol (RFC 1661).</summary>
    public IReadOnlyList<PppOption> LcpOptions { get; init; } = [];

    /// <summary>Attribute 4, IPCP_options: options of the IP control protocol (RFC 1332).</summary>
    public IReadOnlyList<PppOption> IpcpOptions { get; init; } = [];

    /// <summary>Attribute 5, PPP_authentication: how the device proves who it is; written only.</summary>
    public PppAuthentication Authentication { get; init; } = PppAuthentication.None;

    /// <summary>Names the state; its secrets are left out.</summary>
    public override string ToString() => nameof(PppSetup);
}

/// <summary>An option of LCP or IPCP (IEC 62056-6-2, 4.9).</summary>
/// <param name="Type">Number of the option.</param>
/// <param name="Length">Length of the option.</param>
/// <param name="Data">Its value, of the type that the option has.</param>
public sealed record PppOption(byte Type, byte Length, CosemData Data) : ICosemStructure<PppOption>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static PppOption FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new PppOption(CosemTypes.Unsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]), items[2]);
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(Type), CosemTypes.Unsigned.ToData(Length), Data);
}
