using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Readings;

/// <summary>
/// The outside of a push: who sent it and how it is protected, readable without any key. A receiver looks the meter up by
/// <see cref="SystemTitle"/>, checks <see cref="InvocationCounter"/>, and then has a <see cref="PushDecoder"/> open it.
/// </summary>
/// <param name="Tag">The outer APDU: data- or event-notification, glo-event-notification, or general-glo-, general-ded- or
/// general-ciphering.</param>
/// <param name="SystemTitle">The sender's title, 8 bytes; empty where the message has none (plain, or left out).</param>
/// <param name="SecurityControl">How the content is protected; zero for a plain push.</param>
/// <param name="InvocationCounter">The sender's counter; 0 for a plain push.</param>
/// <param name="Content">Ciphered content with its tag, or the plain notification. A slice of the input.</param>
public readonly record struct PushEnvelope(
    ApduTag Tag, ReadOnlyMemory<byte> SystemTitle, SecurityControl SecurityControl, uint InvocationCounter, ReadOnlyMemory<byte> Content)
{
    /// <summary>The fields of general-ciphering that are authenticated too, encoded; empty for every other kind.</summary>
    public ReadOnlyMemory<byte> Header { get; private init; }

    /// <summary>The key is the global broadcast key.</summary>
    public bool IsBroadcast { get; private init; }

    /// <summary>Deviations that were met and borne; none where the message is as the standard says.</summary>
    public ApduTolerance Borne { get; private init; }

    /// <summary>True where the content is ciphered or authenticated.</summary>
    public bool IsProtected => !IsNotification((byte)Tag);

    /// <summary>True for the tags of data-notification and event-notification in plain.</summary>
    public static bool IsNotification(byte tag) => (ApduTag)tag is ApduTag.DataNotification or ApduTag.EventNotification;

    /// <summary>Reads the outside of a push in an APDU or in one wrapper PDU. Allocates nothing for the kinds that meters push by:
    /// data-notification and general-glo-ciphering.</summary>
    /// <param name="message">One APDU, or one wrapper PDU as a UDP datagram holds it.</param>
    /// <param name="tolerance">Deviations to bear; <see cref="ApduTolerance.LengthCountsAbsentTag"/> is looked at here.</param>
    /// <exception cref="ProtocolException">Broken, cut short, or no push: another tag, a title of another length, a key of one message
    /// only.</exception>
    public static PushEnvelope Read(ReadOnlyMemory<byte> message, ApduTolerance tolerance = ApduTolerance.None)
    {
        if (message.Length >= WrapperFrame.HeaderSize && message.Span[0] == 0 && message.Span[1] == WrapperFrame.Version)
        {
            if (!WrapperFrame.TryRead(message, WrapperFrame.MaximumApduSize, out var frame))
                throw new ProtocolException("wrapper cut short");
            message = frame.Apdu;
        }
        if (message.IsEmpty) throw new ProtocolException("a push of no bytes");
        var tag = (ApduTag)message.Span[0];
        return tag switch
        {
            ApduTag.DataNotification or ApduTag.EventNotification => new PushEnvelope(tag, default, default, 0, message),
            ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering => ReadCiphered(message, tag, tolerance),
            ApduTag.GeneralCiphering or ApduTag.GloEventNotification => ReadRare(message, tolerance),
            _ => throw new ProtocolException($"APDU tag 0x{(byte)tag:X2} is no push", 0),
        };
    }

    private static PushEnvelope ReadCiphered(ReadOnlyMemory<byte> message, ApduTag tag, ApduTolerance tolerance)
    {
        var reader = new CosemReader(message.Span);
        reader.ReadByte();
        var titleLength = reader.ReadLengthPrefixed().Length;
        if (titleLength is not (0 or ApduCipher.SystemTitleSize)) throw new ProtocolException($"system title of {titleLength} bytes", 1);
        var title = message.Slice(reader.Position - titleLength, titleLength);
        var length = reader.ReadLength();
        var countsAbsentTag = length == reader.Remaining + CipheredContent.TagSize
            && tolerance.HasFlag(ApduTolerance.LengthCountsAbsentTag);
        if (length != reader.Remaining && !countsAbsentTag)
            throw new ProtocolException($"ciphered content of {length} bytes where {reader.Remaining} are left", reader.Position);
        var ciphered = CipheredContent.Parse(message[reader.Position..]);
        if (countsAbsentTag && ciphered.SecurityControl.Authenticated)
            throw new ProtocolException($"ciphered content of {length} bytes where {reader.Remaining} are left", reader.Position);
        return Of(tag, title, ciphered) with
        {
            Borne = countsAbsentTag ? ApduTolerance.LengthCountsAbsentTag : ApduTolerance.None,
        };
    }

    private static PushEnvelope ReadRare(ReadOnlyMemory<byte> message, ApduTolerance tolerance)
    {
        switch (XdlmsApdu.Decode(message, tolerance, out var borne))
        {
            case CipheredApdu specific:
                return Of(specific.Tag, default, specific.Ciphered) with { Borne = borne };
            case GeneralCiphering { KeyInformation: null or IdentifiedKey { KeyId: 0 or 1 } } general:
                var title = general.Header.OriginatorSystemTitle;
                if (title.Length is not (0 or ApduCipher.SystemTitleSize))
                    throw new ProtocolException($"system title of {title.Length} bytes", 1);
                return Of(general.Tag, title, general.Ciphered) with
                {
                    Borne = borne,
                    Header = general.Header.Encode(),
                    IsBroadcast = general.Ciphered.SecurityControl.BroadcastKey || general.KeyInformation is IdentifiedKey { KeyId: 1 },
                };
            default:
                throw new ProtocolException("a push under a key of its own", 0);
        }
    }

    private static PushEnvelope Of(ApduTag tag, ReadOnlyMemory<byte> title, in CipheredContent ciphered) =>
        new(tag, title, ciphered.SecurityControl, ciphered.InvocationCounter, ciphered.Content)
        {
            IsBroadcast = ciphered.SecurityControl.BroadcastKey,
        };
}
