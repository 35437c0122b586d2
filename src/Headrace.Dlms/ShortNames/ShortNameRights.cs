using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>What a client may do with one attribute.</summary>
/// <param name="Attribute">Its number.</param>
/// <param name="Mode">The access mode as it stands; its meaning follows the version of the class.</param>
/// <param name="Selectors">The access selectors it takes.</param>
public sealed record ShortNameAttributeRight(sbyte Attribute, byte Mode, IReadOnlyList<byte> Selectors);

/// <summary>What a client may do with one method.</summary>
/// <param name="Method">Its number.</param>
/// <param name="Mode">The access mode as it stands; its meaning follows the version of the class.</param>
public sealed record ShortNameMethodRight(sbyte Method, byte Mode);

/// <summary>What a client may do with one object (IEC 62056-6-2, Association SN, <c>access_rights_element</c>).</summary>
/// <param name="BaseName">The object.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Methods">Its methods.</param>
public sealed record ShortNameRights(
    ushort BaseName, IReadOnlyList<ShortNameAttributeRight> Attributes, IReadOnlyList<ShortNameMethodRight> Methods)
    : ICosemStructure<ShortNameRights>
{
    /// <inheritdoc/>
    /// <exception cref="ProtocolException">Another form.</exception>
    public static ShortNameRights FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ShortNameRights(
            ShortNameObject.BaseNameOf(items[0]), items[1].AsList(AttributeRight), items[2].AsList(MethodRight));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        ShortNameObject.BaseNameData(BaseName),
        CosemData.Array([.. Attributes.Select(a => CosemData.Structure(
            CosemData.Integer(a.Attribute), CosemData.Enum(a.Mode), Selectors(a.Selectors)))]),
        CosemData.Array([.. Methods.Select(m => CosemData.Structure(CosemData.Integer(m.Method), CosemData.Enum(m.Mode)))]));

    private static ShortNameAttributeRight AttributeRight(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ShortNameAttributeRight(
            items[0].AsNumber<sbyte>(), items[1].AsNumber<byte>(), items[2].IsNull ? [] : items[2].AsList(s => s.AsNumber<byte>()));
    }

    private static ShortNameMethodRight MethodRight(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ShortNameMethodRight(items[0].AsNumber<sbyte>(), items[1].AsNumber<byte>());
    }

    private static CosemData Selectors(IReadOnlyList<byte> selectors) => selectors.Count == 0
        ? CosemData.Null
        : CosemData.Array([.. selectors.Select(s => CosemData.Integer((sbyte)s))]);
}
