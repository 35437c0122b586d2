using Headrace.Dlms.Data;

namespace Headrace.Dlms.ShortNames;

/// <summary>Base names that mean the same in every server (IEC 62056-6-2, reserved base names).</summary>
public static class ReservedBaseNames
{
    /// <summary>The current Association SN, 0-0:40.0.0.255.</summary>
    public const ushort Association = 0xFA00;

    /// <summary>The script table that receives broadcasts, 0-0:10.0.125.255.</summary>
    public const ushort BroadcastScripts = 0xFB00;

    /// <summary>The SAP assignment, 0-0:41.0.0.255.</summary>
    public const ushort SapAssignment = 0xFC00;

    /// <summary>The data or register with the logical device name, 0-0:42.0.0.255.</summary>
    public const ushort LogicalDeviceName = 0xFD00;

    /// <summary>Where the reserved base names begin: nothing else is put there.</summary>
    internal const int First = Association;

    /// <summary>The reserved base name of an object; null where it has none.</summary>
    internal static ushort? Of(ushort classId, LogicalName name) => (classId, name.ToString()) switch
    {
        (12, "0-0:40.0.0.255") => Association,
        (9, "0-0:10.0.125.255") => BroadcastScripts,
        (17, "0-0:41.0.0.255") => SapAssignment,
        (1 or 3, "0-0:42.0.0.255") => LogicalDeviceName,
        _ => null,
    };
}
