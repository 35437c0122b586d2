using System.Net;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Connections.Tests;

/// <summary>A meter of the library's own tests, and how its clients reach it.</summary>
internal static class World
{
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    public static DlmsConnectionOptions Public { get; } = new()
    {
        Timings = new ClientTimings(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2)),
    };

    /// <summary>Reads a number that the public client may read, and checks it.</summary>
    public static async Task ReadEnergyAsync(DlmsClient client)
    {
        var read = await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel);
        Assert.Equal(CosemData.DoubleLongUnsigned(123_456), read.Data);
    }
}
