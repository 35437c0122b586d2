using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What a push setup holds.</summary>
/// <param name="Objects">Attribute 2: what is pushed, in order.</param>
/// <param name="Destination">Attribute 3.</param>
public sealed record PushSettings(IReadOnlyList<RestrictedCaptureObject> Objects, PushDestination Destination)
{
    /// <summary>Attribute 4: when pushes may go; empty for always.</summary>
    public IReadOnlyList<CommunicationWindow> Windows { get; init; } = [];

    /// <summary>Attribute 5: seconds within which a push begins at random.</summary>
    public ushort RandomisationStartInterval { get; init; }

    /// <summary>Attribute 6: tries after the first.</summary>
    public byte NumberOfRetries { get; init; }

    /// <summary>Attribute 7.</summary>
    public RepetitionDelay RepetitionDelay { get; init; } = new(0);

    /// <summary>Attribute 8, from version 1: the port used, six octets, or empty.</summary>
    public ReadOnlyMemory<byte> PortReference { get; init; }

    /// <summary>Attribute 9, from version 1: the client that the push is for.</summary>
    public sbyte ClientSap { get; init; }

    /// <summary>Attribute 10, from version 1: how the push is protected, as it stands.</summary>
    public IReadOnlyList<CosemData> ProtectionParameters { get; init; } = [];

    /// <summary>Attribute 11, from version 2.</summary>
    public PushOperationMethod OperationMethod { get; init; }

    /// <summary>Attribute 12, from version 2.</summary>
    public ConfirmationParameters Confirmation { get; init; } = new(CosemDateTime.NotSpecified, 0);

    /// <summary>Attribute 13, from version 2: when a push was confirmed last.</summary>
    public CosemDateTime LastConfirmation { get; init; } = CosemDateTime.NotSpecified;
}

/// <summary>Class 40, Push setup, version 0 to 3: what is pushed, where to, and when it may be (IEC 62056-6-2, Push setup).</summary>
/// <remarks>Attributes from 8 on, and the structure of repetition_delay, are not confirmed by a vector.</remarks>
public sealed class PushSetupObject : CosemObject
{
    private const byte Newest = 3;
    private const int PortLength = LogicalName.Size;

    private readonly Action<PushSettings>? _changed;

    /// <summary>A push setup of version 0.</summary>
    /// <param name="name">Its name, 0-b:25.9.0.255.</param>
    /// <param name="objects">Attribute 2: what is pushed, in order.</param>
    /// <param name="destination">Attribute 3: <c>host:port</c>.</param>
    /// <param name="push">Method 1.</param>
    /// <param name="service">What carries it.</param>
    public PushSetupObject(LogicalName name, IReadOnlyList<CaptureObjectDefinition> objects, string destination, Func<MethodAnswer> push,
        PushTransport service = PushTransport.Tcp)
        : this(
            name, 0,
            new PushSettings([.. objects.Select(o => new RestrictedCaptureObject(o))], new PushDestination(service, destination)), push)
    {
    }

    /// <summary>A push setup.</summary>
    /// <param name="name">Its name, 0-b:25.9.0.255.</param>
    /// <param name="version">0 to 3.</param>
    /// <param name="settings">What it holds.</param>
    /// <param name="push">Method 1.</param>
    /// <param name="reset">Method 2, in version 3: gives up pushes under way; null does nothing more than to succeed.</param>
    /// <param name="changed">Told of what a client wrote.</param>
    public PushSetupObject(LogicalName name, byte version, PushSettings settings, Func<MethodAnswer> push, Func<MethodAnswer>? reset = null,
        Action<PushSettings>? changed = null) : base(40, version, name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, Newest);
        (Settings, _changed) = (settings, changed);
        WithSetting(2, CosemTypes.Array<RestrictedCaptureObject>(), s => s.Objects, (s, v) => s with { Objects = v });
        WithSetting(3, CosemTypes.Structure<PushDestination>(), s => s.Destination, (s, v) => s with { Destination = v });
        WithSetting(4, CosemTypes.Array<CommunicationWindow>(), s => s.Windows, (s, v) => s with { Windows = v });
        WithSetting(5, CosemTypes.LongUnsigned, s => s.RandomisationStartInterval, (s, v) => s with { RandomisationStartInterval = v });
        WithSetting(6, CosemTypes.Unsigned, s => s.NumberOfRetries, (s, v) => s with { NumberOfRetries = v });
        if (version >= 2)
            WithSetting(7, CosemTypes.Structure<RepetitionDelay>(), s => s.RepetitionDelay, (s, v) => s with { RepetitionDelay = v });
        else
            WithSetting(7, CosemTypes.LongUnsigned, s => s.RepetitionDelay.Minimum, (s, v) => s with { RepetitionDelay = new(v) });
        WithMethod(1, _ => push());
        if (version >= 1) WithProtection();
        if (version >= 2) WithConfirmation();
        if (version >= Newest) WithMethod(2, _ => reset?.Invoke() ?? MethodAnswer.Done);
    }

    /// <summary>What it holds.</summary>
    public PushSettings Settings { get; private set; }

    /// <summary>What is pushed, in order.</summary>
    public IReadOnlyList<CaptureObjectDefinition> Objects => [.. Settings.Objects.Select(o => o.Object)];

    /// <summary>Where to, as <c>host:port</c>.</summary>
    public string Destination => Settings.Destination.Destination;

    /// <summary>Notes that a push was confirmed.</summary>
    public void Confirmed(CosemDateTime now) => Settings = Settings with { LastConfirmation = now };

    private void WithProtection()
    {
        WithSetting(8, CosemTypes.OctetString, s => s.PortReference, (s, v) => s with { PortReference = v },
            value => value.Length is 0 or PortLength);
        WithSetting(9, CosemTypes.Integer, s => s.ClientSap, (s, v) => s with { ClientSap = v });
        WithSetting(10, CosemTypes.Array(CosemTypes.Any), s => s.ProtectionParameters, (s, v) => s with { ProtectionParameters = v });
    }

    private void WithConfirmation()
    {
        WithSetting(11, CosemTypes.Enum<PushOperationMethod>(), s => s.OperationMethod, (s, v) => s with { OperationMethod = v },
            value => value <= PushOperationMethod.ConfirmedRetryOnMissingConfirmation);
        WithSetting(12, CosemTypes.Structure<ConfirmationParameters>(), s => s.Confirmation, (s, v) => s with { Confirmation = v });
        WithAttribute(13, CosemTypes.DateTime, () => Settings.LastConfirmation);
    }

    private void WithSetting<T>(
        sbyte attribute, CosemType<T> type, Func<PushSettings, T> get, Func<PushSettings, T, PushSettings> with,
        Func<T, bool>? allows = null) =>
        WithAttribute(attribute, type, () => get(Settings), value =>
        {
            Settings = with(Settings, value);
            _changed?.Invoke(Settings);
        }, allows);
}
