using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Drivers.Dlms;

/// <summary>The head of a data-notification, without making a tree of its body.</summary>
internal static class NotificationBody
{
    private const int MaxTexts = 64;
    private const int LeastName = 4;
    private const int LongestName = 64;

    /// <summary>The encoded body and the time in front of it.</summary>
    /// <param name="apdu">The whole notification.</param>
    /// <param name="tolerance">Deviations to bear: some meters give the time the tag of an octet-string.</param>
    /// <param name="time">The time; null where there is none.</param>
    /// <param name="borne">Those of the deviations that were met.</param>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public static ReadOnlyMemory<byte> Of(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, out CosemDateTime? time, out ApduTolerance borne)
    {
        borne = ApduTolerance.None;
        var reader = new CosemReader(apdu.Span);
        reader.ReadByte();
        reader.ReadUInt32();
        if (reader.PeekTag() == CosemTag.OctetString && tolerance.HasFlag(ApduTolerance.TaggedNotificationTime))
        {
            reader.ReadByte();
            borne = ApduTolerance.TaggedNotificationTime;
        }

        var octets = reader.ReadLengthPrefixed();
        time = octets.Length switch
        {
            0 => null,
            CosemDateTime.Size => CosemDateTime.Parse(octets),
            var length => throw new ProtocolException($"date-time of {length} bytes", reader.Position),
        };
        if (reader.AtEnd) throw new ProtocolException("notification without a body", reader.Position);
        return apdu[reader.Position..];
    }

    /// <summary>Finds the first text in a plain body that <paramref name="find"/> knows as the name of a meter.</summary>
    /// <returns>What was found, or null.</returns>
    public static T? FindByText<T>(ReadOnlySpan<byte> body, Func<string, T?> find)
        where T : class
    {
        var reader = new CosemReader(body);
        for (var texts = 0; texts < MaxTexts && !reader.AtEnd;)
        {
            var tag = reader.PeekTag();
            if (tag == CosemTag.Array) reader.ReadArray();
            else if (tag == CosemTag.Structure) reader.ReadStructure();
            else if (tag is CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String)
            {
                texts++;
                var octets = reader.ReadAnyString();
                if (octets.Length is < LeastName or > LongestName || octets.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)) continue;
                if (find(System.Text.Encoding.ASCII.GetString(octets)) is { } found) return found;
            }
            else
            {
                reader.Skip();
            }
        }

        return null;
    }
}
