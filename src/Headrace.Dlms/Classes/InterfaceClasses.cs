using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.G3Plc;
using Headrace.Dlms.Classes.Internet;
using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Classes.MBus;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Payment;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Classes.Sfsk;

namespace Headrace.Dlms.Classes;

/// <summary>The interface classes that are known by name. What is not here is read and written as raw data all the same.</summary>
public static class InterfaceClasses
{
    // One line a group, in the order of the standard.
    private static IReadOnlyList<InterfaceClass>[] Groups =>
    [
        MeasurementClasses.All,
        AccessClasses.All,
        SchedulingClasses.All,
        LocalPortClasses.All,
        MBusClasses.All,
        InternetClasses.All,
        SfskClasses.All,
        G3PlcClasses.All,
        PaymentClasses.All,
        ProtectionClasses.All,
        AssociationShortNameClasses.All,
    ];

    /// <summary>Every class in every version known, in order of class and version.</summary>
    public static IReadOnlyList<InterfaceClass> All { get; } =
        [.. Groups.SelectMany(group => group).OrderBy(c => c.ClassId).ThenBy(c => c.Version)];

    /// <summary>A class in one version; null where it is not known.</summary>
    public static InterfaceClass? Find(ushort classId, byte version) =>
        All.FirstOrDefault(c => c.ClassId == classId && c.Version == version);

    /// <summary>A class in the version given or, where that is not known, the nearest below, else the lowest known; null where the class is
    /// not known at all.</summary>
    public static InterfaceClass? Nearest(ushort classId, byte version) =>
        All.LastOrDefault(c => c.ClassId == classId && c.Version <= version) ?? All.FirstOrDefault(c => c.ClassId == classId);
}
