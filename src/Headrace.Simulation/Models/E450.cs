using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Models;

/// <summary>A household meter in the manner of an E450 with an IDIS package 2 profile: what it is, measures, logs and remembers.</summary>
/// <remarks>
/// This is what lives as long as the meter; the COSEM objects that clients see are built over it by <see cref="E450Objects"/> when a
/// client comes. What clients change lives no longer than the process. Safe for several callers at once.
/// </remarks>
public sealed class E450
{
    /// <summary>Name of the device type in the head-end's catalogue.</summary>
    public const string DeviceType = "idis-e450";

    /// <summary>Longest APDU that it takes or sends, in bytes.</summary>
    public const ushort MaximumPduSize = 1224;

    private readonly Lazy<DisconnectControlObject> _switch;
    private readonly Lazy<SecuritySetupObject> _security;

    /// <summary>A meter.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="seed">Seed of its household and its past.</param>
    /// <param name="clock">Its clock.</param>
    public E450(MeterIdentity identity, MeterKeys keys, ulong seed, MeterClock clock)
    {
        (Identity, Keys, Clock) = (identity, keys, clock);
        Point = new ConnectionPoint(seed, clock.Days);
        Supply = new Supply(seed, Point);
        Log = new EventLog(seed, Point, clock);
        LoadProfile1 = new QuarterHourProfile(Point, clock);
        LoadProfile2 = new DailyProfile(Point, clock);
        var counter = new TransmitCounter(clock);
        _security = new(() => new SecuritySetupObject(
            ObisNames.SecuritySetup, Secrets(keys), identity.SystemTitle, keyChanged: _ => Log.Add(EventLog.KeysChanged),
            nextCounter: counter.Next));
        _switch = new(() => new DisconnectControlObject(ObisNames.DisconnectControl, mode: 4, changed: SwitchMoved));
    }

    /// <summary>Who it is.</summary>
    public MeterIdentity Identity { get; }

    /// <summary>Its keys.</summary>
    public MeterKeys Keys { get; }

    /// <summary>Its clock.</summary>
    public MeterClock Clock { get; }

    /// <summary>What it measures.</summary>
    public ConnectionPoint Point { get; }

    /// <summary>Voltage, current, frequency.</summary>
    public Supply Supply { get; }

    /// <summary>The standard event log.</summary>
    public EventLog Log { get; }

    /// <summary>Alarm registers, filters and descriptors.</summary>
    public AlarmRegisters Alarms { get; } = new();

    /// <summary>Load profile 1.</summary>
    public QuarterHourProfile LoadProfile1 { get; }

    /// <summary>Load profile 2.</summary>
    public DailyProfile LoadProfile2 { get; }

    /// <summary>Keys in force, policy and counters: of pushes as of associations.</summary>
    public SecuritySetupObject Security => _security.Value;

    /// <summary>The supply switch, mode 4: the head-end opens and closes it directly.</summary>
    public DisconnectControlObject Switch => _switch.Value;

    /// <summary>What the push of a kind carries, in order: attribute 2 of its push setup.</summary>
    public static IReadOnlyList<CaptureObjectDefinition> PushObjects(PushKind kind) => [.. PushHead(kind), .. kind switch
    {
        PushKind.Interval => [new CaptureObjectDefinition(7, ObisNames.LoadProfile1, 2, 0)],
        PushKind.Daily => [new CaptureObjectDefinition(7, ObisNames.LoadProfile2, 2, 0)],
        PushKind.Momentary => ((byte[])[1, 2, 32, 31]).Select(c => new CaptureObjectDefinition(3, ObisNames.Momentary(c), 2, 0)),
        _ => [new CaptureObjectDefinition(1, ObisNames.AlarmRegister with { E = 20 }, 2, 0)],
    }];

    /// <summary>Imported power in W, as register 1-0:1.7.0.255 has it.</summary>
    public CosemData ImportPower(DateTimeOffset at) => CosemData.DoubleLongUnsigned((uint)Math.Max(0, Point.PowerAt(at)));

    /// <summary>Exported power in W, as register 1-0:2.7.0.255 has it.</summary>
    public CosemData ExportPower(DateTimeOffset at) => CosemData.DoubleLongUnsigned((uint)Math.Max(0, -Point.PowerAt(at)));

    /// <summary>Voltage of a phase in tenths of a volt.</summary>
    public CosemData Voltage(int phase, DateTimeOffset at) => CosemData.LongUnsigned((ushort)Supply.Decivolts(phase, at));

    /// <summary>Current of a phase in hundredths of an ampere.</summary>
    public CosemData Current(int phase, DateTimeOffset at) => CosemData.LongUnsigned((ushort)Supply.Centiamperes(phase, at));

    private static IEnumerable<CaptureObjectDefinition> PushHead(PushKind kind) =>
    [
        new CaptureObjectDefinition(1, ObisNames.LogicalDeviceName, 2, 0),
        new CaptureObjectDefinition(40, ObisNames.PushSetup(kind), 1, 0),
        new CaptureObjectDefinition(8, ObisNames.Clock, 2, 0),
    ];

    private static SecurityKeys Secrets(MeterKeys keys) =>
        new SecurityKeys(keys.GlobalUnicast.Span, keys.Authentication.Span).With(KeyId.Master, keys.Master.Span);

    private void SwitchMoved(DisconnectState state, DisconnectTrigger trigger)
    {
        if (state == DisconnectState.Connected) Point.Reconnect(Clock.UtcNow);
        else Point.Disconnect(Clock.UtcNow);
        Log.Add(trigger == DisconnectTrigger.RemoteReconnect ? EventLog.RemoteConnection : EventLog.RemoteDisconnection);
    }
}
