using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>Logical state of the supply switch (IEC 62056-6-2, 4.5.8, control_state).</summary>
public enum DisconnectState : byte
{
    /// <summary>Open; only the head-end can change that.</summary>
    Disconnected = 0,
    /// <summary>Closed.</summary>
    Connected = 1,
    /// <summary>Open; a hand or the meter may close it.</summary>
    ReadyForReconnection = 2,
}

/// <summary>Who wants the switch moved, and where.</summary>
public enum DisconnectTrigger
{
    /// <summary>The head-end opens: methods 1, transitions b and c.</summary>
    RemoteDisconnect,
    /// <summary>The head-end closes: method 2, transitions a and d.</summary>
    RemoteReconnect,
    /// <summary>The customer closes, by the button, transition e.</summary>
    ManualReconnect,
    /// <summary>The customer opens, transition f.</summary>
    ManualDisconnect,
    /// <summary>The meter opens (limiter, credit), transition g.</summary>
    LocalDisconnect,
    /// <summary>The meter closes, transition h.</summary>
    LocalReconnect,
}

/// <summary>Class 70, Disconnect control, with its state machine for the modes 0 to 6 (IEC 62056-6-2, 4.5.8).</summary>
public sealed class DisconnectControlObject : CosemObject
{
    private readonly Action<DisconnectState, DisconnectTrigger>? _changed;
    private readonly Lock _gate = new();

    /// <summary>A switch.</summary>
    /// <param name="name">Its name, as a rule 0-0:96.3.10.255.</param>
    /// <param name="mode">0 to 6, attribute 4.</param>
    /// <param name="state">The state at first.</param>
    /// <param name="changed">Told of every change; called while no other change can happen.</param>
    public DisconnectControlObject(
        LogicalName name, byte mode, DisconnectState state = DisconnectState.Connected,
        Action<DisconnectState, DisconnectTrigger>? changed = null)
        : base(70, 0, name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mode, 6);
        (Mode, State, _changed) = (mode, state, changed);
        WithAttribute(2, () => CosemData.Boolean(State == DisconnectState.Connected));
        WithAttribute(3, () => CosemData.Enum((byte)State));
        WithAttribute(4, () => CosemData.Enum(Mode), IntegerSetter(0, 6, value => Mode = (byte)value));
        WithMethod(1, _ => Remote(DisconnectTrigger.RemoteDisconnect, DisconnectState.Disconnected));
        WithMethod(2, _ => Remote(DisconnectTrigger.RemoteReconnect, DisconnectState.Connected));
    }

    /// <summary>The state of the switch.</summary>
    public DisconnectState State { get; private set; }

    /// <summary>The control mode, 0 to 6.</summary>
    public byte Mode { get; private set; }

    /// <summary>Tries to move the switch; false where the mode or the state does not allow it.</summary>
    public bool Trigger(DisconnectTrigger trigger)
    {
        lock (_gate)
        {
            if (Next(Mode, State, trigger) is not { } next) return false;
            State = next;
            _changed?.Invoke(next, trigger);
            return true;
        }
    }

    /// <summary>Where a trigger leads; null where it leads nowhere. The one transition table.</summary>
    public static DisconnectState? Next(byte mode, DisconnectState state, DisconnectTrigger trigger) => (trigger, state, mode) switch
    {
        (_, _, 0 or > 6) => null,
        (DisconnectTrigger.RemoteDisconnect, DisconnectState.Connected or DisconnectState.ReadyForReconnection, _) =>
            DisconnectState.Disconnected,
        (DisconnectTrigger.RemoteReconnect, DisconnectState.Disconnected, 2 or 4) => DisconnectState.Connected,
        (DisconnectTrigger.RemoteReconnect, DisconnectState.Disconnected, _) => DisconnectState.ReadyForReconnection,
        (DisconnectTrigger.ManualReconnect, DisconnectState.ReadyForReconnection, _) => DisconnectState.Connected,
        (DisconnectTrigger.ManualDisconnect, DisconnectState.Connected, 1 or 2 or 5) => DisconnectState.ReadyForReconnection,
        (DisconnectTrigger.LocalDisconnect, DisconnectState.Connected, _) => DisconnectState.ReadyForReconnection,
        (DisconnectTrigger.LocalReconnect, DisconnectState.ReadyForReconnection, 5 or 6) => DisconnectState.Connected,
        _ => null,
    };

    /// <summary>A remote command. What is so already is done; what the mode forbids is refused.</summary>
    private MethodAnswer Remote(DisconnectTrigger trigger, DisconnectState wanted)
    {
        if (Trigger(trigger) || (Mode != 0 && State == wanted)) return MethodAnswer.Done;
        return Mode != 0 && trigger == DisconnectTrigger.RemoteReconnect && State == DisconnectState.ReadyForReconnection
            ? MethodAnswer.Done
            : ActionResult.ReadWriteDenied;
    }
}
