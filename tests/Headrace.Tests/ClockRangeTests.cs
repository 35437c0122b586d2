using Headrace.Commands.Dlms;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Tests;

public sealed class ClockRangeTests
{
    private static readonly CosemDateTime Eight = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(1)));
    private static readonly CosemDateTime Nine = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(1)));

    [Fact]
    public void Both_ends_belong_to_it_and_deviations_count_where_both_tell_them()
    {
        var range = new ClockRange(Eight, Nine);
        Assert.True(range.Contains(Eight));
        Assert.True(range.Contains(CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero))));
        Assert.False(range.Contains(CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 8, 0, 1, TimeSpan.Zero))));
        Assert.True(range.Contains(Eight.WithoutDeviation()));
        Assert.False(range.Contains(CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 7, 59, 59, TimeSpan.Zero)).WithoutDeviation()));
        Assert.False(range.Contains(CosemDateTime.NotSpecified));
    }

    [Fact]
    public void A_refused_counter_is_no_refused_selection()
    {
        Assert.True(ClockRange.IsRefusedBy(new DlmsRefusalException("x", null, DataAccessResult.ReadWriteDenied)));
        Assert.False(ClockRange.IsRefusedBy(new DlmsRefusalException("x", null, DataAccessResult.ObjectUndefined)));
        var counter = new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.InvocationCounterError, 7);
        Assert.False(ClockRange.IsRefusedBy(new DlmsRefusalException("x", counter)));
    }
}
