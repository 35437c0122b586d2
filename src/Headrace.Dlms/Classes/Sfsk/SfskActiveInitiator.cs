using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 51, S-FSK Active initiator, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskActiveInitiator
{
    /// <summary>Attribute 2, active_initiator: the initiator that registered the device.</summary>
    public InitiatorDescriptor Initiator { get; init; } = InitiatorDescriptor.None;
}

/// <summary>An initiator (IEC 62056-6-2, 4.10).</summary>
/// <param name="SystemTitle">Its system title, 6 bytes in IEC 61334-5-1, 8 elsewhere.</param>
/// <param name="MacAddress">Its MAC address.</param>
/// <param name="LSap">Its L-SAP selector.</param>
public sealed record InitiatorDescriptor(Octets SystemTitle, ushort MacAddress, byte LSap) : ICosemStructure<InitiatorDescriptor>
{
    /// <summary>No initiator: the device is NEW.</summary>
    public static InitiatorDescriptor None { get; } = new(new Octets(default), 0, 0);

    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static InitiatorDescriptor FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new InitiatorDescriptor(
            SetupTypes.Octets.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]), CosemTypes.Unsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        SetupTypes.Octets.ToData(SystemTitle), CosemTypes.LongUnsigned.ToData(MacAddress), CosemTypes.Unsigned.ToData(LSap));
}
