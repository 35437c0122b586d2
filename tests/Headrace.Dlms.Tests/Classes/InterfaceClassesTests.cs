using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Classes;

public sealed class InterfaceClassesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_class_is_defined_once_a_version_with_members_in_order()
    {
        var all = InterfaceClasses.All;
        Assert.Equal(all.Count, all.Select(c => (c.ClassId, c.Version)).Distinct().Count());
        Assert.All(all, c =>
        {
            Assert.Equal(c.Attributes.Select(a => a.Id).Order().Distinct(), c.Attributes.Select(a => a.Id));
            Assert.Equal(c.Methods.Select(m => m.Id).Order().Distinct(), c.Methods.Select(m => m.Id));
            Assert.Equal("logical_name", c.Attributes[0].Name);
            Assert.Equal(0, c.ShortNameOfMethods % 8);
        });
    }

    // Reference, offsets of the first method from the base name (hex).
    [Theory]
    [InlineData(3, 0x28)]
    [InlineData(4, 0x38)]
    [InlineData(5, 0x48)]
    [InlineData(6, 0x30)]
    [InlineData(7, 0x58)]
    [InlineData(8, 0x60)]
    [InlineData(9, 0x20)]
    [InlineData(12, 0x20)]
    [InlineData(20, 0x50)]
    [InlineData(11, 0x10)]
    [InlineData(70, 0x20)]
    [InlineData(18, 0x40)]
    [InlineData(64, 0x30)]
    [InlineData(40, 0x38)]
    public void Methods_have_their_short_names(int classId, int offset) =>
        Assert.All(InterfaceClasses.All.Where(c => c.ClassId == classId), c => Assert.Equal(offset, c.ShortNameOfMethods));

    [Fact]
    public void A_version_that_is_not_known_is_taken_for_the_one_below()
    {
        Assert.Equal(1, InterfaceClasses.Nearest(7, 9)!.Version);
        Assert.Equal(0, InterfaceClasses.Nearest(3, 0)!.Version);
        Assert.Null(InterfaceClasses.Nearest(9999, 0));
    }

    [Fact]
    public async Task Classes_that_are_not_known_are_read_written_and_invoked_as_raw_data()
    {
        var name = LogicalName.Parse("0-0:96.99.7.255");
        await using var line = await ObjectLine.OpenAsync(new CosemObject(9001, 3, name)
            .WithAttribute(2, CosemData.LongUnsigned(7), writable: true)
            .WithMethod(1, parameter => new MethodAnswer(ActionResult.Success, parameter)));
        var proxy = new CosemProxy(line.Client, 9001, name);
        Assert.Equal(7, (await proxy.ReadAsync(2, Cancel)).Value.AsInteger());
        Assert.Equal(DataAccessResult.Success, await proxy.WriteAsync(2, CosemData.LongUnsigned(8), Cancel));
        Assert.Equal(DataAccessResult.TypeUnmatched, await proxy.WriteAsync(2, CosemData.Null, Cancel));
        Assert.Equal(8, (await proxy.Attribute(2).ReadAsync(Cancel)).Value.AsInteger());
        var echoed = await proxy.InvokeAsync(1, CosemData.Enum(5), Cancel);
        Assert.Equal(CosemData.Enum(5), echoed.ReturnParameters!.Value.Data);
        Assert.Equal(5, (await proxy.Method(1, CosemTypes.Unsigned, CosemTypes.Unsigned).InvokeAsync(5, Cancel)).Value);
        Assert.False((await proxy.ReadAsync(9, Cancel)).IsSuccess);
        var missing = await proxy.ReadAsync(9, Cancel);
        Assert.Throws<InvalidOperationException>(() => missing.Value);
    }

    [Fact]
    public async Task A_value_of_another_shape_names_its_attribute()
    {
        var name = LogicalName.Parse("1-0:1.8.0.255");
        await using var line = await ObjectLine.OpenAsync(new CosemObject(3, 0, name).WithAttribute(3, CosemData.Unsigned(1)));
        var proxy = new Dlms.Classes.Measurement.RegisterProxy(line.Client, name);
        var thrown = await Assert.ThrowsAsync<ProtocolException>(async () => await proxy.ScalerUnit.ReadAsync(Cancel));
        Assert.Contains("class 3, 1-0:1.8.0.255, member 3", thrown.Message, StringComparison.Ordinal);
    }
}
