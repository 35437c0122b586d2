namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 56, S-FSK Reporting system list, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskReportingSystems
{
    /// <summary>Attribute 2, reporting_system_list: system titles of those that reported at the last discover.</summary>
    public IReadOnlyList<Octets> SystemTitles { get; init; } = [];
}
