using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>
/// Push bodies that are no A-XDR, as some meters send them. Tried only after strict decoding failed, and named in the output under
/// <c>tolerated</c>.
/// </summary>
internal static class TolerantBody
{
    private const string SwappedName = "swapped tag and length of a logical name";
    private const string UntaggedDescriptor = "untagged attribute descriptors";
    private const int DescriptorLength = 9;

    /// <summary>Decodes a data-notification whose body is broken in a known way; null where it is in no known way.</summary>
    public static JsonObject? Notification(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.Length < 7 || apdu.Span[0] != (byte)ApduTag.DataNotification) return null;
        return Swapped(apdu) ?? Untagged(apdu);
    }

    /// <summary><c>06 09</c> for <c>09 06</c> in front of the logical names of some entries (Landis+Gyr ZMF100).</summary>
    private static JsonObject? Swapped(ReadOnlyMemory<byte> apdu)
    {
        var mended = apdu.ToArray();
        var found = false;
        for (var i = 0; i + 4 + LogicalName.Size <= mended.Length; i++)
        {
            if (mended[i] != (byte)CosemTag.Structure || mended[i + 1] is not (2 or 3) || mended[i + 2] != 6
                || mended[i + 3] != 9) continue;
            (mended[i + 2], mended[i + 3]) = (9, 6);
            found = true;
        }
        if (!found) return null;
        try
        {
            var push = NotificationJson.Of(XdlmsApdu.Decode(mended, ApduTolerance.All))!;
            push["tolerated"] = new JsonArray(SwappedName);
            return push;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    /// <summary>Structures that begin with an untagged descriptor: class 2 bytes, logical name 6, attribute 1 (Czech meters).</summary>
    private static JsonObject? Untagged(ReadOnlyMemory<byte> apdu)
    {
        var reader = new CosemReader(apdu.Span);
        try
        {
            reader.ReadByte();
            var id = new LongInvokeIdAndPriority(reader.ReadUInt32());
            var time = ReadTime(ref reader);
            var json = new JsonObject
            {
                ["apdu"] = "data-notification",
                ["long_invoke_id"] = LogicalNameServiceJson.LongInvokeId(id),
                ["date_time"] = HexText.Of(time)
            };
            if (time.Length == CosemDateTime.Size) json["date_time_fields"] = DateTimeJson.Fields(CosemDateTime.Parse(time));
            ReadBody(ref reader, json, time.Length == CosemDateTime.Size ? CosemDateTime.Parse(time) : null);
            json["tolerated"] = new JsonArray(UntaggedDescriptor);
            return json;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> ReadTime(ref CosemReader reader)
    {
        var length = reader.ReadByte();
        if (length == (byte)CosemTag.OctetString) length = reader.ReadByte();
        if (length is not (0 or CosemDateTime.Size)) throw new ProtocolException("date-time expected", reader.Position);
        return reader.Take(length);
    }

    private static void ReadBody(ref CosemReader reader, JsonObject json, CosemDateTime? time)
    {
        var elements = reader.ReadStructure();
        if (elements is < 1 or > 2) throw new ProtocolException("not a body with untagged descriptors", reader.Position);
        if (elements == 2) json["first"] = DataJson.Tree(CosemData.Read(ref reader));
        var (items, readings) = (new JsonArray(), new JsonArray());
        for (var left = reader.ReadArray(); left > 0; left--)
        {
            reader.ReadStructure(2);
            if (reader.Remaining < DescriptorLength) throw new ProtocolException("descriptor cut short", reader.Position);
            var descriptor = CosemAttributeDescriptor.Read(ref reader);
            var value = CosemData.Read(ref reader);
            var item = LogicalNameServiceJson.Attribute(descriptor);
            item["value"] = DataJson.Tree(value);
            items.Add((JsonNode)item);
            readings.Add((JsonNode)Reading(descriptor, value, time));
        }
        reader.ExpectEnd();
        json["items"] = items;
        json["readings"] = readings;
    }

    private static JsonObject Reading(CosemAttributeDescriptor descriptor, CosemData value, CosemDateTime? time)
    {
        var json = LogicalNameServiceJson.Attribute(descriptor);
        json["attribute"] = descriptor.AttributeId;
        json["type"] = value.Tag.Name();
        json["value"] = DataJson.Value(value);
        json["unit"] = null;
        json["time"] = DateTimeJson.Iso(time);
        return json;
    }
}
