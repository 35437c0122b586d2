using Headrace.Core.Catalogue;

namespace Headrace.Operations.Tests.Bench;

/// <summary>Two types of meters: one of quarters of an hour and days, one of hours under the same profile number.</summary>
public sealed class Catalogue : IDeviceTypes
{
    public const string Energy = "1-0:1.8.0.255";
    public const string Log = "0-0:99.98.0.255";

    public static readonly LoadProfile Quarters = new()
    {
        Number = 1,
        Name = "Load profile 1",
        Obis = "1-0:99.1.0.255",
        CapturePeriod = TimeSpan.FromMinutes(15),
        MemoryDepth = TimeSpan.FromDays(10),
        Columns = [Clock, new Quantity(1, "0-0:96.10.1.255", 2, "Status", 0, ""), Import],
        StatusColumn = 1,
    };

    public static readonly LoadProfile Days = new()
    {
        Number = 2,
        Name = "Load profile 2",
        Obis = "1-0:99.2.0.255",
        CapturePeriod = TimeSpan.FromDays(1),
        MemoryDepth = TimeSpan.FromDays(60),
        Columns = [Clock, Import],
    };

    public static readonly LoadProfile Hours = Quarters with { CapturePeriod = TimeSpan.FromHours(1) };

    public static readonly DeviceType House = new()
    {
        Name = "house",
        Title = "Household meter",
        Driver = "fake",
        Registers = [Import, new Quantity(3, "1-0:32.7.0.255", 2, "Voltage L1", -1, "V")],
        Profiles = [Quarters, Days],
        EventLogs = [Log],
        EventNames = new Dictionary<int, string> { [1] = "Power down", [2] = "Power up" },
    };

    public static readonly DeviceType Hourly = House with { Name = "hourly", Title = "Hourly meter", Profiles = [Hours], EventLogs = [] };

    public static Quantity Import => new(3, Energy, 2, "Active energy import", 0, "Wh");

    public IReadOnlyCollection<DeviceType> All { get; } = [House, Hourly];

    public DeviceType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    private static Quantity Clock => new(8, "0-0:1.0.0.255", 2, "Clock", 0, "");
}
