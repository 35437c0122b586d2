using Headrace.Core.Metering;
using Headrace.Simulation.Fleet;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>Virtual meters of the simulation, registered with the head-end of a test.</summary>
internal static class Fleet
{
    /// <summary>Starts meters of one behaviour and registers them.</summary>
    public static async Task<(VirtualFleet Fleet, Meter[] Meters)> StartAsync(HeadEnd headEnd, MeterBehaviour behaviour, int meters = 1)
    {
        var fleet = new VirtualFleet(new FleetOptions
        {
            Meters = meters,
            Seed = 20261120,
            Zone = headEnd.Ports.Calendar.Zone,
            Behaviours = [behaviour],
            PushTarget = headEnd.Gateway.Endpoint!.ToString(),
            Transport = PushTransport.Tcp,
            MomentaryPeriod = TimeSpan.FromHours(10),
        });
        await fleet.StartAsync(HeadEnd.Cancel);
        return (fleet, [.. fleet.Meters.Select(info => Register(headEnd, info))]);
    }

    /// <summary>Registers a virtual meter with its keys.</summary>
    public static Meter Register(HeadEnd headEnd, VirtualMeterInfo info, Func<Meter, Meter>? change = null)
    {
        var contact = ContactModes.None;
        foreach (var way in info.Contact)
            contact |= way switch { "pushes" => ContactModes.Pushes, "answers" => ContactModes.Answers, _ => ContactModes.DialsIn };
        var meter = new Meter
        {
            Serial = info.Serial,
            SystemTitle = Convert.ToHexString(info.SystemTitle.Span),
            DeviceType = info.DeviceType,
            Address = info.Address,
            Contact = contact,
            LogicalDeviceName = info.LogicalDeviceName,
        };
        return headEnd.Meters.Add(
            change?.Invoke(meter) ?? meter,
            Convert.ToHexString(info.GlobalUnicastKey.Span),
            Convert.ToHexString(info.AuthenticationKey.Span),
            System.Text.Encoding.ASCII.GetString(info.Password.Span));
    }
}
