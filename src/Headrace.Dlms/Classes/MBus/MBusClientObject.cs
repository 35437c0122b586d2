using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What a device does on its M-Bus for an M-Bus client object. Each answers what the method answers.</summary>
public interface IMBusSlave
{
    /// <summary>Looks for the slave at a primary address; the object takes what the device tells by <c>Update</c>.</summary>
    MethodAnswer Install(byte primaryAddress);

    /// <summary>Reads what the capture definition names.</summary>
    MethodAnswer Capture();

    /// <summary>Sets the clock of the slave.</summary>
    MethodAnswer SynchronizeClock();

    /// <summary>Sends values to the slave.</summary>
    MethodAnswer Send(IReadOnlyList<MBusDatum> data);

    /// <summary>Keeps the key that telegrams are decrypted with; empty for none.</summary>
    MethodAnswer SetKey(Octets key);

    /// <summary>Sends the key, encrypted under the slave's default key, to the slave.</summary>
    MethodAnswer TransferKey(Octets key);
}

/// <summary>Class 72, M-Bus client, of a server: one slave meter behind the device (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Installing, identification and key status are kept here; what goes over the bus is the device's. A slave is installed where the
/// primary address is not 0.</remarks>
public sealed class MBusClientObject : StateObject<MBusClient>
{
    private const byte HighestAddress = 250;
    private readonly IMBusSlave _slave;

    /// <summary>A client with what it says at first.</summary>
    /// <param name="name">Its name, as a rule 0-b:24.1.0.255.</param>
    /// <param name="state">What it says.</param>
    /// <param name="slave">The bus.</param>
    /// <param name="version">Version of the class: 0, 1. Version 0 has no configuration and no key status.</param>
    public MBusClientObject(LogicalName name, MBusClient state, IMBusSlave slave, byte version = 1) : base(72, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)1);
        _slave = slave;
        AddAttributes(version);
        WithMethod(1, CosemTypes.Unsigned, Install);
        WithMethod(2, _ => Deinstall());
        WithMethod(3, _ => slave.Capture());
        WithMethod(4, _ => Write(s => s with { Alarm = 0 }));
        WithMethod(5, _ => slave.SynchronizeClock());
        WithMethod(6, CosemTypes.Array<MBusDatum>(), slave.Send);
        WithMethod(7, SetupTypes.Octets, SetKey);
        WithMethod(8, SetupTypes.Octets, TransferKey);
    }

    /// <summary>Takes what a telegram of the slave told; the key is in use from the first telegram decrypted with it.</summary>
    /// <param name="accessNumber">Its access number.</param>
    /// <param name="status">Its status byte.</param>
    /// <param name="alarm">Alarm bits it raises; those raised before stay.</param>
    /// <param name="decrypted">It was decrypted with the key set.</param>
    public void TakeTelegram(byte accessNumber, byte status, byte alarm, bool decrypted) => Update(s => s with
    {
        AccessNumber = accessNumber,
        Status = status,
        Alarm = (byte)(s.Alarm | alarm),
        KeyStatus = decrypted ? MBusKeyStatus.InUse : s.KeyStatus,
    });

    private void AddAttributes(byte version)
    {
        Keep(2, CosemTypes.LogicalName, s => s.PortReference, (s, v) => s with { PortReference = v });
        Keep(3, CosemTypes.Array<CaptureDefinition>(), s => s.CaptureDefinition, (s, v) => s with { CaptureDefinition = v });
        Keep(4, CosemTypes.DoubleLongUnsigned, s => s.CapturePeriod, (s, v) => s with { CapturePeriod = v });
        Keep(5, CosemTypes.Unsigned, s => s.PrimaryAddress, (s, v) => s with { PrimaryAddress = v }, v => v <= HighestAddress);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.IdentificationNumber, (s, v) => s with { IdentificationNumber = v });
        Keep(7, CosemTypes.LongUnsigned, s => s.ManufacturerId, (s, v) => s with { ManufacturerId = v });
        Keep(8, CosemTypes.Unsigned, s => s.DeviceVersion, (s, v) => s with { DeviceVersion = v });
        Keep(9, CosemTypes.Unsigned, s => s.DeviceType, (s, v) => s with { DeviceType = v });
        Keep(10, CosemTypes.Unsigned, s => s.AccessNumber);
        Keep(11, CosemTypes.Unsigned, s => s.Status);
        Keep(12, CosemTypes.Unsigned, s => s.Alarm);
        if (version < 1) return;
        Keep(13, CosemTypes.LongUnsigned, s => s.Configuration);
        Keep(14, CosemTypes.Enum<MBusKeyStatus>(), s => s.KeyStatus);
    }

    private MethodAnswer Install(byte primaryAddress)
    {
        if (primaryAddress > HighestAddress) return ActionResult.OtherReason;
        if (State.PrimaryAddress != 0) return ActionResult.TemporaryFailure;
        var answer = _slave.Install(primaryAddress);
        return answer.Result == ActionResult.Success ? Write(s => s with { PrimaryAddress = primaryAddress }) : answer;
    }

    private MethodAnswer Deinstall()
    {
        var answer = _slave.SetKey(default);
        if (answer.Result != ActionResult.Success) return answer;
        return Write(s => s with
        {
            PrimaryAddress = 0,
            IdentificationNumber = 0,
            ManufacturerId = 0,
            DeviceVersion = 0,
            DeviceType = 0,
            AccessNumber = 0,
            Status = 0,
            Alarm = 0,
            Configuration = 0,
            KeyStatus = MBusKeyStatus.None,
        });
    }

    private MethodAnswer SetKey(Octets key)
    {
        if (key.Length is not (0 or 16)) return ActionResult.OtherReason;
        var answer = _slave.SetKey(key);
        if (answer.Result != ActionResult.Success) return answer;
        return Write(s => s with { KeyStatus = key.Length == 0 ? MBusKeyStatus.None : With(s.KeyStatus, MBusKeyStatus.Set) });
    }

    private MethodAnswer TransferKey(Octets key)
    {
        var answer = _slave.TransferKey(key);
        return answer.Result == ActionResult.Success
            ? Write(s => s with { KeyStatus = With(s.KeyStatus, MBusKeyStatus.Transferred) }) : answer;
    }

    private static MBusKeyStatus With(MBusKeyStatus before, MBusKeyStatus step) => (before, step) switch
    {
        (MBusKeyStatus.Transferred, MBusKeyStatus.Set) or (MBusKeyStatus.Set, MBusKeyStatus.Transferred) => MBusKeyStatus.SetAndTransferred,
        _ => step,
    };
}
