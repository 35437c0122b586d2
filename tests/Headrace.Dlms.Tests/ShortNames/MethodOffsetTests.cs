using Headrace.Dlms.Classes;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class MethodOffsetTests
{
    // Where the methods of a class begin, in hex: register 28, extended register 38, demand register 48, register activation 30, profile
    // generic 58, clock 60, script table 20, association SN 20, special days 10, image transfer 40, activity calendar 50, push setup 38,
    // security setup 30, disconnect control 20 (public documents on the Blue Book's short name tables; the clock's was seen on the wire).
    private static readonly Dictionary<ushort, int> Offsets = new()
    {
        [3] = 0x28, [4] = 0x38, [5] = 0x48, [6] = 0x30, [7] = 0x58, [8] = 0x60, [9] = 0x20, [11] = 0x10, [12] = 0x20, [18] = 0x40,
        [20] = 0x50, [40] = 0x38, [64] = 0x30, [70] = 0x20,
    };

    [Fact]
    public void Definitions_carry_the_offsets_of_their_methods()
    {
        foreach (var definition in InterfaceClasses.All)
        {
            if (Offsets.TryGetValue(definition.ClassId, out var offset))
                Assert.True(definition.ShortNameOfMethods == offset, $"{definition.Name}: {definition.ShortNameOfMethods:X2}");
            Assert.Equal(0, definition.ShortNameOfMethods % 8);
        }
    }

    [Fact]
    public void No_attribute_of_a_class_stands_where_one_of_its_methods_does()
    {
        foreach (var definition in InterfaceClasses.All.Where(c => c.ShortNameOfMethods > 0))
        {
            var attributes = definition.Attributes.Select(a => (a.Id - 1) * 8).ToHashSet();
            foreach (var method in definition.Methods)
                Assert.False(attributes.Contains(definition.ShortNameOfMethods + (method.Id - 1) * 8), $"{definition.Name}: {method.Name}");
        }
    }
}
