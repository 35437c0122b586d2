using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Readings;

/// <summary>What became of a push.</summary>
public enum PushStatus
{
    /// <summary>Opened and decoded.</summary>
    Decoded,

    /// <summary>The tag does not verify: another key or title, or altered bytes. Nothing of it may be believed.</summary>
    NotAuthentic,
}

/// <summary>A push, opened.</summary>
/// <param name="Status">Whether it could be opened; all else is empty where not.</param>
/// <param name="Readings">How many readings were filled in.</param>
/// <param name="Layout">How the body says what its values are.</param>
/// <param name="InvokeId">The notification's number.</param>
/// <param name="Time">The notification's date-time; null where it has none.</param>
/// <param name="Body">The Data of the notification, encoded; a slice of the plain text.</param>
public readonly record struct PushMessage(
    PushStatus Status, int Readings, PushLayout Layout, LongInvokeIdAndPriority InvokeId, CosemDateTime? Time, ReadOnlyMemory<byte> Body);

/// <summary>The hot path of a head-end: from the bytes of a push to typed readings, with nothing allocated per push.</summary>
/// <remarks>
/// One instance per worker and template; not to be shared between threads. Readings hold slices of the plain text buffer: take from
/// them what is needed before the buffer is used again.
/// </remarks>
/// <param name="template">What the device type pushes; null reads only bodies that name their objects.</param>
/// <param name="tolerance">Deviations of the device type; <see cref="ApduTolerance.TaggedNotificationTime"/> is looked at here.</param>
public sealed class PushDecoder(PushTemplate? template = null, ApduTolerance tolerance = ApduTolerance.None)
{
    private readonly PushBodyReader _body = new(template);

    /// <summary>Bytes of plain text buffer that a message needs: never more than the message itself.</summary>
    public static int PlaintextSize(in PushEnvelope envelope) => envelope.Content.Length;

    /// <summary>Opens and decodes a push.</summary>
    /// <param name="envelope">Its outside.</param>
    /// <param name="cipher">The meter's cipher; not used for a plain push.</param>
    /// <param name="systemTitle">The meter's title, used where the message carries none.</param>
    /// <param name="plaintext">Receives the plain text; at least <see cref="PlaintextSize"/> bytes. Not used for a plain push.</param>
    /// <param name="readings">Receives the readings.</param>
    /// <exception cref="ProtocolException">
    /// The notification is broken or does not fit the template, or there are more readings than room.
    /// </exception>
    /// <exception cref="ArgumentNullException">The push is ciphered and there is no cipher.</exception>
    public PushMessage Decode(
        in PushEnvelope envelope, ApduCipher? cipher, ReadOnlySpan<byte> systemTitle, Memory<byte> plaintext, Span<PushReading> readings)
    {
        if (!envelope.IsProtected) return DecodeNotification(envelope.Content, readings);
        ArgumentNullException.ThrowIfNull(cipher);
        var title = envelope.SystemTitle.IsEmpty ? systemTitle : envelope.SystemTitle.Span;
        var opened = cipher.TryDecrypt(
            title, envelope.SecurityControl, envelope.InvocationCounter, envelope.Content.Span, plaintext.Span, out var length,
            envelope.Header.Span);
        return opened
            ? DecodeNotification(plaintext[..length], readings)
            : new PushMessage(PushStatus.NotAuthentic, 0, default, default, null, default);
    }

    /// <summary>Decodes a plain data-notification.</summary>
    /// <param name="apdu">The whole APDU; readings hold slices of it.</param>
    /// <param name="readings">Receives the readings.</param>
    /// <exception cref="ProtocolException">Broken, not a data-notification, or it does not fit the template or the room.</exception>
    public PushMessage DecodeNotification(ReadOnlyMemory<byte> apdu, Span<PushReading> readings)
    {
        var reader = new CosemReader(apdu.Span);
        var tag = reader.ReadByte();
        if (tag != (byte)ApduTag.DataNotification) throw new ProtocolException($"tag 0x{tag:X2} where a data-notification was expected", 0);
        var id = new LongInvokeIdAndPriority(reader.ReadUInt32());
        var time = ReadTime(ref reader);
        var body = apdu[reader.Position..];
        var count = _body.Read(body, time, readings);
        return new PushMessage(PushStatus.Decoded, count, _body.Layout, id, time, body);
    }

    private CosemDateTime? ReadTime(ref CosemReader reader)
    {
        var length = reader.ReadByte();
        if (length == (byte)CosemTag.OctetString && (tolerance & ApduTolerance.TaggedNotificationTime) != ApduTolerance.None)
            length = reader.ReadByte();
        return length switch
        {
            0 => null,
            CosemDateTime.Size => CosemDateTime.Parse(reader.Take(CosemDateTime.Size)),
            _ => throw new ProtocolException($"date-time of {length} bytes", reader.Position),
        };
    }
}
