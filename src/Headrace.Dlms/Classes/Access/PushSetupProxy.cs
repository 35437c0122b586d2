using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 40, Push setup, of a server (IEC 62056-6-2, Push setup). What comes with a later version is refused by an earlier
/// one.</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
/// <param name="version">Its version: up to 1 repetition_delay is written as a number, from 2 as a structure; both are read.</param>
public sealed class PushSetupProxy(ICosemAccess server, LogicalName logicalName, byte version = 0) : CosemProxy(server, 40, logicalName)
{
    private static readonly CosemType<RepetitionDelay> Number =
        new(Access.RepetitionDelay.FromData, value => CosemData.LongUnsigned(value.Minimum), CosemTag.LongUnsigned);

    /// <summary>Attribute 2: what is pushed, in order.</summary>
    public AttributeProxy<IReadOnlyList<RestrictedCaptureObject>> PushObjectList =>
        Attribute(2, CosemTypes.Array<RestrictedCaptureObject>());

    /// <summary>Attribute 3: where to and how.</summary>
    public AttributeProxy<PushDestination> SendDestinationAndMethod => Attribute(3, CosemTypes.Structure<PushDestination>());

    /// <summary>Attribute 4: when pushes may go; empty for always.</summary>
    public AttributeProxy<IReadOnlyList<CommunicationWindow>> CommunicationWindows => Attribute(4, CosemTypes.Array<CommunicationWindow>());

    /// <summary>Attribute 5: seconds within which a push begins at random.</summary>
    public AttributeProxy<ushort> RandomisationStartInterval => Attribute(5, CosemTypes.LongUnsigned);

    /// <summary>Attribute 6: tries after the first.</summary>
    public AttributeProxy<byte> NumberOfRetries => Attribute(6, CosemTypes.Unsigned);

    /// <summary>Attribute 7: how long is waited between tries.</summary>
    public AttributeProxy<RepetitionDelay> RepetitionDelay =>
        Attribute(7, version < 2 ? Number : CosemTypes.Structure<RepetitionDelay>());

    /// <summary>Attribute 8, from version 1: the port used.</summary>
    public AttributeProxy<ReadOnlyMemory<byte>> PortReference => Attribute(8, CosemTypes.OctetString);

    /// <summary>Attribute 9, from version 1: the client that the push is for.</summary>
    public AttributeProxy<sbyte> PushClientSap => Attribute(9, CosemTypes.Integer);

    /// <summary>Attribute 10, from version 1: how the push is protected, as it stands.</summary>
    public AttributeProxy<IReadOnlyList<CosemData>> PushProtectionParameters => Attribute(10, CosemTypes.Array(CosemTypes.Any));

    /// <summary>Attribute 11, from version 2: whether pushes are confirmed.</summary>
    public AttributeProxy<PushOperationMethod> PushOperationMethod => Attribute(11, CosemTypes.Enum<PushOperationMethod>());

    /// <summary>Attribute 12, from version 2: what a confirmed push begins with.</summary>
    public AttributeProxy<ConfirmationParameters> ConfirmationParameters => Attribute(12, CosemTypes.Structure<ConfirmationParameters>());

    /// <summary>Attribute 13, from version 2: when a push was confirmed last.</summary>
    public AttributeProxy<CosemDateTime> LastConfirmationDateTime => Attribute(13, CosemTypes.DateTime);

    /// <summary>Method 1: pushes now.</summary>
    public MethodProxy Push => Command(1);

    /// <summary>Method 2, in version 3: gives up pushes under way.</summary>
    public MethodProxy Reset => Command(2);
}
