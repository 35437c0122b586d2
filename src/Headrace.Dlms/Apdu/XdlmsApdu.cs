using System.Buffers;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Apdu;

/// <summary>Deviations of real meters that a decoder may be told to bear. None of them is borne unless named.</summary>
[Flags]
public enum ApduTolerance
{
    /// <summary>The standard, nothing else.</summary>
    None = 0,
    /// <summary>
    /// The date-time of a data- or event-notification carries an octet-string tag: <c>09 0C</c> for <c>0C</c> or <c>01 0C</c>.
    /// </summary>
    TaggedNotificationTime = 1,
    /// <summary>An encryption-only APDU whose length counts the 12 bytes of a tag that is not there.</summary>
    LengthCountsAbsentTag = 2,
    /// <summary>A set-response for a datablock is followed by one octet too many.</summary>
    TrailingOctetInSetResponse = 4,
    /// <summary>The response to the last block of a SET has the block number before the result: <c>00000003 00</c> for
    /// <c>00 00000003</c>.</summary>
    BlockNumberBeforeResult = 8,
    /// <summary>A list that goes in blocks is answered under the tag of a list that does not.</summary>
    ListTagInBlocks = 16,
    /// <summary>All of them, for tools that look at telegrams of unknown meters.</summary>
    All = TaggedNotificationTime | LengthCountsAbsentTag | TrailingOctetInSetResponse | BlockNumberBeforeResult | ListTagInBlocks,
}

/// <summary>One xDLMS APDU (IEC 62056-5-3). Each is a record of its own; a family shares a file with its reader and writer.</summary>
/// <remarks>
/// Octets in an APDU are slices of the message it was decoded from, not copies: keep that message as long as the APDU. Two APDUs are
/// the same when their encodings are; record equality does not look into slices and lists.
/// </remarks>
public abstract record XdlmsApdu
{
    /// <summary>The first byte.</summary>
    public abstract ApduTag Tag { get; }

    /// <summary>Decodes a whole APDU.</summary>
    /// <param name="source">Exactly one APDU.</param>
    /// <param name="tolerance">Deviations to bear.</param>
    /// <exception cref="ProtocolException">Malformed, an unknown tag, or bytes left over.</exception>
    public static XdlmsApdu Decode(ReadOnlyMemory<byte> source, ApduTolerance tolerance = ApduTolerance.None) =>
        Decode(source, tolerance, out _);

    /// <summary>Decodes a whole APDU and tells what had to be borne.</summary>
    /// <param name="source">Exactly one APDU.</param>
    /// <param name="tolerance">Deviations to bear.</param>
    /// <param name="borne">Those of them that were met.</param>
    /// <exception cref="ProtocolException">Malformed, an unknown tag, or bytes left over.</exception>
    public static XdlmsApdu Decode(ReadOnlyMemory<byte> source, ApduTolerance tolerance, out ApduTolerance borne)
    {
        var reader = new ApduReader(source, tolerance);
        var apdu = Read(ref reader, (ApduTag)reader.Wire.ReadByte());
        reader.Wire.ExpectEnd();
        borne = reader.Borne;
        return apdu;
    }

    /// <summary>Decodes the APDU at the start of a stream that has no frames around its APDUs, such as a recorded exchange.</summary>
    /// <param name="source">One APDU or more.</param>
    /// <param name="length">Bytes of the first one.</param>
    /// <param name="tolerance">Deviations to bear.</param>
    /// <exception cref="ProtocolException">Malformed, cut short, or of an unknown tag.</exception>
    public static XdlmsApdu DecodeFirst(ReadOnlyMemory<byte> source, out int length, ApduTolerance tolerance = ApduTolerance.None)
    {
        var reader = new ApduReader(source, tolerance);
        var apdu = Read(ref reader, (ApduTag)reader.Wire.ReadByte());
        length = reader.Wire.Position;
        return apdu;
    }

    /// <summary>Writes the APDU, tag included.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)Tag);
        WriteBody(writer);
    }

    /// <summary>The APDU in an array of its own.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes what follows the tag.</summary>
    private protected abstract void WriteBody(CosemWriter writer);

    private static XdlmsApdu Read(ref ApduReader reader, ApduTag tag) => tag switch
    {
        ApduTag.GetRequest => GetRequest.Read(ref reader),
        ApduTag.GetResponse => GetResponse.Read(ref reader),
        ApduTag.SetRequest => SetRequest.Read(ref reader),
        ApduTag.SetResponse => SetResponse.Read(ref reader),
        ApduTag.ActionRequest => ActionRequest.Read(ref reader),
        ApduTag.ActionResponse => ActionResponse.Read(ref reader),
        ApduTag.DataNotification => DataNotification.Read(ref reader),
        ApduTag.DataNotificationConfirm => DataNotificationConfirm.Read(ref reader),
        ApduTag.EventNotification => EventNotification.Read(ref reader),
        ApduTag.ExceptionResponse => ExceptionResponse.Read(ref reader),
        ApduTag.ConfirmedServiceError => ConfirmedServiceError.Read(ref reader),
        ApduTag.AccessRequest => AccessRequest.Read(ref reader),
        ApduTag.AccessResponse => AccessResponse.Read(ref reader),
        ApduTag.GeneralBlockTransfer => GeneralBlockTransfer.Read(ref reader),
        ApduTag.GatewayRequest => GatewayRequest.Read(ref reader),
        ApduTag.GatewayResponse => GatewayResponse.Read(ref reader),
        ApduTag.InitiateRequest => InitiateRequest.Read(ref reader),
        ApduTag.InitiateResponse => InitiateResponse.Read(ref reader),
        ApduTag.ReadRequest => ReadRequest.Read(ref reader),
        ApduTag.ReadResponse => ReadResponse.Read(ref reader),
        ApduTag.WriteRequest => WriteRequest.Read(ref reader),
        ApduTag.WriteResponse => WriteResponse.Read(ref reader),
        ApduTag.UnconfirmedWriteRequest => UnconfirmedWriteRequest.Read(ref reader),
        ApduTag.InformationReport => InformationReport.Read(ref reader),
        ApduTag.GeneralGloCiphering => GeneralGloCiphering.Read(ref reader),
        ApduTag.GeneralDedCiphering => GeneralDedCiphering.Read(ref reader),
        ApduTag.GeneralCiphering => GeneralCiphering.Read(ref reader),
        ApduTag.GeneralSigning => GeneralSigning.Read(ref reader),
        _ when tag.IsServiceSpecificCiphered() => CipheredApdu.Read(ref reader, tag),
        _ => throw new ProtocolException($"unknown APDU tag 0x{(byte)tag:X2}", 0),
    };
}
