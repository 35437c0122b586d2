using System.Numerics;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 124, Communication port protection, of a server: locks a port for longer and longer after failed attempts to associate
/// (IEC 62056-6-2, 4.4).</summary>
/// <remarks>
/// The first allowed_failed_attempts are borne. With the next one the port is locked for initial_lockout_time, and with each further one
/// for steepness_factor times as long as before, max_lockout_time at most. Attempts while it is locked are turned away and not counted.
/// The formula is from general knowledge, not confirmed by a vector. The time is passed in; it should be one that is not set back.
/// </remarks>
public sealed class CommunicationPortProtectionObject : StateObject<CommunicationPortProtection>
{
    private DateTimeOffset _lockedUntil = DateTimeOffset.MinValue;

    /// <summary>A protection with what it says at first.</summary>
    /// <param name="name">Its name, as a rule 0-0:44.2.e.255.</param>
    /// <param name="state">What it says.</param>
    public CommunicationPortProtectionObject(LogicalName name, CommunicationPortProtection state)
        : base(124, 0, name, WithStatusOfMode(state))
    {
        Keep(2, CosemTypes.Enum<ProtectionMode>(), s => s.Mode, (s, v) => WithStatusOfMode(s with { Mode = v }), Enum.IsDefined);
        Keep(3, CosemTypes.LongUnsigned, s => s.AllowedFailedAttempts, (s, v) => s with { AllowedFailedAttempts = v });
        Keep(4, CosemTypes.DoubleLongUnsigned, s => s.InitialLockout, (s, v) => s with { InitialLockout = v });
        Keep(5, CosemTypes.Unsigned, s => s.Steepness, (s, v) => s with { Steepness = v }, v => v >= 1);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.MaxLockout, (s, v) => s with { MaxLockout = v });
        Keep(7, CosemTypes.LogicalName, s => s.PortReference, (s, v) => s with { PortReference = v });
        Keep(8, CosemTypes.Enum<ProtectionStatus>(), s => s.Status);
        Keep(9, CosemTypes.DoubleLongUnsigned, s => s.FailedAttempts);
        Keep(10, CosemTypes.DoubleLongUnsigned, s => s.CumulativeFailedAttempts);
        WithMethod(1, _ => Write(s => Unlocked(s with { FailedAttempts = 0 })));
    }

    /// <summary>Whether the port takes an attempt now; a lockout that is over ends here.</summary>
    /// <param name="now">The time.</param>
    public bool Admits(DateTimeOffset now) => Update(s => IsOver(s, now) ? Unlocked(s) : s).Status == ProtectionStatus.Unlocked;

    /// <summary>Notes an attempt that failed.</summary>
    /// <param name="now">The time.</param>
    /// <returns>How long the port is locked from now; zero where it stays open.</returns>
    public TimeSpan NoteFailure(DateTimeOffset now)
    {
        var lockout = TimeSpan.Zero;
        Update(before =>
        {
            var s = IsOver(before, now) ? Unlocked(before) : before;
            if (s.Status != ProtectionStatus.Unlocked) return s;
            s = s with
            {
                FailedAttempts = s.FailedAttempts == uint.MaxValue ? uint.MaxValue : s.FailedAttempts + 1,
                CumulativeFailedAttempts = s.CumulativeFailedAttempts == uint.MaxValue ? uint.MaxValue : s.CumulativeFailedAttempts + 1,
            };
            if (s.Mode != ProtectionMode.LockedOnFailedAttempts) return s;
            lockout = LockoutOf(s);
            if (lockout == TimeSpan.Zero) return s;
            _lockedUntil = DateTimeOffset.MaxValue - now < lockout ? DateTimeOffset.MaxValue : now + lockout;
            return s with { Status = ProtectionStatus.TemporarilyLocked };
        });
        return lockout;
    }

    /// <summary>Notes an attempt that succeeded: failures are counted anew.</summary>
    public void NoteSuccess() => Update(s => s with { FailedAttempts = 0 });

    /// <summary>How long the port is locked after the failed attempts there are; zero where they are allowed.</summary>
    public static TimeSpan LockoutOf(CommunicationPortProtection state)
    {
        if (state.FailedAttempts <= state.AllowedFailedAttempts) return TimeSpan.Zero;
        // 32 doublings are beyond any longest lockout; a larger exponent need not be worked out.
        var further = (int)Math.Min(32, state.FailedAttempts - state.AllowedFailedAttempts - 1);
        var seconds = state.InitialLockout * BigInteger.Pow(state.Steepness, further);
        return TimeSpan.FromSeconds((uint)BigInteger.Min(seconds, state.MaxLockout));
    }

    private bool IsOver(CommunicationPortProtection state, DateTimeOffset now) =>
        state.Status == ProtectionStatus.TemporarilyLocked && now >= _lockedUntil;

    private static CommunicationPortProtection Unlocked(CommunicationPortProtection state) =>
        WithStatusOfMode(state with { Status = ProtectionStatus.Unlocked });

    private static CommunicationPortProtection WithStatusOfMode(CommunicationPortProtection state) => state with
    {
        Status = state.Mode switch
        {
            ProtectionMode.Locked => ProtectionStatus.Locked,
            ProtectionMode.LockedOnFailedAttempts when state.Status == ProtectionStatus.TemporarilyLocked => state.Status,
            _ => ProtectionStatus.Unlocked,
        },
    };
}
