using Headrace.Tests.Shared;

namespace Headrace.Ui.Tests;

/// <summary>The pages there are, each in a state with much on it.</summary>
internal static class Pages
{
    public const string Today = "/";
    public const string Meters = "/meters";
    public const string NothingFound = "/meters?search=nowhere";
    public const string Meter = $"/meters/{SampleServer.Gappy}";
    public const string MeterDay = $"/meters/{SampleServer.Gappy}?profile=1&days=1&day=2026-03-30";
    public const string MeterMonth = $"/meters/{SampleServer.Gappy}?profile=2";
    public const string MeterRead = $"/meters/{SampleServer.Readable}?profile=2&read=failed";
    public const string Unknown = "/meters/none";

    public static TheoryData<string> All => [Today, Meters, NothingFound, Meter, MeterDay, MeterMonth, MeterRead, Unknown];
}
