using Headrace.Dlms.Data;

namespace Headrace.Simulation.Models;

/// <summary>Logical names of the IDIS objects that are spoken of in more than one place.</summary>
public static class ObisNames
{
    /// <summary>Clock.</summary>
    public static LogicalName Clock { get; } = new(0, 0, 1, 0, 0, 255);

    /// <summary>Logical device name.</summary>
    public static LogicalName LogicalDeviceName { get; } = new(0, 0, 42, 0, 0, 255);

    /// <summary>Load profile 1, every quarter of an hour.</summary>
    public static LogicalName LoadProfile1 { get; } = new(1, 0, 99, 1, 0, 255);

    /// <summary>Load profile 2, every day.</summary>
    public static LogicalName LoadProfile2 { get; } = new(1, 0, 99, 2, 0, 255);

    /// <summary>Standard event log.</summary>
    public static LogicalName StandardEventLog { get; } = new(0, 0, 99, 98, 0, 255);

    /// <summary>Invocation counter that the management client must exceed.</summary>
    public static LogicalName InvocationCounter { get; } = new(0, 0, 43, 1, 0, 255);

    /// <summary>Security setup of the management client.</summary>
    public static LogicalName SecuritySetup { get; } = new(0, 0, 43, 0, 0, 255);

    /// <summary>Disconnect control.</summary>
    public static LogicalName DisconnectControl { get; } = new(0, 0, 96, 3, 10, 255);

    /// <summary>Alarm register 1; filter 1 is ten, descriptor 1 twenty further.</summary>
    public static LogicalName AlarmRegister { get; } = new(0, 0, 97, 98, 0, 255);

    /// <summary>Status of load profile 1.</summary>
    public static LogicalName ProfileStatus1 { get; } = new(0, 0, 96, 10, 1, 255);

    /// <summary>Status of load profile 2.</summary>
    public static LogicalName ProfileStatus2 { get; } = new(0, 0, 96, 10, 2, 255);

    /// <summary>Code of the last standard event.</summary>
    public static LogicalName EventCode { get; } = new(0, 0, 96, 11, 0, 255);

    /// <summary>A push setup: 0 interval, 1 daily, 2 momentary, 4 alarm.</summary>
    public static LogicalName PushSetup(PushKind kind) => new(0, (byte)kind, 25, 9, 0, 255);

    /// <summary>Active energy: C 1 import, 2 export; E 0 total, 1 and 2 the rates.</summary>
    public static LogicalName Energy(byte direction, byte rate) => new(1, 0, direction, 8, rate, 255);

    /// <summary>A momentary value: C 1 import, 2 export, 31, 51, 71 current, 32, 52, 72 voltage, 14 frequency.</summary>
    public static LogicalName Momentary(byte quantity) => new(1, 0, quantity, 7, 0, 255);
}

/// <summary>What a push carries; the number is the B group of its push setup, 0-b:25.9.0.255.</summary>
public enum PushKind : byte
{
    /// <summary>The last row of load profile 1.</summary>
    Interval = 0,

    /// <summary>The last row of load profile 2.</summary>
    Daily = 1,

    /// <summary>Power, voltage and current of the moment.</summary>
    Momentary = 2,

    /// <summary>The alarm descriptor.</summary>
    Alarm = 4,
}
