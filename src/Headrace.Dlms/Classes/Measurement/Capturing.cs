using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>How a captured attribute is restricted (IEC 62056-6-2, Push setup, restriction_type).</summary>
public enum RestrictionType : byte
{
    /// <summary>Not at all.</summary>
    None = 0,
    /// <summary>By date: value is a structure of first and last date.</summary>
    ByDate = 1,
    /// <summary>By entry: value is a structure of first and last entry.</summary>
    ByEntry = 2,
}

/// <summary>A captured object with the part of it that is meant, as push setups from version 2 and compact data from version 1 name them
/// (IEC 62056-6-2, Push setup, push_object_list).</summary>
/// <remarks>Four, five or six elements are read, since editions differ; so many are written as there is something to say. Not confirmed by
/// a vector beyond four.</remarks>
/// <param name="Object">Class, name, attribute, data index.</param>
/// <param name="Restriction">What part of a profile's rows; null leaves the element out.</param>
/// <param name="RestrictionValue">The dates or entries; null-data for none.</param>
/// <param name="Columns">What columns of a profile; null leaves the element out.</param>
public sealed record RestrictedCaptureObject(
    CaptureObjectDefinition Object, RestrictionType? Restriction = null, CosemData? RestrictionValue = null,
    IReadOnlyList<CaptureObjectDefinition>? Columns = null) : ICosemStructure<RestrictedCaptureObject>
{
    private const int Plain = 4;

    /// <inheritdoc/>
    public static RestrictedCaptureObject FromData(CosemData data)
    {
        if (data.Tag != CosemTag.Structure || data.Items.Count is < Plain or > Plain + 2)
            throw new ProtocolException($"{data} where a captured object was expected");
        var found = CaptureObjectDefinition.FromData(CosemData.Structure([.. data.Items.Take(Plain)]));
        if (data.Items.Count == Plain) return new RestrictedCaptureObject(found);
        var restriction = data.Items[Plain].AsStructure(2);
        return new RestrictedCaptureObject(
            found, CosemTypes.Enum<RestrictionType>().FromData(restriction[0]), restriction[1],
            data.Items.Count > Plain + 1 ? data.Items[Plain + 1].AsList(CaptureObjectDefinition.FromData) : null);
    }

    /// <inheritdoc/>
    public CosemData ToData()
    {
        var items = new List<CosemData>(Object.ToData().Items);
        if (Restriction is not null || Columns is not null)
            items.Add(CosemData.Structure(CosemData.Enum((byte)(Restriction ?? RestrictionType.None)), RestrictionValue ?? CosemData.Null));
        if (Columns is not null) items.Add(CosemData.Array([.. Columns.Select(c => c.ToData())]));
        return CosemData.Structure(items);
    }
}

/// <summary>Takes the values of capture objects out of a device.</summary>
public static class Capturing
{
    /// <summary>The highest data index that numbers an element; those above have meanings of their own in profiles.</summary>
    private const ushort LastElement = 0x0FFF;

    /// <summary>The value of a column now; null-data where the device has none.</summary>
    public static CosemData Read(LogicalDevice device, CaptureObjectDefinition column)
    {
        if (device.Find(column.LogicalName) is not { } found || found.ClassId != column.ClassId) return CosemData.Null;
        var answer = found.Get(column.AttributeIndex, null);
        return answer.IsSuccess ? Select(answer.Data, column.DataIndex) ?? CosemData.Null : CosemData.Null;
    }

    /// <summary>What a data index takes of an attribute: 0 all of it, n its n-th element; null where there is no such element.</summary>
    public static CosemData? Select(CosemData value, ushort dataIndex)
    {
        if (dataIndex == 0) return value;
        return dataIndex <= LastElement && dataIndex <= value.Items.Count ? value.Items[dataIndex - 1] : null;
    }
}
