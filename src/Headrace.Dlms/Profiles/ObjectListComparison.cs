namespace Headrace.Dlms.Profiles;

/// <summary>How an object of a meter differs from a profile.</summary>
public enum ObjectDifferenceKind
{
    /// <summary>The profile requires the object, the meter does not list it.</summary>
    Missing,
    /// <summary>The meter lists an object that the profile does not know.</summary>
    Additional,
    /// <summary>The object is of another interface class.</summary>
    OtherClass,
    /// <summary>The class has a version that the profile does not name.</summary>
    OtherVersion,
    /// <summary>The client may do less with an attribute than the profile says.</summary>
    FewerRights,
}

/// <summary>One difference.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="ClassId">Interface class: the profile's where the object is missing, else the meter's.</param>
/// <param name="LogicalName">The object, as the profile or the meter names it.</param>
/// <param name="Name">What it is, where the profile knows it; else empty.</param>
/// <param name="Attribute">The attribute, where rights differ.</param>
/// <param name="Expected">What the profile says; empty for an additional object.</param>
/// <param name="Found">What the meter lists; empty for a missing object.</param>
/// <param name="IsConfirmed">The profile's entry is confirmed.</param>
public sealed record ObjectDifference(
    ObjectDifferenceKind Kind, ushort ClassId, string LogicalName, string Name, sbyte? Attribute, string Expected, string Found,
    bool IsConfirmed);

/// <summary>Holds a meter's object list against a companion profile.</summary>
public static class ObjectListComparison
{
    /// <summary>The differences, missing objects first, then by logical name.</summary>
    /// <param name="profile">What is expected.</param>
    /// <param name="objects">What the meter lists to the client.</param>
    /// <param name="isPublic">The list is the public client's: only what that client sees is expected.</param>
    public static IReadOnlyList<ObjectDifference> Compare(
        CompanionProfile profile, IReadOnlyList<ListedObject> objects, bool isPublic = false)
    {
        var found = new List<ObjectDifference>();
        foreach (var expected in profile.Objects)
        {
            var wanted = expected.IsRequired && (!isPublic || expected.PublicRights.Count > 0);
            if (!wanted || objects.Any(o => expected.Pattern.Matches(o.LogicalName))) continue;
            found.Add(new ObjectDifference(ObjectDifferenceKind.Missing, expected.ClassId, expected.Pattern.ToString(), expected.Name, null,
                $"class {expected.ClassId}", "", expected.IsConfirmed));
        }
        foreach (var listed in objects.OrderBy(o => o.LogicalName.ToString(), StringComparer.Ordinal))
            found.AddRange(Differences(profile, listed, isPublic));
        return found;
    }

    private static IEnumerable<ObjectDifference> Differences(CompanionProfile profile, ListedObject listed, bool isPublic)
    {
        var matching = profile.Objects.Where(o => o.Pattern.Matches(listed.LogicalName)).ToList();
        var name = listed.LogicalName.ToString();
        if (matching.Count == 0)
        {
            yield return new ObjectDifference(ObjectDifferenceKind.Additional, listed.ClassId, name, "", null, "",
                $"class {listed.ClassId} version {listed.Version}", false);
            yield break;
        }
        var expected = matching.Find(o => o.ClassId == listed.ClassId) ?? matching[0];
        if (expected.ClassId != listed.ClassId)
        {
            yield return Differs(ObjectDifferenceKind.OtherClass, null, $"class {expected.ClassId}", $"class {listed.ClassId}");
            yield break;
        }
        if (expected.Versions.Count > 0 && !expected.Versions.Contains(listed.Version))
            yield return Differs(ObjectDifferenceKind.OtherVersion, null, $"version {string.Join(" or ", expected.Versions)}",
                $"version {listed.Version}");
        if (listed.Attributes is not { } attributes) yield break;
        foreach (var (attribute, least) in (isPublic ? expected.PublicRights : expected.Rights).OrderBy(r => r.Key))
        {
            // An attribute of a later version of the class is not demanded of an earlier one.
            var known = Classes.InterfaceClasses.Find(listed.ClassId, listed.Version);
            if (!isPublic && known is not null && known.Attribute(attribute) is null) continue;
            var given = attributes.GetValueOrDefault(attribute);
            if ((given & least & ObjectRights.ReadWrite) != (least & ObjectRights.ReadWrite))
                yield return Differs(ObjectDifferenceKind.FewerRights, attribute, least.Name(), given.Name());
        }

        ObjectDifference Differs(ObjectDifferenceKind kind, sbyte? attribute, string wanted, string got) =>
            new(kind, listed.ClassId, name, expected.Name, attribute, wanted, got, expected.IsConfirmed);
    }
}
