using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 28, Auto answer, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class AutoAnswerObject : StateObject<AutoAnswer>
{
    private int _calls;

    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 0, 2.</param>
    public AutoAnswerObject(LogicalName name, AutoAnswer state, byte version = 2)
        : base(28, version, name, state)
    {
        if (version is not (0 or 2)) throw new ArgumentOutOfRangeException(nameof(version));
        Keep(2, CosemTypes.Unsigned, s => s.Mode, (s, v) => s with { Mode = v }, v => v is <= 3 or >= 200);
        Keep(3, CosemTypes.Array<CallingWindow>(), s => s.ListeningWindow, (s, v) => s with { ListeningWindow = v });
        Keep(4, CosemTypes.Enum<AutoAnswerStatus>(), s => s.Status);
        Keep(5, CosemTypes.Unsigned, s => s.NumberOfCalls, (s, v) => s with { NumberOfCalls = v });
        Keep(6, CosemTypes.Structure<NumberOfRings>(), s => s.NumberOfRings, (s, v) => s with { NumberOfRings = v });
        if (version >= 2) Keep(7, CosemTypes.Array<AllowedCaller>(), s => s.AllowedCallers, (s, v) => s with { AllowedCallers = v });
    }

    /// <summary>Whether a call is to be answered: its caller is allowed, its rings are enough, and the number of calls is not
    /// used up.</summary>
    /// <param name="caller">Number of the caller.</param>
    /// <param name="type">What the call is for.</param>
    /// <param name="rings">Rings so far.</param>
    /// <param name="now">The device's time.</param>
    public bool Answers(string caller, CallType type, byte rings, CosemDateTime now)
    {
        var state = State;
        if (state.Mode == 3 || state.Status == AutoAnswerStatus.Locked) return false;
        if (Version >= 2 && state.AllowedCallers.Count > 0 && !state.AllowedCallers.Contains(new AllowedCaller(caller, type))) return false;
        var needed = IsInWindow(state, now) ? state.NumberOfRings.InWindow : state.NumberOfRings.OutOfWindow;
        return needed > 0 && rings >= needed;
    }

    /// <summary>Tells that a call counts: answered in mode 1, successful in mode 2. The last one allowed locks the window.</summary>
    public void CountCall() => Update(state =>
    {
        _calls = Math.Min(_calls + 1, byte.MaxValue);
        return state.Mode is 1 or 2 && state.NumberOfCalls > 0 && _calls >= state.NumberOfCalls
            ? state with { Status = AutoAnswerStatus.Locked } : state;
    });

    /// <summary>Follows the listening window: opening it forgets the calls counted before.</summary>
    /// <param name="now">The device's time.</param>
    public void Tick(CosemDateTime now) => Update(state =>
    {
        var open = IsInWindow(state, now);
        if (!open || state.Status == AutoAnswerStatus.Inactive) _calls = 0;
        if (!open) return state with { Status = AutoAnswerStatus.Inactive };
        return state.Status == AutoAnswerStatus.Inactive ? state with { Status = AutoAnswerStatus.Active } : state;
    });

    private static bool IsInWindow(AutoAnswer state, CosemDateTime now) =>
        state.ListeningWindow.Count == 0 || state.ListeningWindow.Any(window => window.Contains(now));
}
