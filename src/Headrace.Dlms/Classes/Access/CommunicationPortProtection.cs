using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What an object of class 124, Communication port protection, says (IEC 62056-6-2, 4.4).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record CommunicationPortProtection
{
    /// <summary>Attribute 2, protection_mode: when the port is locked.</summary>
    public ProtectionMode Mode { get; init; } = ProtectionMode.LockedOnFailedAttempts;

    /// <summary>Attribute 3, allowed_failed_attempts: failed attempts before the port is locked.</summary>
    public ushort AllowedFailedAttempts { get; init; }

    /// <summary>Attribute 4, initial_lockout_time: seconds of the first lockout.</summary>
    public uint InitialLockout { get; init; }

    /// <summary>Attribute 5, steepness_factor: by what each further lockout is longer than the last, 1 or more.</summary>
    public byte Steepness { get; init; } = 1;

    /// <summary>Attribute 6, max_lockout_time: seconds of the longest lockout.</summary>
    public uint MaxLockout { get; init; } = uint.MaxValue;

    /// <summary>Attribute 7, port_reference: the port, by its set-up object.</summary>
    public LogicalName PortReference { get; init; }

    /// <summary>Attribute 8, protection_status: whether the port is locked.</summary>
    public ProtectionStatus Status { get; init; }

    /// <summary>Attribute 9, failed_attempts: failed attempts since the last one that succeeded, or the last reset.</summary>
    public uint FailedAttempts { get; init; }

    /// <summary>Attribute 10, cumulative_failed_attempts: failed attempts of all time.</summary>
    public uint CumulativeFailedAttempts { get; init; }
}

/// <summary>When a port is locked (IEC 62056-6-2, 4.4).</summary>
public enum ProtectionMode : byte
{
    /// <summary>Never.</summary>
    Unlocked = 0,
    /// <summary>Always.</summary>
    Locked = 1,
    /// <summary>For a time, after failed attempts.</summary>
    LockedOnFailedAttempts = 2,
}

/// <summary>Whether a port is locked (IEC 62056-6-2, 4.4).</summary>
public enum ProtectionStatus : byte
{
    /// <summary>It is open.</summary>
    Unlocked = 0,
    /// <summary>Until the lockout is over.</summary>
    TemporarilyLocked = 1,
    /// <summary>By its mode.</summary>
    Locked = 2,
}
