using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections.Tests;

/// <summary>A meter that pushes: its keys, its title, and the bytes of its pushes.</summary>
internal sealed class Meter
{
    public static readonly LogicalName Energy = LogicalName.Parse("1-0:1.8.0.255");
    private static readonly byte[] EncryptionKey = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
    private static readonly byte[] AuthenticationKey = Convert.FromHexString("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF");
    private static readonly byte[] OwnTitle = [0x48, 0x44, 0x45, 1, 1, 1, 1, 1];

    public byte[] Title { get; } = [0x48, 0x44, 0x52, 1, 2, 3, 4, 5];

    public PushSender Sender { get; init; } = new() { EncryptionKey = EncryptionKey, AuthenticationKey = AuthenticationKey };

    public uint Counter { get; set; } = 10;

    public uint OwnCounter { get; set; }

    public PushConfirmation Confirmation => new(OwnTitle, () => ++OwnCounter);

    /// <summary>A data-notification that names an energy register and its value.</summary>
    public static byte[] Notification(uint number, bool confirmed = false) => new DataNotification(
        LongInvokeIdAndPriority.Of(number, confirmed), CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)),
        CosemData.Structure([CosemData.Structure([CosemData.OctetString(Energy.ToArray()), CosemData.DoubleLongUnsigned(number)])]))
        .Encode();

    /// <summary>The same under the meter's keys, with its next counter.</summary>
    public byte[] Protected(byte[] apdu)
    {
        using var cipher = new ApduCipher(EncryptionKey, AuthenticationKey);
        var control = SecurityControl.Of(SecuritySuite.Suite0, authenticated: true, encrypted: true);
        return new GeneralGloCiphering(Title, cipher.Encrypt(Title, control, ++Counter, apdu)).Encode();
    }

    /// <summary>Opens what the listener answered.</summary>
    public static XdlmsApdu Open(ReadOnlyMemory<byte> answer)
    {
        using var cipher = new ApduCipher(EncryptionKey, AuthenticationKey);
        var general = Assert.IsType<GeneralGloCiphering>(XdlmsApdu.Decode(answer));
        return XdlmsApdu.Decode(cipher.Decrypt(general.SystemTitle.Span, general.Ciphered)!);
    }

    public static byte[] InWrapper(byte[] apdu)
    {
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, 1, 0x66, apdu);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] InHdlc(byte[] apdu)
    {
        var output = new ArrayBufferWriter<byte>();
        HdlcUnnumbered.WritePush(HdlcAddress.Client(0x66), HdlcAddress.Server(1, 17), apdu, 64, output);
        return output.WrittenSpan.ToArray();
    }

    public static async Task<TcpClient> ConnectAsync(IPEndPoint at)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(at.Address, at.Port, TestContext.Current.CancellationToken);
        return client;
    }
}
