using Headrace.Dlms.Classes;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.Classes;

/// <summary>Objects in a logical device, and a client associated with it over a line in memory.</summary>
internal sealed class ObjectLine : IAsyncDisposable
{
    private const ushort Sap = 16;
    private static readonly ClientTimings Patient = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
    private readonly WrapperServer _server;
    private readonly MeterLine _line;

    private ObjectLine(CosemObject[] objects)
    {
        var device = new LogicalDevice(1, new byte[8]);
        foreach (var added in objects) device.Add(added);
        device.Add(new AssociationSettings { ClientSap = Sap });
        _server = new WrapperServer(device);
        _line = new MeterLine(_server.Receive);
        Client = DlmsClient.OverWrapper(_line, Sap, 1, new ClientOptions(), new SecurityKeys(), Patient, TimeProvider.System);
    }

    public DlmsClient Client { get; }

    public static async Task<ObjectLine> OpenAsync(params CosemObject[] objects)
    {
        var line = new ObjectLine(objects);
        Assert.IsType<Associated>(await line.Client.ConnectAsync(TestContext.Current.CancellationToken));
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _line.DisposeAsync();
        _server.Dispose();
    }
}
