using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 56, S-FSK Reporting system list, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskReportingSystemsProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 56, logicalName)
{
    /// <summary>Attribute 2, reporting_system_list: system titles of those that reported at the last discover.</summary>
    public AttributeProxy<IReadOnlyList<Octets>> SystemTitles => Attribute(2, CosemTypes.Array(SetupTypes.Octets));
}
