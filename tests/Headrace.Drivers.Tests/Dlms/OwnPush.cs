using System.Buffers;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>Makes pushes of a meter of our own.</summary>
internal static class OwnPush
{
    public const string Title = "4844520000000042";
    public const string Guek = "5A1F2B3C4D5E6F708192A3B4C5D6E7F8";
    public const string Gak = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";
    public const string DeviceName = "HDR1030000000042";

    /// <summary>2026-07-01 12:15:00 +02:00.</summary>
    public static readonly CosemDateTime Noon =
        CosemDateTime.From(new DateTimeOffset(2026, 7, 1, 12, 15, 0, TimeSpan.FromHours(2)), daylightSaving: true);

    public static Meter Register(HeadEnd headEnd, string type = "idis-e450", ContactModes contact = ContactModes.Pushes) =>
        headEnd.Meters.Add(
            new Meter { Serial = "42", SystemTitle = Title, DeviceType = type, LogicalDeviceName = DeviceName, Contact = contact },
            Guek, Gak);

    public static CosemData Head(byte setup) => CosemData.OctetString(new LogicalName(0, setup, 25, 9, 0, 255));

    public static CosemData Name => CosemData.OctetString(System.Text.Encoding.ASCII.GetBytes(DeviceName));

    /// <summary>The body of a momentary push: 1.7.0, 2.7.0, 32.7.0, 31.7.0.</summary>
    public static CosemData Momentary(uint watts = 1234) => CosemData.Structure(
        Name, Head(2), CosemData.OctetString(Noon), CosemData.DoubleLongUnsigned(watts), CosemData.DoubleLongUnsigned(0),
        CosemData.LongUnsigned(2301), CosemData.LongUnsigned(536));

    /// <summary>The body of an interval push with rows of load profile 1.</summary>
    public static CosemData Interval(params CosemData[] rows) =>
        CosemData.Structure(Name, Head(0), CosemData.OctetString(Noon), CosemData.Array(rows));

    public static CosemData Row(CosemData clock, byte status, uint import, uint export) =>
        CosemData.Structure(clock, CosemData.Unsigned(status), CosemData.DoubleLongUnsigned(import), CosemData.DoubleLongUnsigned(export));

    public static byte[] Plain(CosemData body, CosemDateTime? time = null) =>
        new DataNotification(LongInvokeIdAndPriority.Of(1), time, body).Encode();

    public static byte[] Ciphered(
        byte[] plain, uint counter, byte control = 0x30, string title = Title, string guek = Guek, string gak = Gak)
    {
        using var cipher = new ApduCipher(Convert.FromHexString(guek), Convert.FromHexString(gak));
        var sender = Convert.FromHexString(title);
        return new GeneralGloCiphering(sender, cipher.Encrypt(sender, new SecurityControl(control), counter, plain)).Encode();
    }

    public static byte[] Wrapped(byte[] apdu, ushort source = 1, ushort destination = 0x66)
    {
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, source, destination, apdu);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A whole push in its wrapper.</summary>
    public static byte[] Make(CosemData body, uint counter) => Wrapped(Ciphered(Plain(body), counter));
}
