using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 29, Auto connect, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class AutoConnectObject : StateObject<AutoConnect>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="connect">Carries out method 1; null answers temporary-failure.</param>
    /// <param name="version">Version of the class: 0, 1, 2.</param>
    public AutoConnectObject(LogicalName name, AutoConnect state, Func<MethodAnswer>? connect = null, byte version = 2)
        : base(29, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)2);
        Keep(2, CosemTypes.Unsigned, s => s.Mode, (s, v) => s with { Mode = v }, v => v is <= 6 or (>= 101 and <= 104) or >= 200);
        Keep(3, CosemTypes.Unsigned, s => s.Repetitions, (s, v) => s with { Repetitions = v });
        Keep(4, CosemTypes.LongUnsigned, s => s.RepetitionDelay, (s, v) => s with { RepetitionDelay = v });
        Keep(5, CosemTypes.Array<CallingWindow>(), s => s.CallingWindow, (s, v) => s with { CallingWindow = v });
        Keep(6, CosemTypes.Array(CosemTypes.Text), s => s.Destinations, (s, v) => s with { Destinations = v });
        if (version >= 2) WithMethod(1, _ => connect is null ? ActionResult.TemporaryFailure : connect());
    }

    /// <summary>Whether the device is to be connected by itself now; false too where only method 1 or an event connects it.</summary>
    /// <param name="now">The device's time.</param>
    public bool KeepsConnected(CosemDateTime now)
    {
        var state = State;
        return state.Mode switch
        {
            101 => true,
            102 or 103 => IsInWindow(state, now),
            _ => false,
        };
    }

    /// <summary>Whether a connection may be begun now.</summary>
    /// <param name="alarm">It is for an alarm, or asked for by method 1.</param>
    /// <param name="now">The device's time.</param>
    public bool MayConnect(bool alarm, CosemDateTime now)
    {
        var state = State;
        return state.Mode switch
        {
            1 or 4 or 5 or 6 or 101 => true,
            2 or 102 => IsInWindow(state, now),
            3 or 103 => alarm || IsInWindow(state, now),
            104 => alarm,
            _ => false,
        };
    }

    private static bool IsInWindow(AutoConnect state, CosemDateTime now) =>
        state.CallingWindow.Count == 0 || state.CallingWindow.Any(window => window.Contains(now));
}
