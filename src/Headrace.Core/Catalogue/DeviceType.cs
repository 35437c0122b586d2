namespace Headrace.Core.Catalogue;

/// <summary>A column of a load profile or a register that a type of device offers.</summary>
/// <param name="ClassId">COSEM interface class, such as 3 for a register.</param>
/// <param name="Obis">OBIS code, such as <c>1-0:1.8.0.255</c>.</param>
/// <param name="Attribute">COSEM attribute index.</param>
/// <param name="Name">The quantity in the utility's words, such as <c>Active energy import</c>.</param>
/// <param name="Scaler">Power of ten that turns the raw count into the unit.</param>
/// <param name="Unit">Unit symbol; empty where it has none.</param>
public sealed record Quantity(ushort ClassId, string Obis, sbyte Attribute, string Name, sbyte Scaler, string Unit);

/// <summary>A profile that a type of device captures periodically.</summary>
public sealed record LoadProfile
{
    /// <summary>Number of the profile within the device type, from 1; part of the ledger's key.</summary>
    public required short Number { get; init; }

    /// <summary>Name in the utility's words, such as <c>Load profile 1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>OBIS code of the profile, such as <c>1-0:99.1.0.255</c>.</summary>
    public required string Obis { get; init; }

    /// <summary>Capture period: a divisor of an hour, or a day (captured at local midnight).</summary>
    public required TimeSpan CapturePeriod { get; init; }

    /// <summary>How far back the meter remembers: missing intervals are recoverable until they are older.</summary>
    public required TimeSpan MemoryDepth { get; init; }

    /// <summary>All captured columns in order, clock and status among them (class 8, and unit empty).</summary>
    public required IReadOnlyList<Quantity> Columns { get; init; }

    /// <summary>Index of the status word among <see cref="Columns"/>, or -1.</summary>
    public int StatusColumn { get; init; } = -1;
}

/// <summary>How a type of device is addressed and protected.</summary>
public sealed record DeviceAccess
{
    /// <summary>Client service access point of the head-end, 1 for management.</summary>
    public ushort ClientSap { get; init; } = 1;

    /// <summary>Server service access point, 1 for the management logical device.</summary>
    public ushort ServerSap { get; init; } = 1;

    /// <summary><c>none</c>, <c>low</c> or <c>gmac</c>.</summary>
    public string Authentication { get; init; } = "gmac";

    /// <summary>True where application messages are ciphered (application context LN with ciphering).</summary>
    public bool Ciphered { get; init; } = true;

    /// <summary>OBIS code of the invocation counter that the public client reads; null where the device has none.</summary>
    public string? InvocationCounter { get; init; } = "0-0:43.1.0.255";

    /// <summary>
    /// True where pushes without an authentication key are decrypted all the same and flagged. Only for consumer-port meters whose owner is
    /// given no authentication key.
    /// </summary>
    public bool AcceptUnauthenticated { get; init; }

    /// <summary>True where plain pushes are taken, identified by the logical device name. For test benches only.</summary>
    public bool AcceptPlain { get; init; }

    /// <summary>Deviations from the standard that are borne with these devices, by the names their driver knows. Each use is
    /// logged.</summary>
    public IReadOnlyList<string> Tolerances { get; init; } = [];

    /// <summary>Longest request the device takes, in bytes, where that is less than it says; null believes it.</summary>
    public int? MaxRequestBytes { get; init; }

    /// <summary>Most items the device takes in one list, where it has a limit; null for none.</summary>
    public int? MaxListItems { get; init; }

    /// <summary>Deviation of range descriptors: <c>actual</c> or <c>unspecified</c> (0x8000), as the device demands.</summary>
    public string RangeDeviation { get; init; } = "actual";
}

/// <summary>
/// The layout of a push that does not describe itself: which attributes follow each other (Blue Book class 40, attribute 2).
/// </summary>
/// <param name="PushSetup">OBIS code of the push setup object.</param>
/// <param name="Elements">What the elements of the body are, in order.</param>
public sealed record PushLayout(string PushSetup, IReadOnlyList<Quantity> Elements);

/// <summary>A type of meter as data: what it measures, keeps and sends, and how it is spoken to.</summary>
public sealed record DeviceType
{
    /// <summary>OBIS code of alarm descriptor 1, by which events that came as an alarm are told from those of a log.</summary>
    public const string AlarmLog = "0-0:97.98.20.255";

    /// <summary>Name that a meter record carries, such as <c>idis-e450</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Title for people.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the driver that speaks to it, such as <c>dlms</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Addressing and protection.</summary>
    public DeviceAccess Access { get; init; } = new();

    /// <summary>Registers that are read on demand and shown on the meter's page.</summary>
    public IReadOnlyList<Quantity> Registers { get; init; } = [];

    /// <summary>Load profiles whose intervals are expected.</summary>
    public IReadOnlyList<LoadProfile> Profiles { get; init; } = [];

    /// <summary>OBIS codes of the event logs.</summary>
    public IReadOnlyList<string> EventLogs { get; init; } = [];

    /// <summary>Names of event codes, for people.</summary>
    public IReadOnlyDictionary<int, string> EventNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Names of the bits of alarm descriptor 1, whose events carry <see cref="AlarmLog"/> and the number of the bit.</summary>
    public IReadOnlyDictionary<int, string> AlarmNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Layouts of pushes that do not describe themselves.</summary>
    public IReadOnlyList<PushLayout> Pushes { get; init; } = [];

    /// <summary>How long after an interval's end its push may still come before a re-read is planned.</summary>
    public TimeSpan PushGrace { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The name of an event for people; <c>Event 47</c> where the type names none.</summary>
    /// <param name="log">OBIS code of the log it came from.</param>
    /// <param name="code">Event code, or the number of the alarm's bit.</param>
    public string EventName(string log, int code)
    {
        var alarm = string.Equals(log, AlarmLog, StringComparison.Ordinal);
        if ((alarm ? AlarmNames : EventNames).TryGetValue(code, out var name)) return name;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(alarm ? "Alarm" : "Event")} {code}");
    }
}

/// <summary>The types of devices that are known.</summary>
public interface IDeviceTypes
{
    /// <summary>All types.</summary>
    IReadOnlyCollection<DeviceType> All { get; }

    /// <summary>The type of that name, or null.</summary>
    DeviceType? Find(string name);
}
