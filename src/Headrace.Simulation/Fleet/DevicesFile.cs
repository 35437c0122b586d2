using System.Text;
using System.Text.Json;

namespace Headrace.Simulation.Fleet;

/// <summary>What a head-end must know of a virtual meter, its keys included.</summary>
/// <param name="Serial">Serial number.</param>
/// <param name="SystemTitle">Eight bytes.</param>
/// <param name="DeviceType">Name of the device type in the catalogue.</param>
/// <param name="GlobalUnicastKey">GUEK.</param>
/// <param name="AuthenticationKey">GAK.</param>
/// <param name="MasterKey">KEK.</param>
/// <param name="Password">Password of the reading client.</param>
/// <param name="Address">Where it listens, or null.</param>
/// <param name="Contact">Any of <c>pushes</c>, <c>answers</c>, <c>dials-in</c>.</param>
/// <param name="LogicalDeviceName">Sixteen characters.</param>
/// <param name="ExpectedFrom">From when intervals are expected, or null.</param>
/// <param name="Behaviour">What the meter does.</param>
public sealed record VirtualMeterInfo(
    string Serial, ReadOnlyMemory<byte> SystemTitle, string DeviceType, ReadOnlyMemory<byte> GlobalUnicastKey,
    ReadOnlyMemory<byte> AuthenticationKey, ReadOnlyMemory<byte> MasterKey, ReadOnlyMemory<byte> Password, string? Address,
    IReadOnlyList<string> Contact, string LogicalDeviceName, DateTimeOffset? ExpectedFrom, MeterBehaviour Behaviour)
{
    /// <summary>The serial and the behaviour; never a key.</summary>
    public override string ToString() => $"{Serial} ({Behaviour})";
}

/// <summary>The devices file that <c>device import</c> takes: a JSON array, bytes in lower case hexadecimal.</summary>
public static class DevicesFile
{
    /// <summary>Writes the array. It holds keys: let nobody else read it.</summary>
    public static void Write(Stream output, IEnumerable<VirtualMeterInfo> meters)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (var meter in meters)
        {
            json.WriteStartObject();
            json.WriteString("serial", meter.Serial);
            json.WriteString("system_title", Hex(meter.SystemTitle));
            json.WriteString("device_type", meter.DeviceType);
            json.WriteString("guek", Hex(meter.GlobalUnicastKey));
            json.WriteString("gak", Hex(meter.AuthenticationKey));
            json.WriteString("kek", Hex(meter.MasterKey));
            json.WriteString("password", Hex(meter.Password));
            json.WriteString("address", meter.Address);
            json.WriteStartArray("contact");
            foreach (var way in meter.Contact) json.WriteStringValue(way);
            json.WriteEndArray();
            json.WriteString("logical_device_name", meter.LogicalDeviceName);
            if (meter.ExpectedFrom is { } from) json.WriteString("expected_from", from.ToUniversalTime());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the array to a file that only its owner can read, replacing one that is there.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public static void Write(string path, IEnumerable<VirtualMeterInfo> meters)
    {
        // A file that is there keeps its mode when it is opened, so it is replaced whole.
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options)) Write(file, meters);
        File.Move(temporary, path, overwrite: true);
    }

    internal static VirtualMeterInfo Describe(VirtualMeter meter, FleetOptions options)
    {
        var device = meter.Device;
        var host = options.ListenHost is "0.0.0.0" or "::" or "[::]" ? "127.0.0.1" : options.ListenHost;
        var listens = host is not null && meter.Behaviour != MeterBehaviour.DialsIn;
        string[] contact = meter.Behaviour switch
        {
            MeterBehaviour.WaitsToBePolled => ["answers"],
            MeterBehaviour.DialsIn => ["dials-in"],
            _ => listens ? ["pushes", "answers"] : ["pushes"],
        };
        return new VirtualMeterInfo(
            device.Identity.Serial, device.Identity.SystemTitle, Models.E450.DeviceType,
            device.Keys.GlobalUnicast, device.Keys.Authentication, device.Keys.Master, device.Keys.Password,
            listens && meter.Port != 0 ? HostAndPort.Format(host!, meter.Port) : null, contact,
            Encoding.ASCII.GetString(device.Identity.LogicalDeviceName.Span), options.ExpectedFrom, meter.Behaviour);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
