using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class ShortNameMapTests
{
    private static readonly LogicalName Energy = LogicalName.Parse("1-0:1.8.0.255");
    private static readonly LogicalName Association = LogicalName.Parse("0-0:40.0.0.255");

    private static readonly ShortNameMap Map = new(
    [
        new ShortNameObject(0x0100, 3, 0, Energy),
        new ShortNameObject(0x0140, 9000, 0, LogicalName.Parse("0-0:96.99.0.255")),
        new ShortNameObject(0xFA00, 12, 4, Association),
    ]);

    [Theory]
    [InlineData(1, 0x0100)]
    [InlineData(2, 0x0108)]
    [InlineData(3, 0x0110)]
    [InlineData(5, 0x0120)]
    [InlineData(6, null)] // there the methods begin
    [InlineData(0, null)]
    [InlineData(-1, null)]
    public void Attributes_stand_eight_apart_up_to_the_methods(int attribute, int? name) =>
        Assert.Equal((ushort?)name, Map.Find(new CosemAttributeDescriptor(3, Energy, (sbyte)attribute)));

    [Fact]
    public void Methods_stand_at_the_offset_of_their_class()
    {
        Assert.Equal((ushort)0x0128, Map.Find(new CosemMethodDescriptor(3, Energy, 1)));
        Assert.Null(Map.Find(new CosemMethodDescriptor(3, Energy, 2)));
        Assert.Equal((ushort)0xFA58, Map.Find(new CosemMethodDescriptor(12, Association, 8)));
        Assert.Equal((ushort)0xFA30, Map.Find(new CosemMethodDescriptor(12, Association, 3)));
        Assert.Null(Map.Find(new CosemMethodDescriptor(12, Association, 1)));
        Assert.Null(Map.Find(new CosemMethodDescriptor(9000, LogicalName.Parse("0-0:96.99.0.255"), 1)));
        Assert.Null(Map.Find(new CosemMethodDescriptor(3, LogicalName.Parse("1-0:2.8.0.255"), 1)));
    }

    [Fact]
    public void Every_name_leads_back_to_what_has_it()
    {
        for (var name = 0; name <= ushort.MaxValue; name++)
        {
            if (Map.Find((ushort)name) is not { } found) continue;
            Assert.Equal((ushort)name, found.IsMethod ? Map.Find(found.Method) : Map.Find(found.Attribute));
        }
        Assert.Equal(2, Map.Find((ushort)0x0108)!.Value.Member);
        Assert.True(Map.Find((ushort)0x0128) is { IsMethod: true, Member: 1 });
        Assert.True(Map.Find((ushort)0xFA20) is { IsMethod: false, Member: 5 });
        Assert.True(Map.Find((ushort)0xFA58) is { IsMethod: true, Member: 8 });
    }

    [Theory]
    [InlineData(0x0000)] // before the first object
    [InlineData(0x00F8)]
    [InlineData(0x0101)] // between two attributes
    [InlineData(0x010C)]
    [InlineData(0x0130)] // after the last method
    [InlineData(0xFA60 + 8 * 8)]
    public void A_name_of_nothing_leads_nowhere(int name) => Assert.Null(Map.Find((ushort)name));

    [Fact]
    public void An_attribute_that_would_lie_in_the_next_object_has_no_name()
    {
        var close = new ShortNameMap([new(0x0100, 1, 0, Energy), new(0x0110, 1, 0, LogicalName.Parse("1-0:2.8.0.255"))]);
        Assert.Equal((ushort)0x0108, close.Find(new CosemAttributeDescriptor(1, Energy, 2)));
        Assert.Null(close.Find(new CosemAttributeDescriptor(1, Energy, 3)));
        var last = new ShortNameMap([new(0xFFF8, 1, 0, Energy)]);
        Assert.Equal((ushort)0xFFF8, last.Find(new CosemAttributeDescriptor(1, Energy, 1)));
        Assert.Null(last.Find(new CosemAttributeDescriptor(1, Energy, 2)));
    }

    [Fact]
    public void An_object_list_is_read_with_base_names_of_either_sign()
    {
        var signed = CosemData.Structure(
            CosemData.Long(unchecked((short)0xFC00)), CosemData.LongUnsigned(17), CosemData.Unsigned(0),
            CosemData.OctetString(LogicalName.Parse("0-0:41.0.0.255")));
        var unsigned = CosemData.Structure(
            CosemData.LongUnsigned(0xFD00), CosemData.LongUnsigned(1), CosemData.Unsigned(0),
            CosemData.OctetString(LogicalName.Parse("0-0:42.0.0.255")));
        var map = ShortNameMap.FromObjectList(CosemData.Array(signed, unsigned));
        Assert.Equal([0xFA00, 0xFC00, 0xFD00], map.Objects.Select(o => (int)o.BaseName));
        Assert.Equal(signed, map.Objects[1].ToData());
    }

    [Theory]
    [InlineData("0F00")]
    [InlineData("0101" + "00")]
    [InlineData("0101" + "0203" + "100100" + "120001" + "1100")]
    [InlineData("0101" + "0204" + "0600010000" + "120001" + "1100" + "09060000010000FF")]
    [InlineData("0101" + "0204" + "100100" + "120001" + "1100" + "09050000010000")]
    public void What_is_no_object_list_is_refused(string hex) =>
        Assert.Throws<ProtocolException>(() => ShortNameMap.FromObjectList(CosemData.Decode(Convert.FromHexString(hex))));

    [Fact]
    public void Of_two_objects_with_one_base_name_the_first_counts()
    {
        var map = new ShortNameMap([new(0x0100, 3, 0, Energy), new(0x0100, 1, 0, LogicalName.Parse("1-0:2.8.0.255"))]);
        Assert.Single(map.Objects);
        Assert.Equal(Energy, map.Find((ushort)0x0100)!.Value.Object.LogicalName);
    }

    [Fact]
    public void Base_names_are_given_in_order_without_overlap_and_the_same_again()
    {
        var first = Device().ShortNames.Map.Objects;
        Assert.Equal(first, Device().ShortNames.Map.Objects);
        Assert.Contains(first, o => o is { BaseName: 0xFD00, ClassId: 1 });
        Assert.Contains(first, o => o.BaseName == 0x0200 && o.LogicalName == LogicalName.Parse("1-0:2.8.0.255"));
        var map = Device().ShortNames.Map;
        foreach (var one in first)
        {
            var definition = InterfaceClasses.Nearest(one.ClassId, one.Version);
            foreach (var attribute in definition?.Attributes ?? [])
                Assert.Equal(one, ObjectAt(map.Find(new CosemAttributeDescriptor(one.ClassId, one.LogicalName, attribute.Id))));
            foreach (var method in definition is { ShortNameOfMethods: > 0 } ? definition.Methods : [])
                Assert.Equal(one, ObjectAt(map.Find(new CosemMethodDescriptor(one.ClassId, one.LogicalName, method.Id))));
        }

        ShortNameObject ObjectAt(ushort? name) => map.Find(name!.Value)!.Value.Object;
    }

    [Fact]
    public void Given_base_names_that_overlap_are_refused()
    {
        var device = Device();
        device.ShortNames.Give(Energy, 0x0208);
        Assert.Throws<InvalidOperationException>(() => device.ShortNames.Map);
        Assert.Throws<ArgumentException>(() => device.ShortNames.Give(Energy, 0x0209));
    }

    [Fact]
    public void A_device_with_more_objects_than_short_names_is_refused()
    {
        var device = new LogicalDevice(1, new byte[8]);
        for (var i = 0; i < 4_000; i++)
            device.Add(new DataObject(new LogicalName(1, 0, (byte)(i >> 8), 0, unchecked((byte)i), 255), CosemData.Null));
        Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i < 4_000; i++)
                device.Add(new DataObject(new LogicalName(2, 0, (byte)(i >> 8), 0, unchecked((byte)i), 255), CosemData.Null));
            return device.ShortNames.Map;
        });
    }

    [Fact]
    public void A_report_by_short_names_is_named()
    {
        var report = new InformationReport(null,
            [new VariableName(0x0108), new VariableName(0x0128), new VariableName(0x0999)],
            [CosemData.Unsigned(1), CosemData.Unsigned(2), CosemData.Unsigned(3)]);
        var resolved = Map.Resolve(report);
        Assert.Equal(new CosemAttributeDescriptor(3, Energy, 2), resolved[0].Attribute);
        Assert.Null(resolved[1].Attribute); // a method
        Assert.Null(resolved[2].Attribute);
        Assert.Equal(CosemData.Unsigned(3), resolved[2].Value);
    }

    private static LogicalDevice Device()
    {
        var device = new LogicalDevice(1, new byte[8]);
        device.Add(new DataObject(LogicalName.Parse("0-0:42.0.0.255"), CosemData.OctetString("HRC0000000000001"u8)));
        for (byte i = 0; i < 10; i++)
            device.Add(new RegisterObject(new LogicalName(1, 0, 1, 8, i, 255), () => CosemData.Null, new ScalerUnit(0, Unit.WattHour)));
        device.Add(new RegisterObject(LogicalName.Parse("1-0:2.8.0.255"), () => CosemData.Null, new ScalerUnit(0, Unit.WattHour)));
        device.ShortNames.Give(LogicalName.Parse("1-0:2.8.0.255"), 0x0200);
        return device;
    }
}
