using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Access;

public sealed class ImageTransferTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:44.0.0.255");
    private static readonly byte[] Image = [.. Enumerable.Range(0, 950).Select(i => (byte)(i % 251))];
    private static readonly ImageTransferOptions Quick = new() { PollInterval = TimeSpan.Zero, Polls = 5 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Definition_object_and_proxy_agree() => await ClassCheck.AgreesAsync(
        new ImageTransferObject(Name, new ImageHandling()), (server, name) => new ImageTransferProxy(server, name));

    [Fact]
    public void Broken_values_are_refused() => ClassCheck.StandsBrokenValues(new ImageTransferObject(Name, new ImageHandling()), 18);

    // The same bytes as in image-transfer-001 of the shared vectors, an exchange between another client and another server.
    [Fact]
    public void Structures_stand_on_the_wire_as_others_write_them()
    {
        Assert.Equal("02020906465730303031" + "0600000096", Convert.ToHexString(new ImageInitiation("FW0001", 150).ToData().Encode()));
        Assert.Equal("020206000000000903000102", Convert.ToHexString(new ImageBlock(0, new byte[] { 0, 1, 2 }).ToData().Encode()));
        var target = new ImageTransferObject(Name, new ImageHandling());
        target.Invoke(1, new ImageInitiation("FW0001", 150).ToData());
        target.Invoke(2, new ImageBlock(0, new byte[150]).ToData());
        string[] shown = [.. ((sbyte[])[2, 3, 4, 5, 6, 7]).Select(a => Convert.ToHexString(target.Get(a, null).Data.Encode()))];
        Assert.Equal(["06000000C8", "040180", "0600000001", "03FF", "1601", "0100"], shown);
    }

    [Fact]
    public async Task An_image_is_transferred_verified_and_activated_by_a_busy_device()
    {
        var (verifying, activating) = (0, 0);
        byte[]? verified = null;
        var target = new ImageTransferObject(Name, new ImageHandling
        {
            BlockSize = 100,
            Verify = (_, image) =>
            {
                verified = image.ToArray();
                return ++verifying < 3 ? ImageStep.Busy : ImageStep.Done;
            },
            Activate = (_, _) => ++activating < 3 ? ImageStep.Busy : ImageStep.Done,
            SignatureOf = image => image[..4],
        }, enabled: false);
        await using var line = await ObjectLine.OpenAsync(target);
        var proxy = new ImageTransferProxy(line.Client, Name);
        var told = new Told();
        var transfer = new ImageTransfer(proxy, "FW0001", Image, Quick, TimeProvider.System, told);
        Assert.True((await transfer.TransferAsync(Cancel)).IsSuccess);
        Assert.Equal(10u, (await proxy.ImageFirstNotTransferredBlockNumber.ReadAsync(Cancel)).Value);
        Assert.True((await transfer.VerifyAsync(Cancel)).IsSuccess);
        Assert.Equal(Image, verified);
        var ready = (await proxy.ImageToActivateInfo.ReadAsync(Cancel)).Value.Single();
        Assert.Equal((950u, "FW0001", 4), (ready.Size, ready.Identification, ready.Signature.Length));
        Assert.True((await transfer.ActivateAsync(Cancel)).IsSuccess);
        Assert.Equal(ImageTransferStatus.ActivationSuccessful, target.Status);
        Assert.Equal(new ImageTransferProgress(ImageTransferStep.Transfer, 10, 10),
            told.All.Last(p => p.Step == ImageTransferStep.Transfer));
    }

    [Fact]
    public async Task A_transfer_goes_on_where_it_was_broken_off()
    {
        var target = new ImageTransferObject(Name, new ImageHandling { BlockSize = 100 });
        await using var line = await ObjectLine.OpenAsync(target);
        var proxy = new ImageTransferProxy(line.Client, Name);
        await proxy.ImageTransferInitiate.InvokeAsync(new ImageInitiation("FW0001", 950), Cancel);
        foreach (var block in new[] { 0, 2, 9 })
        {
            var content = Image.AsMemory(block * 100, Math.Min(100, 950 - (block * 100)));
            Assert.Equal(ActionResult.Success, await proxy.ImageBlockTransfer.InvokeAsync(new ImageBlock((uint)block, content), Cancel));
        }
        Assert.Equal(1u, (await proxy.ImageFirstNotTransferredBlockNumber.ReadAsync(Cancel)).Value);
        Assert.Equal(CosemData.BitString(10, [0xA0, 0x40]), target.Get(3, null).Data);
        var told = new Told();
        var resumed = new ImageTransfer(proxy, "FW0001", Image, Quick with { Resume = true }, TimeProvider.System, told);
        Assert.True((await resumed.TransferAsync(Cancel)).IsSuccess);
        Assert.Equal(7, told.All.Count(p => p.Step == ImageTransferStep.Transfer));
        var other = new ImageTransfer(proxy, "FW0002", Image.AsMemory(0, 300), Quick with { Resume = true }, TimeProvider.System);
        Assert.True((await other.TransferAsync(Cancel)).IsSuccess);
        Assert.True((await other.VerifyAsync(Cancel)).IsSuccess);
        Assert.Equal(300u, (await proxy.ImageToActivateInfo.ReadAsync(Cancel)).Value.Single().Size);
    }

    [Fact]
    public async Task A_bad_image_is_refused_at_its_step()
    {
        var target = new ImageTransferObject(Name, new ImageHandling
        {
            MaximumSize = 1000,
            Accepts = i => i.Identifier != "OTHER",
            Verify = (_, _) => ImageStep.Failed,
        });
        await using var line = await ObjectLine.OpenAsync(target);
        var proxy = new ImageTransferProxy(line.Client, Name);
        ImageTransfer Of(string name, int size) => new(proxy, name, new byte[size], Quick, TimeProvider.System);
        Assert.Equal(ImageTransferStep.Initiate, (await Of("FW", 1001).TransferAsync(Cancel)).Step);
        Assert.False((await Of("OTHER", 10).TransferAsync(Cancel)).IsSuccess);
        Assert.Equal(ActionResult.OtherReason, await proxy.ImageVerify.InvokeAsync(Cancel));
        Assert.True((await Of("FW", 1000).TransferAsync(Cancel)).IsSuccess);
        Assert.Equal(DataAccessResult.OtherReason, (await Of("FW", 1000).VerifyAsync(Cancel)).Result);
        Assert.Equal(ImageTransferStatus.VerificationFailed, target.Status);
        Assert.Equal(ActionResult.OtherReason, await proxy.ImageActivate.InvokeAsync(Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.ImageTransferEnabled.WriteAsync(false, Cancel));
        var notAllowed = new ImageTransfer(proxy, "FW", Image, Quick with { Enable = false }, TimeProvider.System);
        Assert.Equal(ImageTransferStep.Prepare, (await notAllowed.TransferAsync(Cancel)).Step);
        Assert.Equal(ActionResult.ReadWriteDenied, await proxy.ImageVerify.InvokeAsync(Cancel));
    }

    [Fact]
    public async Task Blocks_that_do_not_fit_are_refused()
    {
        await using var line = await ObjectLine.OpenAsync(new ImageTransferObject(Name, new ImageHandling { BlockSize = 100 }));
        var proxy = new ImageTransferProxy(line.Client, Name);
        Task<ActionResult> Send(uint number, int size) =>
            proxy.ImageBlockTransfer.InvokeAsync(new ImageBlock(number, new byte[size]), Cancel).AsTask();
        Assert.Equal(ActionResult.OtherReason, await Send(0, 100));
        Assert.Equal(ActionResult.Success, await proxy.ImageTransferInitiate.InvokeAsync(new ImageInitiation("A", 150), Cancel));
        Assert.Equal(ActionResult.DataBlockUnavailable, await Send(2, 100));
        Assert.Equal(ActionResult.DataBlockUnavailable, await Send(uint.MaxValue, 100));
        Assert.Equal(ActionResult.TypeUnmatched, await Send(1, 100));
        Assert.Equal(ActionResult.TypeUnmatched, await Send(0, 99));
        Assert.Equal(ActionResult.Success, await Send(0, 100));
        Assert.Equal(ActionResult.OtherReason, await proxy.ImageVerify.InvokeAsync(Cancel));
        Assert.Equal(ActionResult.Success, await Send(1, 50));
        Assert.Equal(ActionResult.Success, await proxy.ImageActivate.InvokeAsync(Cancel));
    }

    [Fact]
    public void An_image_is_activated_by_a_schedule()
    {
        var device = new LogicalDevice(1, new byte[8]);
        var target = device.Add(new ImageTransferObject(Name, new ImageHandling()));
        var scripts = device.Add(new ScriptTableObject(LogicalName.Parse("0-0:10.0.107.255"), device,
            new Script(1, [new ScriptAction(true, 18, Name, 4, CosemData.Integer(0))])));
        var midnight = new DateTime(2026, 3, 2, 0, 0, 0, DateTimeKind.Unspecified);
        var schedule = new SingleActionScheduleObject(LogicalName.Parse("0-0:15.0.2.255"), new ScriptReference(scripts.LogicalName, 1),
            SingleActionScheduleType.OneWithWildcards, [new ExecutionTime(new CosemTime(2, 0, 0, 0), CosemDate.NotSpecified)]);
        target.Invoke(1, new ImageInitiation("A", 3).ToData());
        target.Invoke(2, new ImageBlock(0, new byte[3]).ToData());
        Assert.Null(schedule.Tell(midnight, device));
        Assert.Equal(ActionResult.Success, schedule.Tell(midnight.AddHours(3), device)!.Value.Result);
        Assert.Equal(ImageTransferStatus.ActivationSuccessful, target.Status);
    }

    private sealed class Told : IProgress<ImageTransferProgress>
    {
        public List<ImageTransferProgress> All { get; } = [];

        public void Report(ImageTransferProgress value) => All.Add(value);
    }
}
