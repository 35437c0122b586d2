using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Profiles;

/// <summary>
/// A companion profile: what a family of meters has in common beyond the standard - clients, objects, codes of events, bits of alarms - as
/// data.
/// </summary>
/// <remarks>Every entry says whether it was confirmed by a public document or a running meter, or is general knowledge only.</remarks>
public sealed record CompanionProfile
{
    /// <summary>Its name, such as <c>idis-2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Where its data come from.</summary>
    public required string Source { get; init; }

    /// <summary>The profile it extends; null for none.</summary>
    public string? Extends { get; init; }

    /// <summary>The longest APDU by medium.</summary>
    public IReadOnlyDictionary<string, ProfilePduSize> MaxPdu { get; init; } =
        new Dictionary<string, ProfilePduSize>(StringComparer.Ordinal);

    /// <summary>Clients by name.</summary>
    public IReadOnlyDictionary<string, ProfileClient> Clients { get; init; } =
        new Dictionary<string, ProfileClient>(StringComparer.Ordinal);

    /// <summary>Objects, those named exactly before those with groups that vary.</summary>
    public IReadOnlyList<ProfileObject> Objects { get; init; } = [];

    /// <summary>Event logs by name.</summary>
    public IReadOnlyDictionary<string, LogicalName> EventLogs { get; init; } = new Dictionary<string, LogicalName>(StringComparer.Ordinal);

    /// <summary>Events by code.</summary>
    public IReadOnlyDictionary<int, ProfileEvent> Events { get; init; } = new Dictionary<int, ProfileEvent>();

    /// <summary>Alarms by number of register, from 1, and bit.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<int, ProfileCode>> Alarms { get; init; } =
        new Dictionary<int, IReadOnlyDictionary<int, ProfileCode>>();

    /// <summary>Bits of the status of a profile's row.</summary>
    public IReadOnlyDictionary<int, ProfileCode> StatusBits { get; init; } = new Dictionary<int, ProfileCode>();

    /// <summary>Purposes of push setups.</summary>
    public IReadOnlyDictionary<LogicalName, ProfileCode> PushSetups { get; init; } = new Dictionary<LogicalName, ProfileCode>();
}

/// <summary>The longest APDU over a medium.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="IsConfirmed">By a public document or a running meter.</param>
public sealed record ProfilePduSize(int Bytes, bool IsConfirmed);

/// <summary>A client of a profile.</summary>
/// <param name="Sap">Its SAP.</param>
/// <param name="Context">Its application context.</param>
/// <param name="Mechanisms">Mechanisms it may use.</param>
/// <param name="Suites">Security suites; none where nothing is ciphered.</param>
/// <param name="Services">Services it is granted.</param>
/// <param name="IsConfirmed">By a public document or a running meter.</param>
public sealed record ProfileClient(
    int Sap, ApplicationContext Context, IReadOnlyList<AuthenticationMechanism> Mechanisms, IReadOnlyList<SecuritySuite> Suites,
    Conformance Services, bool IsConfirmed);

/// <summary>An object of a profile.</summary>
/// <param name="Pattern">Its logical name, in which groups may vary.</param>
/// <param name="ClassId">Interface class.</param>
/// <param name="Versions">Versions of the class that are right; none where any is.</param>
/// <param name="Name">What it is, in words.</param>
/// <param name="IsRequired">Every meter of the profile has it.</param>
/// <param name="IsConfirmed">By a public document or a running meter.</param>
/// <param name="Rights">Least rights of the management client by attribute.</param>
/// <param name="PublicRights">Least rights of the public client by attribute; none where it does not see the object.</param>
public sealed record ProfileObject(
    LogicalNamePattern Pattern, ushort ClassId, IReadOnlyList<int> Versions, string Name, bool IsRequired, bool IsConfirmed,
    IReadOnlyDictionary<sbyte, ObjectRights> Rights, IReadOnlyDictionary<sbyte, ObjectRights> PublicRights);

/// <summary>An event.</summary>
/// <param name="Name">What happened.</param>
/// <param name="Log">The log it is written to; <c>any</c> for all.</param>
/// <param name="IsConfirmed">By a public document or a running meter.</param>
public sealed record ProfileEvent(string Name, string Log, bool IsConfirmed);

/// <summary>What a bit or an object stands for.</summary>
/// <param name="Name">In words.</param>
/// <param name="IsConfirmed">By a public document or a running meter.</param>
public sealed record ProfileCode(string Name, bool IsConfirmed);

/// <summary>A companion profile's file is wrong; the message says where.</summary>
/// <param name="message">File, place and fault.</param>
/// <param name="inner">The cause.</param>
public sealed class CompanionProfileException(string message, Exception? inner = null) : Exception(message, inner);
