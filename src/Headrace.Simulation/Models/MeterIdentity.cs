using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Models;

/// <summary>
/// Who a virtual meter is: the numbers on its face and in its messages. Follows from the fleet's seed and the meter's place in it.
/// </summary>
/// <remarks>
/// The layout of logical device name and system title is that of the IDIS packages: FLAG id, device type, function type, serial.
/// </remarks>
public sealed record MeterIdentity
{
    private const string Flag = "LGZ";
    private const int DeviceType = 103;
    private const int FunctionType = 7;
    private const int SerialsPerFleet = 100_000;

    private MeterIdentity(uint number)
    {
        Number = number;
        Serial = string.Create(CultureInfo.InvariantCulture, $"{Flag}{number:D8}");
        LogicalDeviceName = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Flag}{DeviceType:D3}{FunctionType:D2}{number:D8}"));
        var title = new byte[8];
        Encoding.ASCII.GetBytes(Flag, title);
        title[3] = DeviceType;
        BinaryPrimitives.WriteUInt32BigEndian(title.AsSpan(4), ((uint)FunctionType << 28) | number);
        SystemTitle = title;
    }

    /// <summary>Serial number of eight digits.</summary>
    public uint Number { get; }

    /// <summary>Serial number as printed on the meter: FLAG id and eight digits.</summary>
    public string Serial { get; }

    /// <summary>Sixteen characters: FLAG id, device type, function type, serial.</summary>
    public ReadOnlyMemory<byte> LogicalDeviceName { get; }

    /// <summary>Eight bytes: FLAG id, device type, then function type and serial as one number of 32 bits.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; }

    /// <summary>The meter at a place of a fleet. Serials are unique in a fleet, and fleets of different seeds seldom share one.</summary>
    /// <param name="fleetSeed">Seed of the fleet.</param>
    /// <param name="index">Place in the fleet, 0 to 99,999.</param>
    public static MeterIdentity At(ulong fleetSeed, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, SerialsPerFleet);
        var block = 100 + (uint)(SeededRandom.Mix(unchecked(fleetSeed + 0x5EED)) % 899);
        return new MeterIdentity((block * SerialsPerFleet) + (uint)index + 1);
    }
}
