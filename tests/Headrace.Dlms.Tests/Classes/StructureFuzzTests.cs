using System.Reflection;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Tests.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Classes;

public sealed class StructureFuzzTests
{
    public static TheoryData<string> Structures =>
        [.. typeof(CosemObject).Assembly.GetTypes().Where(IsStructure).Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Structures))]
    public void Any_data_is_taken_or_is_a_protocol_exception(string name)
    {
        var take = typeof(StructureFuzzTests).GetMethod(nameof(Fuzz), BindingFlags.NonPublic | BindingFlags.Static)!;
        take.MakeGenericMethod(typeof(CosemObject).Assembly.GetType(name)!).Invoke(null, []);
    }

    private static void Fuzz<T>() where T : ICosemStructure<T>
    {
        var random = new RandomData(20261120);
        for (var i = 0; i < 3000; i++)
        {
            var data = i % 3 == 0 ? random.Value()
                : CosemData.Structure([.. Enumerable.Range(0, random.Random.Next(1, 15)).Select(_ => random.Value(3))]);
            var thrown = Record.Exception(() =>
            {
                var taken = T.FromData(data);
                Assert.Equal(taken.ToData(), T.FromData(taken.ToData()).ToData());
            });
            Assert.True(thrown is null or ProtocolException, $"{data}: {thrown}");
        }
    }

    private static bool IsStructure(Type type) => !type.IsAbstract && type.GetInterfaces()
        .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICosemStructure<>));
}
