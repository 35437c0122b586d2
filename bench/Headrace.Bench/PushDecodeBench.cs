using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;

namespace Headrace.Bench;

/// <summary>
/// <c>push-decode</c>: wrapper, general-glo-ciphering and a 4-channel push to typed readings, on one core, beside the AES-GCM
/// decryption of the same bytes alone. Both keep one AesGcm per key; rounds alternate, so that both see the same machine.
/// </summary>
internal static class PushDecodeBench
{
    private const int Rounds = 15;
    private const int Batch = 40_000;

    private static readonly byte[] Title = [.. "HRC"u8, 1, 2, 3, 4, 5];
    private static readonly byte[] EncryptionKey = Convert.FromHexString("5A17C3E0942D6B88F10E7D3349AC2056");
    private static readonly byte[] AuthenticationKey = Convert.FromHexString("C0FFEE11223344556677889900AABBCC");

    private static readonly PushTemplate Template = new(
    [
        ReadingColumn.Clock,
        new ReadingColumn(1, LogicalName.Parse("0-0:96.10.1.255")),
        new ReadingColumn(3, LogicalName.Parse("1-0:1.8.0.255")) { Scaler = 0, Unit = 30 },
        new ReadingColumn(3, LogicalName.Parse("1-0:2.8.0.255")) { Scaler = 0, Unit = 30 },
        new ReadingColumn(3, LogicalName.Parse("1-0:3.8.0.255")) { Scaler = 0, Unit = 32 },
        new ReadingColumn(3, LogicalName.Parse("1-0:4.8.0.255")) { Scaler = 0, Unit = 32 },
    ]);

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static int Run(string[] arguments)
    {
        var push = Push();
        using var alone = new Alone(push);
        using var whole = new Whole(push);
        for (var i = 0; i < 5; i++)
        {
            alone.Run(Batch);
            whole.Run(Batch);
        }
        var (gcm, ours) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            gcm[round] = Rate(alone.Run);
            ours[round] = Rate(whole.Run);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        whole.Run(Batch);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Batch;
        Print(push, Median(gcm), Median(ours), Median([.. gcm.Zip(ours, (g, o) => o / g)]), allocated);
        return 0;
    }

    private static void Print(byte[] push, double gcm, double ours, double ratio, double allocated)
    {
        var runtime = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        Line($"machine     {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, {runtime}");
        const string Contents = "clock, status, 4 registers";
        Line($"load        one thread; 4-channel push ({Contents}) of {push.Length} bytes; wrapper, general-glo, tag checked");
        Line($"method      {Rounds} alternating rounds of {Batch} each after warm-up, medians; one AesGcm per key for both");
        Line($"AES-GCM     {gcm:N0} decryptions/s of the same bytes alone");
        Line($"push-decode {ours:N0} pushes/s to typed readings ({ours * 5:N0} readings/s)");
        Line($"ratio       {ratio:P1} of AES-GCM alone (at least 60 % is asked for)");
        Line($"allocated   {allocated:F2} bytes per push (0 is asked for)");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static double Rate(Action<int> run)
    {
        var start = Stopwatch.GetTimestamp();
        run(Batch);
        return Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static byte[] Push()
    {
        var time = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 12, 15, 0, TimeSpan.FromHours(1)));
        var notification = new DataNotification(LongInvokeIdAndPriority.Of(1), time, CosemData.Structure(
            CosemData.OctetString(time), CosemData.Unsigned(0), CosemData.DoubleLongUnsigned(12_345_678), CosemData.DoubleLongUnsigned(90),
            CosemData.DoubleLongUnsigned(4_711), CosemData.DoubleLongUnsigned(815)));
        using var cipher = new ApduCipher(EncryptionKey, AuthenticationKey);
        var control = SecurityControl.Of(SecuritySuite.Suite0, authenticated: true, encrypted: true);
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, 1, 0x67, new GeneralGloCiphering(Title, cipher.Encrypt(Title, control, 1,
            notification.Encode())).Encode());
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The decryption and nothing else: nonce and additional data are made beforehand.</summary>
    private sealed class Alone : IDisposable
    {
        private readonly AesGcm _gcm = new(EncryptionKey, CipheredContent.TagSize);
        private readonly byte[] _nonce = new byte[12];
        private readonly byte[] _associated;
        private readonly byte[] _text;
        private readonly byte[] _tag;
        private readonly byte[] _plain;

        public Alone(byte[] push)
        {
            var envelope = PushEnvelope.Read(push);
            Title.CopyTo(_nonce, 0);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(_nonce.AsSpan(8), envelope.InvocationCounter);
            _associated = [envelope.SecurityControl.Value, .. AuthenticationKey];
            _text = envelope.Content[..^CipheredContent.TagSize].ToArray();
            _tag = envelope.Content[^CipheredContent.TagSize..].ToArray();
            _plain = new byte[_text.Length];
        }

        public void Run(int times)
        {
            for (var i = 0; i < times; i++) _gcm.Decrypt(_nonce, _text, _tag, _plain, _associated);
        }

        public void Dispose() => _gcm.Dispose();
    }

    private sealed class Whole(byte[] push) : IDisposable
    {
        private readonly ApduCipher _cipher = new(EncryptionKey, AuthenticationKey);
        private readonly PushDecoder _decoder = new(Template);
        private readonly byte[] _plain = new byte[512];
        private readonly PushReading[] _readings = new PushReading[16];

        public void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var found = _decoder.Decode(PushEnvelope.Read(push), _cipher, default, _plain, _readings);
                if (found is not { Status: PushStatus.Decoded, Readings: 5 })
                    throw new InvalidOperationException("the push was not decoded");
            }
        }

        public void Dispose() => _cipher.Dispose();
    }
}
