using System.Text;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes;

/// <summary>The types of attributes and parameters (IEC 62056-6-2, common data types). Interface classes put theirs together from
/// these.</summary>
public static class CosemTypes
{
    /// <summary>The most elements that are taken for an array attribute; far above any meter's.</summary>
    public const int MaximumElements = 65_535;

    /// <summary>Any type (CHOICE).</summary>
    public static CosemType<CosemData> Any { get; } = new(data => data, data => data);

    /// <summary>boolean; integers are taken as such by clients.</summary>
    public static CosemType<bool> Boolean { get; } = new(data => data.AsBoolean(), CosemData.Boolean, CosemTag.Boolean);

    /// <summary>integer.</summary>
    public static CosemType<sbyte> Integer { get; } = new(AsNumber<sbyte>, CosemData.Integer, CosemTag.Integer);

    /// <summary>long.</summary>
    public static CosemType<short> Long { get; } = new(AsNumber<short>, CosemData.Long, CosemTag.Long);

    /// <summary>double-long.</summary>
    public static CosemType<int> DoubleLong { get; } = new(AsNumber<int>, CosemData.DoubleLong, CosemTag.DoubleLong);

    /// <summary>unsigned.</summary>
    public static CosemType<byte> Unsigned { get; } = new(AsNumber<byte>, CosemData.Unsigned, CosemTag.Unsigned);

    /// <summary>long-unsigned.</summary>
    public static CosemType<ushort> LongUnsigned { get; } = new(AsNumber<ushort>, CosemData.LongUnsigned, CosemTag.LongUnsigned);

    /// <summary>double-long-unsigned.</summary>
    public static CosemType<uint> DoubleLongUnsigned { get; } =
        new(AsNumber<uint>, CosemData.DoubleLongUnsigned, CosemTag.DoubleLongUnsigned);

    /// <summary>octet-string.</summary>
    public static CosemType<ReadOnlyMemory<byte>> OctetString { get; } =
        new(data => data.AsOctets(), octets => CosemData.OctetString(octets.Span), CosemTag.OctetString);

    /// <summary>Text in an octet-string, one character a byte; clients take visible-string too.</summary>
    public static CosemType<string> Text { get; } =
        new(data => data.AsText(), text => CosemData.OctetString(Encoding.Latin1.GetBytes(text)), CosemTag.OctetString);

    /// <summary>visible-string; clients take octet-string too.</summary>
    public static CosemType<string> VisibleString { get; } =
        new(data => data.AsText(), CosemData.VisibleString, CosemTag.VisibleString);

    /// <summary>A logical name in an octet-string of six bytes.</summary>
    public static CosemType<LogicalName> LogicalName { get; } =
        new(data => data.AsLogicalName(), CosemData.OctetString, CosemTag.OctetString);

    /// <summary>A date-time in an octet-string of twelve bytes; the type of its own is taken too.</summary>
    public static CosemType<CosemDateTime> DateTime { get; } =
        new(data => data.AsDateTime(), CosemData.OctetString, CosemTag.OctetString, CosemTag.DateTime);

    /// <summary>A date in an octet-string of five bytes; the type of its own is taken too.</summary>
    public static CosemType<CosemDate> Date { get; } = new(
        data => CosemDate.Parse(Octets(data, CosemTag.Date)), date => CosemData.OctetString(date.ToArray()), CosemTag.OctetString,
        CosemTag.Date);

    /// <summary>A time in an octet-string of four bytes; the type of its own is taken too.</summary>
    public static CosemType<CosemTime> Time { get; } = new(
        data => CosemTime.Parse(Octets(data, CosemTag.Time)), time => CosemData.OctetString(time.ToArray()), CosemTag.OctetString,
        CosemTag.Time);

    /// <summary>bit-string, first bit first.</summary>
    public static CosemType<IReadOnlyList<bool>> BitString { get; } = new(data => data.AsBits(), FromBits, CosemTag.BitString);

    /// <summary>Scaler and unit.</summary>
    public static CosemType<ScalerUnit> ScalerUnit { get; } = new(Data.ScalerUnit.FromData, value => value.ToData(), CosemTag.Structure);

    /// <summary>A captured column: class, object, attribute, data index.</summary>
    public static CosemType<CaptureObjectDefinition> CaptureObject { get; } =
        new(CaptureObjectDefinition.FromData, value => value.ToData(), CosemTag.Structure);

    /// <summary>enum with the values of <typeparamref name="T"/>; numbers it does not name are kept as they are.</summary>
    public static CosemType<T> Enum<T>() where T : struct, System.Enum => new(
        data => (T)System.Enum.ToObject(typeof(T), AsNumber<byte>(data)),
        value => CosemData.Enum(Convert.ToByte(value, System.Globalization.CultureInfo.InvariantCulture)), CosemTag.Enum);

    /// <summary>A structure that an interface class defines.</summary>
    public static CosemType<T> Structure<T>() where T : ICosemStructure<T> => new(T.FromData, value => value.ToData(), CosemTag.Structure);

    /// <summary>An array of structures that an interface class defines.</summary>
    public static CosemType<IReadOnlyList<T>> Array<T>() where T : ICosemStructure<T> => Array(Structure<T>());

    /// <summary>An array; compact-array is taken too.</summary>
    public static CosemType<IReadOnlyList<T>> Array<T>(CosemType<T> element) => new(
        data => data.AsList(element.FromData), values => CosemData.Array([.. values.Select(element.ToData)]), CosemTag.Array,
        CosemTag.CompactArray);

    /// <summary>The integer in the range of a narrower type.</summary>
    /// <exception cref="ProtocolException">No integer, or out of range.</exception>
    public static T AsNumber<T>(this CosemData data) where T : System.Numerics.IBinaryInteger<T> => Descriptor.Number<T>(data);

    /// <summary>The elements of an array, each taken apart.</summary>
    /// <exception cref="ProtocolException">No array, too long, or an element of another shape.</exception>
    public static IReadOnlyList<T> AsList<T>(this CosemData data, Func<CosemData, T> take)
    {
        var items = data.AsArray();
        return items.Count <= MaximumElements
            ? [.. items.Select(take)]
            : throw new ProtocolException($"array of {items.Count} elements");
    }

    private static CosemData FromBits(IReadOnlyList<bool> bits)
    {
        var octets = new byte[(bits.Count + 7) / 8];
        for (var i = 0; i < bits.Count; i++) if (bits[i]) octets[i / 8] |= (byte)(0x80 >> (i % 8));
        return CosemData.BitString(bits.Count, octets);
    }

    private static ReadOnlySpan<byte> Octets(CosemData data, CosemTag own) => data.Tag == own || data.Tag == CosemTag.OctetString
        ? data.AsOctets().Span
        : throw new ProtocolException($"{data.Tag.Name()} where {own.Name()} was expected");
}
