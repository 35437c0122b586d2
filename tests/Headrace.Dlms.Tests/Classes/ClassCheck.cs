using System.Reflection;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Data;

namespace Headrace.Dlms.Tests.Classes;

/// <summary>What holds of every class: definition, server object and proxy agree, attribute by attribute, over a real
/// association.</summary>
internal static class ClassCheck
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The object has the attributes and methods of its definition, in types the definition allows, refuses other types, and the
    /// proxy reads and writes each of them.</summary>
    public static async Task AgreesAsync(CosemObject checkedObject, Func<ICosemAccess, LogicalName, CosemProxy> proxyOf)
    {
        var definition = InterfaceClasses.Find(checkedObject.ClassId, checkedObject.Version);
        Assert.NotNull(definition);
        Assert.Equal(definition.Attributes.Select(a => a.Id), checkedObject.Attributes);
        Assert.Equal(definition.Methods.Select(m => m.Id), checkedObject.Methods);
        foreach (var attribute in definition.Attributes)
        {
            var data = checkedObject.Get(attribute.Id, null).Data;
            Assert.True(attribute.Takes(data.Tag), $"{attribute.Name} is {data.Tag}");
            RefusesOtherTypes(checkedObject, attribute);
        }
        await using var line = await ObjectLine.OpenAsync(checkedObject);
        var proxy = proxyOf(line.Client, checkedObject.LogicalName);
        Assert.Equal(checkedObject.ClassId, proxy.ClassId);
        var members = proxy.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        var seen = new SortedSet<sbyte> { 1 };
        foreach (var member in members.Where(m => IsAttribute(m.PropertyType)))
        {
            var check = typeof(ClassCheck).GetMethod(nameof(CarriesAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
            seen.Add(await (Task<sbyte>)check.MakeGenericMethod(member.PropertyType.GetGenericArguments())
                .Invoke(null, [member.GetValue(proxy), checkedObject, definition])!);
        }
        Assert.Superset(new SortedSet<sbyte>(checkedObject.Attributes), seen);
    }

    /// <summary>Values of an attribute with one part replaced by anything are taken or refused, never more than that.</summary>
    public static void StandsBrokenValues(CosemObject checkedObject, int seed)
    {
        var random = new RandomData(seed);
        foreach (var attribute in checkedObject.Attributes.ToArray())
        {
            var before = checkedObject.Get(attribute, null).Data;
            for (var i = 0; i < 300; i++)
            {
                var result = checkedObject.Set(attribute, Broken(before, random));
                Assert.Contains(result, (DataAccessResult[])[DataAccessResult.Success, DataAccessResult.TypeUnmatched,
                    DataAccessResult.OtherReason, DataAccessResult.ReadWriteDenied]);
                checkedObject.Get(attribute, null);
            }
        }
        foreach (var method in checkedObject.Methods.ToArray())
            for (var i = 0; i < 300; i++) checkedObject.Invoke(method, random.Value());
    }

    private static CosemData Broken(CosemData value, RandomData random)
    {
        if (value.Items.Count == 0 || random.Random.Next(4) == 0) return random.Value(4);
        var items = value.Items.ToList();
        var at = random.Random.Next(items.Count);
        if (random.Random.Next(8) == 0) items.RemoveAt(at);
        else items[at] = Broken(items[at], random);
        return value.Tag == CosemTag.Structure ? CosemData.Structure(items) : CosemData.Array(items);
    }

    private static MessageProtection Protected => new(Authenticated: true, Encrypted: true);

    private static void RefusesOtherTypes(CosemObject checkedObject, AttributeDefinition attribute)
    {
        if (attribute.Types.Count == 0 || !checkedObject.RightsOf(attribute.Id).AllowsWrite(Protected)) return;
        Assert.Equal(DataAccessResult.TypeUnmatched, checkedObject.Set(attribute.Id, CosemData.Float64(1)));
        if (attribute.Types.Contains(CosemTag.Array))
            Assert.Equal(DataAccessResult.TypeUnmatched, checkedObject.Set(attribute.Id, CosemData.Unsigned(1)));
        if (attribute.Types.Contains(CosemTag.Structure))
            Assert.Equal(DataAccessResult.TypeUnmatched, checkedObject.Set(attribute.Id, CosemData.Structure()));
    }

    private static bool IsAttribute(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(AttributeProxy<>);

    private static async Task<sbyte> CarriesAsync<T>(AttributeProxy<T> attribute, CosemObject checkedObject, InterfaceClass definition)
    {
        var id = attribute.Descriptor.AttributeId;
        if (definition.Attribute(id) is null) return id;
        var (mode, before) = (checkedObject.RightsOf(id), checkedObject.Get(id, null).Data);
        var read = await attribute.ReadAsync(Cancel);
        Assert.Equal(mode.AllowsRead(Protected) ? DataAccessResult.Success : DataAccessResult.ReadWriteDenied, read.Result);
        if (!read.IsSuccess) return id;
        var written = await attribute.WriteAsync(read.Value, Cancel);
        if (!mode.AllowsWrite(Protected)) Assert.Equal(DataAccessResult.ReadWriteDenied, written);
        else Assert.Equal(DataAccessResult.Success, written);
        Assert.Equal(before, checkedObject.Get(id, null).Data);
        return id;
    }
}
