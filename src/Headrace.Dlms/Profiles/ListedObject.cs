using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Profiles;

/// <summary>One entry of a meter's object list.</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="Version">Version of the class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="Attributes">Rights by attribute; null where the list does not tell, as with short names.</param>
/// <param name="Methods">Whether each method may be invoked; null where the list does not tell.</param>
public sealed record ListedObject(
    ushort ClassId, byte Version, LogicalName LogicalName, IReadOnlyDictionary<sbyte, ObjectRights>? Attributes,
    IReadOnlyDictionary<sbyte, bool>? Methods)
{
    private const ushort AssociationClass = 15;

    /// <summary>Takes object_list of an association apart (class 15, attribute 2).</summary>
    /// <exception cref="ProtocolException">Not such a list.</exception>
    public static IReadOnlyList<ListedObject> FromData(CosemData list)
    {
        var entries = list.AsArray();
        var association = entries.FirstOrDefault(entry =>
            entry.Items.Count == 4 && entry.Items[0].TryGetInteger(out var id) && id == AssociationClass
            && entry.Items[2].AsLogicalName() == AssociationObject.Current);
        var version = association is not null && association.Items[1].TryGetInteger(out var given) ? (int)given : 1;
        return [.. entries.Select(entry => FromEntry(entry.AsStructure(4), version))];
    }

    /// <summary>Takes object_list and access_rights_list of a short name association apart (class 12, attributes 2 and 3).</summary>
    /// <param name="list">The objects.</param>
    /// <param name="rights">What the client may do with them, by base name; null where the meter does not tell.</param>
    /// <exception cref="ProtocolException">Not such lists.</exception>
    public static IReadOnlyList<ListedObject> FromShortNames(CosemData list, CosemData? rights)
    {
        var byName = (rights?.AsList(ShortNameRights.FromData) ?? []).GroupBy(r => r.BaseName).ToDictionary(g => g.Key, g => g.First());
        return [.. list.AsList(ShortNameObject.FromData).Select(o =>
        {
            var given = byName.GetValueOrDefault(o.BaseName);
            return new ListedObject(o.ClassId, o.Version, o.LogicalName,
                given?.Attributes.GroupBy(a => a.Attribute).ToDictionary(g => g.Key, g => ObjectRightsText.FromMode(g.First().Mode, 0)),
                given?.Methods.GroupBy(m => m.Method).ToDictionary(g => g.Key, g => g.First().Mode != 0));
        })];
    }

    /// <summary>Reads what <c>headrace dlms objects --json</c> printed.</summary>
    /// <exception cref="FormatException">Not such a text.</exception>
    public static IReadOnlyList<ListedObject> FromJson(string text)
    {
        try
        {
            var objects = JsonNode.Parse(text)?["objects"] as JsonArray ?? throw new FormatException("there is no list 'objects'");
            return [.. objects.Select(FromJson)];
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"not an object list: {wrong.Message}", wrong);
        }
    }

    private static ListedObject FromEntry(IReadOnlyList<CosemData> entry, int associationVersion)
    {
        // With short names the base name stands first, and there are no rights.
        if (entry[3].Tag == CosemTag.OctetString)
        {
            var (classId, version) = (Descriptor.Number<ushort>(entry[1]), Descriptor.Number<byte>(entry[2]));
            return new ListedObject(classId, version, entry[3].AsLogicalName(), null, null);
        }
        var rights = entry[3].AsStructure(2);
        var attributes = new Dictionary<sbyte, ObjectRights>();
        foreach (var item in rights[0].AsArray())
        {
            var parts = item.AsStructure(3);
            attributes[Descriptor.Number<sbyte>(parts[0])] = ObjectRightsText.FromMode(parts[1].AsInteger(), associationVersion);
        }
        var methods = new Dictionary<sbyte, bool>();
        foreach (var item in rights[1].AsArray())
        {
            var parts = item.AsStructure(2);
            // Version 0 has a boolean, 1 and 2 an enumeration, 3 bits of which the first allows.
            methods[Descriptor.Number<sbyte>(parts[0])] = parts[1].AsBoolean();
        }
        return new ListedObject(
            Descriptor.Number<ushort>(entry[0]), Descriptor.Number<byte>(entry[1]), entry[2].AsLogicalName(), attributes, methods);
    }

    private static ListedObject FromJson(JsonNode? node)
    {
        var json = node as JsonObject ?? throw new FormatException("an object is no JSON object");
        if (!LogicalName.TryParse(json["obis"]?.GetValue<string>() ?? "", out var name)) throw new FormatException("an object has no obis");
        var where = name.ToString();
        return new ListedObject(
            (ushort)Number(json, "class", ushort.MaxValue, where), (byte)Number(json, "version", byte.MaxValue, where), name,
            Members(json["attributes"], value => ObjectRightsText.TryParse(value.GetValue<string>(), out var rights)
                ? rights
                : throw new FormatException($"{where} has a right that is not known")),
            Members(json["methods"], value => value.GetValue<bool>()));
    }

    private static int Number(JsonObject json, string name, int most, string where) =>
        json[name] is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0 && number <= most
            ? number
            : throw new FormatException($"{where} has no {name}");

    private static Dictionary<sbyte, T>? Members<T>(JsonNode? node, Func<JsonNode, T> read) =>
        (node as JsonObject)?.ToDictionary(m => sbyte.Parse(m.Key, CultureInfo.InvariantCulture), m => read(m.Value!));
}
