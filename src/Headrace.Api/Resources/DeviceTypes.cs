using Headrace.Core.Catalogue;
using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /device-types</c>: the types of meters that can be registered.</summary>
internal static class DeviceTypes
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/device-types", Get)
        .WithName("ListDeviceTypes").WithTags("catalogue")
        .WithSummary("Lists the known types of devices with their registers and load profiles.");

    private static Ok<DeviceTypeItem[]> Get(HeadEnd headEnd) =>
        TypedResults.Ok(headEnd.DeviceTypes.All.OrderBy(t => t.Name, StringComparer.Ordinal).Select(DeviceTypeItem.Of).ToArray());
}

/// <summary>A type of device.</summary>
internal sealed record DeviceTypeItem(
    string Name, string Title, string Driver, IReadOnlyList<QuantityItem> Registers, IReadOnlyList<DeviceProfileItem> Profiles)
{
    public static DeviceTypeItem Of(DeviceType type) => new(
        type.Name, type.Title, type.Driver, [.. type.Registers.Select(QuantityItem.Of)],
        [.. type.Profiles.Select(p => new DeviceProfileItem(
            p.Number, p.Name, p.Obis, (long)p.CapturePeriod.TotalSeconds, p.MemoryDepth.TotalDays,
            [.. p.Columns.Select(QuantityItem.Of)]))]);
}

/// <summary>A load profile of a type.</summary>
/// <param name="Number">Number within the type.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Obis">OBIS code.</param>
/// <param name="PeriodSeconds">Capture period.</param>
/// <param name="MemoryDays">How far back the meter remembers.</param>
/// <param name="Columns">Captured quantities in order.</param>
internal sealed record DeviceProfileItem(short Number, string Name, string Obis, long PeriodSeconds, double MemoryDays,
    IReadOnlyList<QuantityItem> Columns);

/// <summary>A quantity a type offers.</summary>
internal sealed record QuantityItem(int ClassId, string Obis, int Attribute, string Name, int Scaler, string Unit)
{
    public static QuantityItem Of(Quantity quantity) =>
        new(quantity.ClassId, quantity.Obis, quantity.Attribute, quantity.Name, quantity.Scaler, quantity.Unit);
}
