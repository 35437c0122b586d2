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
/// <param name="Tag">The outer APDU: data-notification, or general-glo- or general-ded-ciphering.</param>
/// <param name="SystemTitle">The sender's title, 8 bytes; empty where the message has none (plain, or left out).</param>
/// <param name="SecurityControl">How the content is protected; zero for a plain push.</param>
/// <param name="InvocationCounter">The sender's counter; 0 for a plain push.</param>
/// <param name="Content">Ciphered content with its tag, or the plain data-notification. A slice of the input.</param>
public readonly record struct PushEnvelope(
    ApduTag Tag, ReadOnlyMemory<byte> SystemTitle, SecurityControl SecurityControl, uint InvocationCounter, ReadOnlyMemory<byte> Content)
{
    /// <summary>True where the content is ciphered or authenticated.</summary>
    public bool IsProtected => Tag != ApduTag.DataNotification;

    /// <summary>Reads the outside of a push in an APDU or in one wrapper PDU. Allocates nothing.</summary>
    /// <param name="message">One APDU, or one wrapper PDU as a UDP datagram holds it.</param>
    /// <exception cref="ProtocolException">Broken, cut short, or no push: another tag, or a title of another length.</exception>
    public static PushEnvelope Read(ReadOnlyMemory<byte> message)
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
            ApduTag.DataNotification => new PushEnvelope(tag, default, default, 0, message),
            ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering => ReadCiphered(message, tag),
            _ => throw new ProtocolException($"APDU tag 0x{(byte)tag:X2} is no push", 0),
        };
    }

    private static PushEnvelope ReadCiphered(ReadOnlyMemory<byte> message, ApduTag tag)
    {
        var reader = new CosemReader(message.Span);
        reader.ReadByte();
        var titleLength = reader.ReadLengthPrefixed().Length;
        if (titleLength is not (0 or ApduCipher.SystemTitleSize)) throw new ProtocolException($"system title of {titleLength} bytes", 1);
        var title = message.Slice(reader.Position - titleLength, titleLength);
        var length = reader.ReadLength();
        if (length != reader.Remaining)
            throw new ProtocolException($"ciphered content of {length} bytes where {reader.Remaining} are left", reader.Position);
        var control = new SecurityControl(reader.ReadByte());
        var counter = reader.ReadUInt32();
        return new PushEnvelope(tag, title, control, counter, message[reader.Position..]);
    }
}
