using System.Globalization;
using Headrace.Operations;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Web.Pages.Meters;

/// <summary>The list of meters.</summary>
internal static class MetersEndpoints
{
    private const int LongestSearch = 64;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapPage("/meters", GetAsync);

    private static async Task<PageResult<MetersPage>> GetAsync(HeadEnd headEnd, string? search, string? offset,
        CancellationToken cancellationToken)
    {
        var wanted = search?.Trim() ?? "";
        if (wanted.Length > LongestSearch) wanted = wanted[..LongestSearch];
        _ = int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var first);
        var lines = await headEnd.Meters.FindAsync(wanted, first, MetersPage.PageSize, cancellationToken);
        return new PageResult<MetersPage>(new()
        {
            [nameof(MetersPage.Lines)] = lines,
            [nameof(MetersPage.Search)] = wanted,
            [nameof(MetersPage.Offset)] = first,
        });
    }
}
