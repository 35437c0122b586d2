using Headrace.Dlms.Acse;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;

namespace Headrace.Dlms.Tests.Profiles;

/// <summary>The profiles that come with the library, and what is said of files that are wrong.</summary>
public sealed class CompanionProfileTests
{
    [Fact]
    public void The_packages_inherit_from_one_another()
    {
        var second = CompanionProfiles.Known.Find("idis-2")!;
        var third = CompanionProfiles.Known.Find("idis-3")!;
        Assert.Equal("idis-2", third.Extends);
        Assert.Equal("Power down", third.Events[1].Name);
        Assert.Equal(second.Objects.Count, third.Objects.Count);
        Assert.Contains(AuthenticationMechanism.HighLevelEcdsa, third.Clients["management"].Mechanisms);
        Assert.DoesNotContain(AuthenticationMechanism.HighLevelEcdsa, second.Clients["management"].Mechanisms);
        Assert.Equal(16, third.Clients["public"].Sap);
        Assert.Null(CompanionProfiles.Known.Find("idis")); // abstract
    }

    [Fact]
    public void Marks_of_confidence_are_kept()
    {
        var profile = CompanionProfiles.Known.Find("idis-2")!;
        Assert.True(profile.Events[76].IsConfirmed);
        Assert.False(profile.Events[158].IsConfirmed);
        Assert.True(profile.Alarms[1][13].IsConfirmed);
        Assert.False(profile.Clients["pre-established"].IsConfirmed);
    }

    [Fact]
    public void Dsmr_has_codes_of_its_own()
    {
        var profile = CompanionProfiles.Known.Find("dsmr-5")!;
        Assert.Equal("Module cover removed", profile.Events[48].Name);
        Assert.Equal("Configuration changed", profile.Alarms[1][4].Name);
        Assert.Equal("0-0:99.98.4.255", profile.EventLogs["communication"].ToString());
    }

    [Theory]
    [InlineData("""{"name":"x","title":"t","source":"s","cake":1}""", "'cake' is not known")]
    [InlineData("""{"name":"x","extends":"nobody","title":"t","source":"s"}""", "no known profile")]
    [InlineData("""{"name":"x","title":"t","source":"s","objects":{"1-0:1":{"class":3,"name":"n"}}}""", "no logical name")]
    [InlineData("""{"name":"x","title":"t","source":"s","objects":{"1-0:1.8.0.255":{"class":0,"name":"n"}}}""", "not within 1")]
    [InlineData("""{"name":"x","title":"t","source":"s","objects":{"1-0:1.8.0.255":{"class":3,"name":"n","rights":{"2":"all"}}}}""",
        "objects.1-0:1.8.0.255.rights")]
    [InlineData("""{"name":"x","title":"t","source":"s","events":{"1":{"name":"n","log":"diary"}}}""", "no event log")]
    [InlineData("""{"name":"x","title":"t","source":"s","clients":{"a":{"sap":1,"context":"latin"}}}""", "no application context")]
    [InlineData("""{"name":"idis-2","title":"t","source":"s"}""", "defined in")]
    [InlineData("""{"title":"t"}""", "'name' is missing")]
    [InlineData("[", "not valid JSON")]
    public void What_is_wrong_in_a_file_is_named_with_its_place(string json, string words)
    {
        var thrown = Assert.Throws<CompanionProfileException>(() => CompanionProfiles.Load([("own.json", json)]));
        Assert.Contains(words, thrown.Message, StringComparison.Ordinal);
        Assert.StartsWith("own.json", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_star_stands_for_any_value_of_a_group()
    {
        Assert.True(LogicalNamePattern.TryParse("0-*:24.1.0.255", out var pattern));
        Assert.True(pattern.Matches(new LogicalName(0, 4, 24, 1, 0, 255)));
        Assert.False(pattern.Matches(new LogicalName(0, 4, 24, 2, 0, 255)));
        Assert.Equal("0-*:24.1.0.255", pattern.ToString());
        Assert.False(LogicalNamePattern.TryParse("0-*:24.1.0", out _));
    }

    [Fact]
    public void Every_kind_of_difference_is_found()
    {
        var profile = CompanionProfiles.Load([("own.json", """
            {
              "name": "own", "title": "t", "source": "s",
              "class_rights": { "3": { "2": "read" } },
              "objects": {
                "1-0:1.8.0.255": { "class": 3, "name": "Import", "versions": [0], "required": true, "confirmed": true },
                "1-0:2.8.0.255": { "class": 3, "name": "Export", "versions": [0], "required": true },
                "0-0:1.0.0.255": { "class": 8, "name": "Clock", "rights": { "2": "read-write" } }
              }
            }
            """)]).Find("own")!;
        var differences = ObjectListComparison.Compare(profile,
        [
            Listed(3, 1, "1-0:1.8.0.255", (2, ObjectRights.None)),
            Listed(4, 0, "0-0:1.0.0.255"),
            Listed(1, 0, "0-0:96.1.0.255", (2, ObjectRights.Read)),
        ]);
        Assert.Equal(
            [
                (ObjectDifferenceKind.Missing, "1-0:2.8.0.255"), (ObjectDifferenceKind.OtherClass, "0-0:1.0.0.255"),
                (ObjectDifferenceKind.Additional, "0-0:96.1.0.255"), (ObjectDifferenceKind.OtherVersion, "1-0:1.8.0.255"),
                (ObjectDifferenceKind.FewerRights, "1-0:1.8.0.255"),
            ],
            differences.Select(d => (d.Kind, d.LogicalName)));
        Assert.Equal("none", differences[^1].Found);
        Assert.True(differences[^1].IsConfirmed);
        Assert.False(differences[0].IsConfirmed);
    }

    [Theory]
    [InlineData(1, 1, "read")]
    [InlineData(3, 1, "read-write")]
    [InlineData(6, 2, "read-write protected")]
    [InlineData(3, 3, "read-write")]
    [InlineData(0x05, 3, "read protected")]
    [InlineData(0, 0, "none")]
    public void Access_modes_mean_the_same_whichever_version_writes_them(long mode, int version, string text)
    {
        var rights = ObjectRightsText.FromMode(mode, version);
        Assert.Equal(text, rights.Name());
        Assert.True(ObjectRightsText.TryParse(text, out var again));
        Assert.Equal(rights, again);
    }

    private static ListedObject Listed(ushort classId, byte version, string name, params (sbyte Attribute, ObjectRights Rights)[] rights) =>
        new(classId, version, LogicalName.Parse(name), rights.ToDictionary(r => r.Attribute, r => r.Rights), new Dictionary<sbyte, bool>());
}
