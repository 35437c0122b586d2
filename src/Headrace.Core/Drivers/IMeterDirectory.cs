using Headrace.Core.Metering;

namespace Headrace.Core.Drivers;

/// <summary>Finds the registered meter behind a message; answers from memory.</summary>
public interface IMeterDirectory
{
    /// <summary>The meter with that DLMS system title (8 bytes), or null.</summary>
    Meter? FindBySystemTitle(ReadOnlySpan<byte> systemTitle);

    /// <summary>The meter with that COSEM logical device name, or null.</summary>
    Meter? FindByLogicalDeviceName(string logicalDeviceName);

    /// <summary>The meter with that serial number, or null.</summary>
    Meter? FindBySerial(string serial);

    /// <summary>The meter of that number, or null.</summary>
    Meter? Find(long meterId);
}

/// <summary>Keeps the outcome of a contact with a meter for its page and the reports.</summary>
public interface ISessionJournal
{
    /// <summary>Notes a finished contact. Never waits: when the journal is behind, the oldest entries are dropped and counted.</summary>
    void Note(MeterContact contact);

    /// <summary>Counts traffic that could not be accepted: unknown meter, wrong key, malformed, replayed, oversized, timed out.</summary>
    /// <param name="refusal">The kind.</param>
    /// <param name="meterId">The meter where it is known, or 0.</param>
    /// <param name="detail">What and where, without secrets; at most 500 characters are kept.</param>
    void Refused(RefusalKind refusal, long meterId, string detail);
}

/// <summary>Why traffic was not accepted.</summary>
public enum RefusalKind
{
    /// <summary>No registered meter has that system title or name.</summary>
    UnknownMeter = 1,

    /// <summary>The authentication tag does not fit the key.</summary>
    WrongKey = 2,

    /// <summary>The bytes break the protocol.</summary>
    Malformed = 3,

    /// <summary>The invocation counter is not above the last accepted.</summary>
    Replayed = 4,

    /// <summary>Longer than allowed.</summary>
    Oversized = 5,

    /// <summary>A message was begun and not finished in time.</summary>
    TimedOut = 6,

    /// <summary>Sent in plain where protection is required.</summary>
    NotProtected = 7,

    /// <summary>Too many connections or too much waiting.</summary>
    Overloaded = 8,
}
