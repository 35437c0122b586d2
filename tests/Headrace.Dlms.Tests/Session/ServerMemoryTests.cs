using System.Buffers;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

[Collection(WholeProcess.Name)]
public sealed class ServerMemoryTests
{
    [Fact]
    public void A_get_of_an_attribute_allocates_little()
    {
        var served = new ServedDevice().Open();
        var request = ServedDevice.Get(1, ServedDevice.Number).Encode();
        Assert.InRange(Allocated(served.Association, _ => request), 1, 150);
    }

    [Fact]
    public void A_ciphered_get_of_an_attribute_allocates_little()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("glo");
        meter.Exchange(client, sap, client.Open());
        var requests = new List<byte[]>();
        for (var i = 0; i < 300; i++)
        {
            requests.Add(client.Get(TestMeter.Attribute(3, TestMeter.Energy)).ToArray());
            client.GiveUp();
        }
        Assert.InRange(Allocated(meter.Server.Find(sap, 1)!, i => requests[i]), 1, 500);
    }

    [Fact]
    public void An_idle_association_is_small()
    {
        var served = new ServedDevice();
        const int count = 10_000;
        var kept = new ServerAssociation[count];
        var request = ServedDevice.OpenRequest();
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < count; i++)
        {
            kept[i] = new ServerAssociation(served.Device, served.Settings);
            kept[i].Handle(request);
        }
        var each = (GC.GetTotalMemory(true) - before) / count;
        Assert.Equal(ServerAssociationState.Associated, kept[^1].State);
        Assert.InRange(each, 1, 600);
    }

    private static long Allocated(ServerAssociation association, Func<int, byte[]> request)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        void Ask(int i)
        {
            output.ResetWrittenCount();
            association.Handle(request(i), output);
            if (output.WrittenCount == 0 || output.WrittenSpan[0] == 0xD8) throw new InvalidOperationException("refused");
        }
        for (var i = 0; i < 100; i++) Ask(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 100; i < 300; i++) Ask(i);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 200;
    }
}
