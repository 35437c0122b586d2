using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>Selective access to a part of an attribute (IEC 62056-5-3, <c>Selective-Access-Descriptor</c>).</summary>
/// <param name="Selector">Its meaning is the class's own; for profile generic 1 is by range, 2 by entry.</param>
/// <param name="Parameter">What is selected.</param>
public sealed record SelectiveAccess(byte Selector, CosemData Parameter)
{
    /// <summary>Reads the optional descriptor: 00, or 01, selector and parameter.</summary>
    public static SelectiveAccess? ReadOptional(ref CosemReader reader) => reader.ReadByte() switch
    {
        0 => null,
        1 => new SelectiveAccess(reader.ReadByte(), CosemData.Read(ref reader)),
        var flag => throw reader.Malformed($"presence flag {flag}"),
    };

    /// <summary>Writes the optional descriptor.</summary>
    public static void WriteOptional(SelectiveAccess? access, CosemWriter writer)
    {
        writer.WriteByte(access is null ? (byte)0 : (byte)1);
        if (access is null) return;
        writer.WriteByte(access.Selector);
        CosemDataCodec.Write(access.Parameter, writer);
    }
}

/// <summary>
/// Selects rows of a profile between two values of one column, both ends included (IEC 62056-6-2, profile generic,
/// range_descriptor).
/// </summary>
/// <param name="RestrictingObject">The column to compare, as a rule the clock.</param>
/// <param name="From">First value.</param>
/// <param name="To">Last value.</param>
/// <param name="SelectedValues">Columns to return; empty for all.</param>
public sealed record RangeDescriptor(
    CaptureObjectDefinition RestrictingObject, CosemData From, CosemData To, IReadOnlyList<CaptureObjectDefinition> SelectedValues)
{
    /// <summary>The access selector of a range.</summary>
    public const byte Selector = 1;

    /// <summary>A range of the clock column (attribute 2 of 0-0:1.0.0.255), as octet-strings, all columns.</summary>
    public static RangeDescriptor ByClock(CosemDateTime from, CosemDateTime to) =>
        new(new CaptureObjectDefinition(8, new LogicalName(0, 0, 1, 0, 0, 255), 2, 0), CosemData.OctetString(from),
            CosemData.OctetString(to), []);

    /// <summary>Reads the parameter of selector 1.</summary>
    /// <exception cref="ProtocolException">Not a range descriptor.</exception>
    public static RangeDescriptor FromData(CosemData parameter)
    {
        var items = parameter.AsStructure(4);
        return new RangeDescriptor(
            CaptureObjectDefinition.FromData(items[0]), items[1], items[2],
            [.. items[3].AsArray().Select(CaptureObjectDefinition.FromData)]);
    }

    /// <summary>The selective access for a request.</summary>
    public SelectiveAccess ToSelectiveAccess() => new(Selector, CosemData.Structure(
        RestrictingObject.ToData(), From, To, CosemData.Array([.. SelectedValues.Select(v => v.ToData())])));
}

/// <summary>Selects rows of a profile by number, both ends included (IEC 62056-6-2, profile generic, entry_descriptor).</summary>
/// <param name="FromEntry">First row, from 1.</param>
/// <param name="ToEntry">Last row; 0 for the last there is.</param>
/// <param name="FromSelectedValue">First column, from 1.</param>
/// <param name="ToSelectedValue">Last column; 0 for the last there is.</param>
public sealed record EntryDescriptor(uint FromEntry, uint ToEntry, ushort FromSelectedValue = 1, ushort ToSelectedValue = 0)
{
    /// <summary>The access selector of an entry range.</summary>
    public const byte Selector = 2;

    /// <summary>Reads the parameter of selector 2.</summary>
    /// <exception cref="ProtocolException">Not an entry descriptor.</exception>
    public static EntryDescriptor FromData(CosemData parameter)
    {
        var items = parameter.AsStructure(4);
        return new EntryDescriptor(
            Descriptor.Number<uint>(items[0]), Descriptor.Number<uint>(items[1]), Descriptor.Number<ushort>(items[2]),
            Descriptor.Number<ushort>(items[3]));
    }

    /// <summary>The selective access for a request.</summary>
    public SelectiveAccess ToSelectiveAccess() => new(Selector, CosemData.Structure(
        CosemData.DoubleLongUnsigned(FromEntry), CosemData.DoubleLongUnsigned(ToEntry),
        CosemData.LongUnsigned(FromSelectedValue), CosemData.LongUnsigned(ToSelectedValue)));
}
