using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 56, S-FSK Reporting system list, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskReportingSystemsObject : StateObject<SfskReportingSystems>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskReportingSystemsObject(LogicalName name, SfskReportingSystems state)
        : base(56, 0, name, state)
    {
        Keep(2, CosemTypes.Array(SetupTypes.Octets), s => s.SystemTitles);
    }
}
