using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>What an object of class 28, Auto answer, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record AutoAnswer
{
    /// <summary>Attribute 2, mode: 0 line of its own, 1 shared line with a limited number of calls, 2 shared line with a limited number of
    /// successful calls, 3 no modem; 200 and above by the manufacturer.</summary>
    public byte Mode { get; init; }

    /// <summary>Attribute 3, listening_window: when calls are answered; empty for always.</summary>
    public IReadOnlyList<CallingWindow> ListeningWindow { get; init; } = [];

    /// <summary>Attribute 4, status: whether the window is open.</summary>
    public AutoAnswerStatus Status { get; init; }

    /// <summary>Attribute 5, number_of_calls: calls answered within one window; 0 for no limit.</summary>
    public byte NumberOfCalls { get; init; }

    /// <summary>Attribute 6, number_of_rings: after how many rings.</summary>
    public NumberOfRings NumberOfRings { get; init; } = new(1, 0);

    /// <summary>Attribute 7, list_of_allowed_callers: who is answered; empty for anybody.</summary>
    public IReadOnlyList<AllowedCaller> AllowedCallers { get; init; } = [];
}

/// <summary>Whether a device answers calls (IEC 62056-6-2, 4.7, auto answer, status).</summary>
public enum AutoAnswerStatus : byte
{
    /// <summary>The window is closed.</summary>
    Inactive = 0,
    /// <summary>The window is open.</summary>
    Active = 1,
    /// <summary>The number of calls is reached; open again with the next window.</summary>
    Locked = 2,
}

/// <summary>What a call is for (IEC 62056-6-2, 4.7, auto answer, call_type).</summary>
public enum CallType : byte
{
    /// <summary>A connection for data.</summary>
    Normal = 0,
    /// <summary>A wake-up request: the device hangs up and connects by itself.</summary>
    WakeUp = 1,
}

/// <summary>After how many rings a call is answered (IEC 62056-6-2, 4.7, auto answer).</summary>
/// <param name="InWindow">Within the listening window; 0 for not at all.</param>
/// <param name="OutOfWindow">Outside it; 0 for not at all.</param>
public sealed record NumberOfRings(byte InWindow, byte OutOfWindow) : ICosemStructure<NumberOfRings>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static NumberOfRings FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new NumberOfRings(CosemTypes.Unsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(InWindow), CosemTypes.Unsigned.ToData(OutOfWindow));
}

/// <summary>A caller that is answered (IEC 62056-6-2, 4.7, auto answer).</summary>
/// <param name="CallerId">Number of the caller.</param>
/// <param name="Type">What the call is for.</param>
public sealed record AllowedCaller(string CallerId, CallType Type) : ICosemStructure<AllowedCaller>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static AllowedCaller FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new AllowedCaller(CosemTypes.Text.FromData(items[0]), CosemTypes.Enum<CallType>().FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Text.ToData(CallerId), CosemTypes.Enum<CallType>().ToData(Type));
}
