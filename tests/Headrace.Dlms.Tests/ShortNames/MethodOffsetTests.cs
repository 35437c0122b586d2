using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class MethodOffsetTests
{
    // Where the methods of a class begin, in hex: register 28, extended register 38, demand register 48, register activation 30, profile
    // generic 58, clock 60, script table 20, association SN 20, special days 10, image transfer 40, activity calendar 50, push setup 38 in
    // version 0, security setup 30, disconnect control 20 (public documents on the Blue Book's short name tables; the clock's was seen on
    // the wire).
    private static readonly Dictionary<ushort, int> Offsets = new()
    {
        [3] = 0x28,
        [4] = 0x38,
        [5] = 0x48,
        [6] = 0x30,
        [7] = 0x58,
        [8] = 0x60,
        [9] = 0x20,
        [11] = 0x10,
        [12] = 0x20,
        [18] = 0x40,
        [20] = 0x50,
        [40] = 0x38,
        [64] = 0x30,
        [70] = 0x20,
    };

    [Fact]
    public void Definitions_carry_the_offsets_of_their_methods()
    {
        foreach (var definition in InterfaceClasses.All)
        {
            // Later versions of the push setup have attributes where version 0 has its method.
            if (definition is { ClassId: 40, Version: > 0 }) continue;
            if (Offsets.TryGetValue(definition.ClassId, out var offset))
                Assert.True(definition.ShortNameOfMethods == offset, $"{definition.Name}: {definition.ShortNameOfMethods:X2}");
            Assert.Equal(0, definition.ShortNameOfMethods % 8);
        }
    }

    [Fact]
    public void No_two_members_of_a_class_share_a_short_name()
    {
        foreach (var definition in InterfaceClasses.All)
        {
            var name = new LogicalName(0, 0, 96, 99, 1, 255);
            var map = new ShortNameMap([new ShortNameObject(0x0100, definition.ClassId, definition.Version, name)]);
            foreach (var attribute in definition.Attributes)
            {
                var found = map.Find(map.Find(new CosemAttributeDescriptor(definition.ClassId, name, attribute.Id))!.Value);
                Assert.True(found is { IsMethod: false } && found.Value.Member == attribute.Id, $"{definition.Name}: {attribute.Name}");
            }
            foreach (var method in definition.Methods)
            {
                if (map.Find(new CosemMethodDescriptor(definition.ClassId, name, method.Id)) is not { } at) continue;
                var found = map.Find(at);
                Assert.True(found is { IsMethod: true } && found.Value.Member == method.Id, $"{definition.Name}: {method.Name}");
            }
        }
    }
}
