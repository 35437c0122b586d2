using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>general-ciphering and general-signing between parties (IEC 62056-5-3, 5.3.7 and 9.2.7): makes and opens their layers.</summary>
/// <remarks>
/// The originator has to be the peer of the association or a party whose public key is trusted, the recipient this side;
/// broadcasts may leave the recipient empty. Counters are strictly rising for each originator also under keys made for one message, so that
/// a message cannot be repeated with its key.
/// </remarks>
internal sealed class PartyLayers(
    SecurityKeys keys, SecuritySuite suite, ReadOnlyMemory<byte> ownTitle, AssociationCounters counters, KeyedCiphers ciphers,
    PartyProtection options)
{
    // Its length is one octet, which enters the derivation of keys.
    private const int TransactionSize = 8, MaxTransactionSize = 127, LongestContentLength = 3;
    private readonly PartyKeys _agreed = new(keys, suite, ciphers);
    private byte[] _transaction = [];

    /// <summary>The next layers made without a header belong to a new transaction.</summary>
    public void NewTransaction() => _transaction = [];

    /// <summary>True for the transaction of the message sent last.</summary>
    public bool IsLast(ReadOnlySpan<byte> transaction) => transaction.SequenceEqual(_transaction);

    /// <summary>Bytes a layer adds at most.</summary>
    public int Overhead(ProtectionLayer layer)
    {
        var header = layer.Header is { } given
            ? Field(given.TransactionId.Length) + Field(given.DateTime.Length) + Field(given.OtherInformation.Length)
            : Field(TransactionSize) + Field(options.Time is null ? 0 : CosemDateTime.Size) + Field(options.OtherInformation.Length);
        var outside = 1 + header + 2 * Field(ApduCipher.SystemTitleSize) + LongestContentLength;
        return outside + (layer.Form == CipheringForm.Signing
            ? Field(2 * EllipticKeys.CoordinateSize(suite))
            : CipheredContent.HeaderSize + CipheredContent.TagSize + _agreed.Size(layer.Key));

        static int Field(int length) => CosemWriter.LengthSize(length) + length;
    }

    /// <summary>Writes general-signing around an APDU.</summary>
    public void Sign(ReadOnlySpan<byte> content, ProtectionLayer layer, ReadOnlyMemory<byte> peer, IBufferWriter<byte> output)
    {
        var header = HeaderOf(layer, peer).Encode();
        var key = ciphers.Own();
        Span<byte> signature = stackalloc byte[96];
        signature = signature[..key.SignatureSize];
        key.Sign(header, content, signature);
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.GeneralSigning);
        writer.WriteRaw(header);
        writer.WriteLengthPrefixed(content);
        writer.WriteLengthPrefixed(signature);
    }

    /// <summary>Checks general-signing and gives what was signed.</summary>
    public ReadOnlyMemory<byte> Verify(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, ReadOnlySpan<byte> peer, out ProtectionLayer layer, out ulong message)
    {
        var reader = new ApduReader(apdu, tolerance);
        reader.Wire.ReadByte();
        var header = GeneralProtectionHeader.Read(ref reader);
        var signed = apdu[1..reader.Wire.Position];
        var content = reader.ReadOctets();
        var signature = reader.ReadOctets();
        reader.Wire.ExpectEnd();
        RequireParties(header, peer, broadcast: false);
        if (!ciphers.Peer(header.OriginatorSystemTitle.Span).Verify(signed.Span, content.Span, signature.Span))
            throw new ProtectionException(ProtectionFailure.InvalidSignature, "general-signing with an invalid signature");
        layer = new ProtectionLayer(CipheringForm.Signing, Header: Copy(header));
        message = Fingerprint(signed.Span, content.Span);
        return content;
    }

    /// <summary>Writes general-ciphering around an APDU.</summary>
    public void Cipher(ReadOnlySpan<byte> plain, ProtectionLayer layer, ReadOnlyMemory<byte> peer, IBufferWriter<byte> output)
    {
        var fields = HeaderOf(layer, peer);
        var header = fields.Encode();
        var (cipher, information) = _agreed.ForSending(layer.Key, fields);
        try
        {
            var counter = layer.Key switch
            {
                PartyKey.Unnamed or PartyKey.GlobalUnicast => counters.NextUnicast(),
                PartyKey.GlobalBroadcast => counters.NextBroadcast(),
                _ => counters.NextTransported(),
            };
            var writer = new CosemWriter(output);
            writer.WriteByte((byte)ApduTag.GeneralCiphering);
            writer.WriteRaw(header);
            writer.Flag(information is not null);
            information?.WriteTo(writer);
            WriteContent(cipher, fields.OriginatorSystemTitle.Span, layer.Control, counter, plain, Authenticated(header), output);
        }
        finally
        {
            if (IsOfOneMessage(layer.Key)) cipher.Dispose();
        }
    }

    /// <summary>Checks and opens general-ciphering; the receipt is for the caller to accept.</summary>
    public ReadOnlyMemory<byte> Decipher(
        ReadOnlyMemory<byte> apdu, ApduTolerance tolerance, ReadOnlySpan<byte> peer, out ProtectionLayer layer, out CounterReceipt receipt)
    {
        var reader = new ApduReader(apdu, tolerance);
        reader.Wire.ReadByte();
        var header = GeneralProtectionHeader.Read(ref reader);
        var raw = apdu[1..reader.Wire.Position];
        var information = reader.ReadPresence() ? KeyInformation.Read(ref reader) : null;
        var ciphered = CipheredContent.Read(ref reader);
        reader.Wire.ExpectEnd();
        var key = PartyKeys.KindOf(information);
        RequireParties(header, peer, key == PartyKey.GlobalBroadcast);
        RequireUsable(ciphered.SecurityControl, suite);
        var originator = header.OriginatorSystemTitle.Span;
        var received = key switch
        {
            PartyKey.Unnamed or PartyKey.GlobalUnicast => counters.Unicast,
            PartyKey.GlobalBroadcast => counters.Broadcast,
            _ => counters.Transported,
        };
        received.Check(originator, ciphered.InvocationCounter);
        var cipher = _agreed.ForReceiving(key, information, header);
        try
        {
            var plain = cipher.Decrypt(originator, ciphered, Authenticated(raw.Span))
                ?? throw new ProtectionException(ProtectionFailure.NotAuthentic, "general-ciphering that is not authentic");
            receipt = new CounterReceipt(received, header.OriginatorSystemTitle, ciphered.InvocationCounter);
            layer = new ProtectionLayer(CipheringForm.General, ciphered.SecurityControl, key, Copy(header));
            return plain;
        }
        finally
        {
            if (IsOfOneMessage(key)) cipher.Dispose();
        }
    }

    /// <summary>Refuses what no key here fits, and what is compressed.</summary>
    /// <exception cref="ProtectionException">Another suite, or compressed.</exception>
    internal static void RequireUsable(SecurityControl control, SecuritySuite suite)
    {
        if (control.Compressed)
            throw new ProtectionException(ProtectionFailure.Compressed, "compressed APDU (V.44), which is not undone");
        if (control.Suite != suite)
            throw new ProtectionException(ProtectionFailure.WrongSuite, $"security suite {(byte)control.Suite}, not {(byte)suite}");
    }

    /// <summary>Writes length, security header and content, encrypted where it lands.</summary>
    internal static void WriteContent(
        ApduCipher cipher, ReadOnlySpan<byte> title, SecurityControl control, uint counter, ReadOnlySpan<byte> plain,
        ReadOnlySpan<byte> header, IBufferWriter<byte> output)
    {
        var size = ApduCipher.ContentSize(control, plain.Length);
        var writer = new CosemWriter(output);
        writer.WriteLength(CipheredContent.HeaderSize + size);
        writer.WriteByte(control.Value);
        writer.WriteUInt32(counter);
        var written = cipher.Encrypt(title, control, counter, plain, output.GetSpan(size), header);
        output.Advance(written);
    }

    private static bool IsOfOneMessage(PartyKey key) => key is PartyKey.Wrapped or PartyKey.OnePass or PartyKey.StaticUnified;

    private ReadOnlySpan<byte> Authenticated(ReadOnlySpan<byte> header) => options.AuthenticatesHeader ? header : default;

    private GeneralProtectionHeader HeaderOf(ProtectionLayer layer, ReadOnlyMemory<byte> peer)
    {
        // A broadcast names no recipient, who now answers.
        if (layer.Header is { } given)
            return given.OriginatorSystemTitle.IsEmpty ? given with { OriginatorSystemTitle = ownTitle } : given;
        if (_transaction.Length == 0) _transaction = RandomNumberGenerator.GetBytes(TransactionSize);
        return new GeneralProtectionHeader(_transaction, ownTitle, layer.Key == PartyKey.GlobalBroadcast ? default : peer,
            options.Time?.Invoke().ToArray() ?? default, options.OtherInformation);
    }

    private void RequireParties(GeneralProtectionHeader header, ReadOnlySpan<byte> peer, bool broadcast)
    {
        var originator = header.OriginatorSystemTitle.Span;
        if (originator.Length != ApduCipher.SystemTitleSize)
            throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "no originator's system title");
        if (!peer.IsEmpty && !originator.SequenceEqual(peer) && !keys.KnowsParty(originator))
            throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "an originator that is not known");
        var recipient = header.RecipientSystemTitle.Span;
        if (!recipient.SequenceEqual(ownTitle.Span) && !(broadcast && recipient.IsEmpty))
            throw new ProtectionException(ProtectionFailure.WrongSystemTitle, "a message for another recipient");
        if (header.TransactionId.Length > MaxTransactionSize)
            throw new ProtocolException($"transaction id of {header.TransactionId.Length} bytes");
        if (header.DateTime.Length is not (0 or CosemDateTime.Size))
            throw new ProtocolException($"date-time of {header.DateTime.Length} bytes");
    }

    // Of what is signed, not of the signature: that has another valid form.
    private static ulong Fingerprint(ReadOnlySpan<byte> header, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(content);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }

    // Kept beyond the message for the answer.
    private static GeneralProtectionHeader Copy(GeneralProtectionHeader header) => new(
        header.TransactionId.ToArray(), header.OriginatorSystemTitle.ToArray(), header.RecipientSystemTitle.ToArray(),
        header.DateTime.ToArray(), header.OtherInformation.ToArray());
}
