using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 124, Communication port protection, of a server, as a client sees it (IEC 62056-6-2, 4.4).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class CommunicationPortProtectionProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 124, logicalName)
{
    /// <summary>Attribute 2, protection_mode: when the port is locked.</summary>
    public AttributeProxy<ProtectionMode> Mode => Attribute(2, CosemTypes.Enum<ProtectionMode>());

    /// <summary>Attribute 3, allowed_failed_attempts: failed attempts before the port is locked.</summary>
    public AttributeProxy<ushort> AllowedFailedAttempts => Attribute(3, CosemTypes.LongUnsigned);

    /// <summary>Attribute 4, initial_lockout_time: seconds of the first lockout.</summary>
    public AttributeProxy<uint> InitialLockout => Attribute(4, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 5, steepness_factor: by what each further lockout is longer than the last, 1 or more.</summary>
    public AttributeProxy<byte> Steepness => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, max_lockout_time: seconds of the longest lockout.</summary>
    public AttributeProxy<uint> MaxLockout => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, port_reference: the port, by its set-up object.</summary>
    public AttributeProxy<LogicalName> PortReference => Attribute(7, CosemTypes.LogicalName);

    /// <summary>Attribute 8, protection_status: whether the port is locked.</summary>
    public AttributeProxy<ProtectionStatus> Status => Attribute(8, CosemTypes.Enum<ProtectionStatus>());

    /// <summary>Attribute 9, failed_attempts: failed attempts since the last one that succeeded, or the last reset.</summary>
    public AttributeProxy<uint> FailedAttempts => Attribute(9, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 10, cumulative_failed_attempts: failed attempts of all time.</summary>
    public AttributeProxy<uint> CumulativeFailedAttempts => Attribute(10, CosemTypes.DoubleLongUnsigned);

    /// <summary>Method 1, reset: unlocks the port and forgets the failed attempts.</summary>
    public MethodProxy Reset => Command(1);
}
