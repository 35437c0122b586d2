using Headrace.Core.Catalogue;
using Headrace.Drivers.Profiles;

namespace Headrace.Drivers.Tests.Profiles;

public sealed class DeviceTypeFilesTests
{
    private static readonly DeviceTypeFiles Types = DeviceTypeFiles.Load();

    [Fact]
    public void The_types_that_come_along_load_and_the_abstract_ones_are_not_among_them() =>
        Assert.Equal(["dlms-generic", "dlms-generic-low", "dlms-generic-none", "idis-e450", "push-generic"], Types.All.Select(t => t.Name));

    [Fact]
    public void The_idis_household_meter_is_as_agreed()
    {
        var type = Types.Find("idis-e450")!;
        Assert.Equal("dlms", type.Driver);
        Assert.Equal(14, type.Registers.Count);
        Assert.Equal(new Quantity(3, "1-0:31.7.0.255", 2, "Current L1", -2, "A"), type.Registers[11]);
        var first = type.Profiles[0];
        Assert.Equal((1, "1-0:99.1.0.255", TimeSpan.FromMinutes(15), TimeSpan.FromDays(40), 1),
            (first.Number, first.Obis, first.CapturePeriod, first.MemoryDepth, first.StatusColumn));
        Assert.Equal(["0-0:1.0.0.255", "0-0:96.10.1.255", "1-0:1.8.0.255", "1-0:2.8.0.255"], first.Columns.Select(c => c.Obis));
        Assert.Equal(8, type.Profiles[1].Columns.Count);
        Assert.Equal(TimeSpan.FromDays(1), type.Profiles[1].CapturePeriod);
        Assert.Equal(["0-0:25.9.0.255", "0-1:25.9.0.255", "0-2:25.9.0.255", "0-4:25.9.0.255"], type.Pushes.Select(p => p.PushSetup));
        Assert.Equal("Power up", type.EventName("0-0:99.98.0.255", 2));
        Assert.Equal("RAM error", type.EventName(DeviceType.AlarmLog, 9));
        Assert.Equal("Alarm 7", type.EventName(DeviceType.AlarmLog, 7));
        Assert.Equal(("gmac", true, "0-0:43.1.0.255", false),
            (type.Access.Authentication, type.Access.Ciphered, type.Access.InvocationCounter, type.Access.AcceptUnauthenticated));
    }

    [Fact]
    public void A_variant_keeps_what_it_does_not_change()
    {
        var low = Types.Find("dlms-generic-low")!;
        Assert.Equal(
            ("low", false, 1, null), (low.Access.Authentication, low.Access.Ciphered, low.Access.ClientSap, low.Access.InvocationCounter));
        Assert.Equal(Types.Find("dlms-generic")!.Registers, low.Registers);
        Assert.True(Types.Find("push-generic")!.Access.AcceptUnauthenticated);
        Assert.Empty(Types.Find("push-generic")!.Profiles);
    }

    [Fact]
    public void A_folder_adds_types_that_extend_the_given_ones()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "ours.json"), """
                {
                  "name": "ours", "extends": "idis-e450", "title": "Ours",
                  "access": { "client_sap": 2, "tolerances": ["other-context"], "max_list_items": 10 }
                }
                """);
            var ours = DeviceTypeFiles.Load(folder.FullName).Find("ours")!;
            Assert.Equal(2, ours.Access.ClientSap);
            Assert.Equal(["other-context"], ours.Access.Tolerances);
            Assert.Equal(10, ours.Access.MaxListItems);
            Assert.Equal("gmac", ours.Access.Authentication);
            Assert.Equal(2, ours.Profiles.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("{", "x.json: not valid JSON")]
    [InlineData("[]", "x.json: not a JSON object")]
    [InlineData("""{ "title": "X" }""", "x.json: 'name' is missing or empty")]
    [InlineData("""{ "name": "X", "title": "X", "driver": "dlms" }""", "the name 'X' has other characters")]
    [InlineData("""{ "name": "x", "driver": "dlms" }""", "x.json: 'title' is missing or empty")]
    [InlineData("""{ "name": "x", "extends": "y", "title": "X", "driver": "dlms" }""", "x.json: extends \"y\", which is no known type")]
    [InlineData("""{ "name": "x", "extends": "x", "title": "X", "driver": "dlms" }""", "x.json: inheritance runs in a circle")]
    [InlineData("""{ "name": "x", "title": "X", "driver": "dlms", "colour": 1 }""", "x.json: 'colour' is not known here")]
    [InlineData("""{ "name": "x", "title": "X", "driver": "dlms", "access": { "authentication": "high" } }""",
        "x.json: access: 'authentication' is 'high'")]
    [InlineData("""{ "name": "x", "title": "X", "driver": "dlms", "access": { "client_sap": 0 } }""", "x.json: access: 'client_sap' is 0")]
    [InlineData("""{ "name": "x", "title": "X", "driver": "dlms", "registers": ["a"] }""", "x.json: 'a' in 'registers' is no quantity")]
    [InlineData("""{ "name": "x", "title": "X", "driver": "dlms", "quantities": { "a": { "class": 3, "obis": "1.8.0", "name": "A" } } }""",
        "x.json: quantities.a: '1.8.0' is no OBIS code")]
    [InlineData(
        """{ "name": "x", "title": "X", "driver": "dlms","""
            + """ "quantities": { "a": { "class": 3, "obis": "1-0:1.8.0.255", "name": "A", "unit": "kWh" } } }""",
        "quantities.a: 'kWh' is no unit")]
    [InlineData(
        """{ "name": "x", "extends": "idis-e450", "title": "X","""
            + """ "profiles": [{ "number": 1, "name": "P", "obis": "1-0:99.1.0.255", "capture_seconds": 700,"""
            + """ "memory_days": 1, "columns": ["clock"] }] }""",
        "profiles[0]: 'capture_seconds' is 700")]
    [InlineData(
        """{ "name": "x", "extends": "idis-e450", "title": "X","""
            + """ "profiles": [{ "number": 1, "name": "P", "obis": "1-0:99.1.0.255", "capture_seconds": 900,"""
            + """ "memory_days": 1, "columns": ["import"] }] }""",
        "profiles[0]: the columns must hold the clock once")]
    [InlineData("""{ "name": "x", "extends": "idis-e450", "title": "X", "profiles": [] }""",
        "pushes[0]: the buffer 1-0:99.1.0.255 is of no profile of this type")]
    public void A_wrong_file_is_refused_with_its_place_and_the_rule(string json, string complaint)
    {
        var given = new[] { "dlms.json", "idis.json", "idis-e450.json" }.Select(Embedded).Append(("x.json", json));
        var thrown = Assert.Throws<DeviceTypeException>(() => DeviceTypeFiles.Load(given));
        Assert.Contains(complaint, thrown.Message, StringComparison.Ordinal);
    }

    private static (string, string) Embedded(string name)
    {
        using var reader = new StreamReader(typeof(DeviceTypeFiles).Assembly.GetManifestResourceStream(name)!);
        return (name, reader.ReadToEnd());
    }
}
