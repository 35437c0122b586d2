namespace Headrace.Core.Metering;

/// <summary>How a meter and the head-end reach each other.</summary>
[Flags]
public enum ContactModes
{
    /// <summary>Not reached by anybody yet.</summary>
    None = 0,

    /// <summary>The meter sends data unasked.</summary>
    Pushes = 1,

    /// <summary>The meter listens at its address and is dialled.</summary>
    Answers = 2,

    /// <summary>The meter opens the connection itself and is then read over it.</summary>
    DialsIn = 4,
}

/// <summary>A meter as it is registered. Keys are not part of it: see <see cref="Keys.IKeyVault"/>.</summary>
public sealed record Meter
{
    /// <summary>The head-end's own number of the meter, given at registration; never reused.</summary>
    public long Id { get; init; }

    /// <summary>Serial number as printed on the meter, unique in one head-end; 1 to 64 characters.</summary>
    public required string Serial { get; init; }

    /// <summary>
    /// DLMS system title in 16 hex digits (upper case): FLAG manufacturer id and serial (Green Book 9.2.3.2.5), or null where unknown.
    /// </summary>
    public string? SystemTitle { get; init; }

    /// <summary>Name of the <see cref="Catalogue.DeviceType"/>.</summary>
    public required string DeviceType { get; init; }

    /// <summary>Where the meter listens, as <c>host:port</c>, or null.</summary>
    public string? Address { get; init; }

    /// <summary>How it is reached.</summary>
    public ContactModes Contact { get; init; } = ContactModes.Pushes;

    /// <summary>COSEM logical device name (0-0:42.0.0.255) where it identifies the meter in plain pushes, or null.</summary>
    public string? LogicalDeviceName { get; init; }

    /// <summary>Intervals that begin at or after this instant are expected from the meter.</summary>
    public DateTimeOffset ExpectedFrom { get; init; }

    /// <summary>When the meter was registered.</summary>
    public DateTimeOffset RegisteredAt { get; init; }

    /// <summary>True where the head-end can ask the meter for something.</summary>
    public bool CanBeRead => (Contact & (ContactModes.Answers | ContactModes.DialsIn)) != ContactModes.None;
}
