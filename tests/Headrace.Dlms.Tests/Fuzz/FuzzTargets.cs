using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.MBus;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Translation;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>Every parser of the stack as an action on bytes, with good inputs to start from and the number of inputs it is given.</summary>
internal static class FuzzTargets
{
    private static readonly byte[] Key = Convert.FromHexString("5A17C3E0942D6B88F10E7D3349AC2056");
    private static readonly byte[] AuthenticationKey = Convert.FromHexString("C0FFEE11223344556677889900AABBCC");
    private static readonly byte[] Title = Convert.FromHexString("4852430102030405");

    private static readonly ProfileLayout Profile =
        new([ReadingColumn.Clock, new ReadingColumn(1, LogicalName.Parse("0-0:96.10.1.255")), new ReadingColumn(3,
            LogicalName.Parse("1-0:1.8.0.255"))], TimeSpan.FromMinutes(15));

    private static readonly PushTemplate Template = new(
    [
        new ReadingColumn(1, LogicalName.Parse("0-0:42.0.0.255")), ReadingColumn.Clock,
        new ReadingColumn(7, LogicalName.Parse("1-0:99.1.0.255")) { Profile = Profile }, new ReadingColumn(3,
            LogicalName.Parse("1-0:2.8.0.255")),
    ]);

    private static readonly TranslationKeys Keys = new()
    {
        GlobalUnicastEncryptionKey = Key,
        AuthenticationKey = AuthenticationKey,
        SystemTitle = Title
    };
    private static readonly TranslationKeys KeysWithoutAuthentication = new()
    {
        GlobalUnicastEncryptionKey = Key,
        DedicatedKey = Key,
        SystemTitle = Title
    };

    /// <summary>A parser under test.</summary>
    /// <param name="Name">Its name in the test list.</param>
    /// <param name="Kinds">Kinds of the repository's vectors that it starts from.</param>
    /// <param name="Inputs">Inputs it is given.</param>
    /// <param name="Parse">Makes a parser, which may keep state from input to input.</param>
    internal sealed record Target(string Name, string[] Kinds, int Inputs, Func<Action<byte[]>> Parse)
    {
        /// <summary>Inputs of its own that it starts from too.</summary>
        public IReadOnlyList<byte[]> Seeds { get; init; } = [];
    }

    /// <summary>All targets by name.</summary>
    public static IReadOnlyDictionary<string, Target> All { get; } = new Target[]
    {
        new("axdr tree", ["axdr", "push-body", "profile-buffer", "object-list"], 150_000, () => bytes => CosemData.Decode(bytes).Encode()),
        new("axdr skip", ["axdr", "push-body", "profile-buffer", "object-list"], 150_000, () => Skip),
        new("xdlms apdu", ["xdlms", "xdlms-sn", "initiate", "ciphered", "push-apdu", "gbt", "block-transfer"], 150_000, () =>
            bytes => XdlmsApdu.Decode(bytes)),
        new("xdlms apdu, tolerant", ["xdlms", "ciphered", "push-apdu", "quirk"], 60_000, () =>
            bytes => XdlmsApdu.Decode(bytes, ApduTolerance.All)),
        new("acse", ["acse"], 80_000, () => Association),
        new("hdlc frames", ["hdlc-frame", "push-hdlc", "session-hdlc"], 60_000, () => bytes => HdlcFrames(new HdlcFrameReader(), bytes)),
        new("hdlc pushes", ["push-hdlc"], 40_000, HdlcPushes),
        new("wrapper", ["wrapper-apdu", "session-wrapper"], 60_000, () => Wrapper),
        new("m-bus frames", ["push-mbus"], 60_000, MBus),
        new("date-time", ["datetime"], 30_000, () => DateTimes),
        new("push body", ["push-body", "axdr"], 100_000, () => PushBody(new PushBodyReader())),
        new("push body by template", ["push-body", "axdr", "profile-buffer"], 60_000, () => PushBody(new PushBodyReader(Template))),
        new("profile rows", ["profile-buffer"], 80_000, ProfileRows),
        new("ciphered push", ["push-apdu", "wrapper-apdu"], 60_000, CipheredPush),
        new("ciphered push, any tag", ["push-apdu"], 40_000, Unauthenticated),
        new("general blocks", ["gbt"], 30_000, Blocks),
        new("framed messages", ["push-apdu", "ciphered", "acse", "xdlms", "gbt", "quirk"], 60_000, () => Framed),
        new("hdlc parameters", ["hdlc-frame"], 30_000, () => bytes => HdlcParameters.Read(bytes.AsSpan(Math.Min(bytes.Length, 10)))),
        new("translator", ["*"], 120_000, () => bytes => DlmsTranslator.Decode(bytes, DlmsFraming.Auto, Keys)),
        new("translator, tags unchecked", ["ciphered", "push-apdu", "push-hdlc", "acse"], 30_000,
            () => bytes => DlmsTranslator.Decode(bytes, DlmsFraming.Auto, KeysWithoutAuthentication)),
        new("translator of exchanges", ["gbt", "block-transfer", "session-hdlc", "session-wrapper", "quirk", "hdlc-frame",
            "profile-buffer", "object-list"], 20_000,
            () => Exchanges),
        new("text of translations", ["*"], 20_000, () => bytes => HumanText.Of(DlmsTranslator.Decode(bytes, DlmsFraming.Auto, Keys))),
    }.Concat(LineTargets.All).ToDictionary(target => target.Name, StringComparer.Ordinal);

    /// <summary>Good inputs for a target: the bytes of the repository's own vectors.</summary>
    public static List<byte[]> Seeds(Target target) =>
    [
        .. target.Seeds,
        .. SharedVectors.Read(SharedVectors.OwnDirectory)
            .Where(vector => target.Kinds.Contains("*") || target.Kinds.Contains(vector["kind"]!.GetValue<string>()))
            .Select(vector => Convert.FromHexString(vector["hex"]!.GetValue<string>())),
    ];

    private static void Skip(byte[] bytes)
    {
        var reader = new CosemReader(bytes);
        while (!reader.AtEnd) reader.Skip();
    }

    private static void Association(byte[] bytes)
    {
        var tolerance = bytes.Length % 2 == 0 ? AcseTolerance.None : AcseTolerance.LengthsTooShort;
        switch (bytes.Length == 0 ? 0 : bytes[0])
        {
            case AssociationResponse.Tag:
                AssociationResponse.Parse(bytes, tolerance);
                break;
            case ReleaseRequest.Tag:
                ReleaseRequest.Parse(bytes, tolerance);
                break;
            case ReleaseResponse.Tag:
                ReleaseResponse.Parse(bytes, tolerance);
                break;
            default:
                AssociationRequest.Parse(bytes, tolerance);
                break;
        }
    }

    private static void HdlcFrames(HdlcFrameReader frames, byte[] bytes)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        while (frames.TryRead(ref input, out var frame))
            if (frame.Type is HdlcFrameType.UnnumberedAcknowledge or HdlcFrameType.SetNormalResponseMode)
                HdlcParameters.Read(frame.Information.Span);
    }

    private static Action<byte[]> HdlcPushes()
    {
        var pushes = new HdlcPushReader(maxApduLength: 2048);
        return bytes =>
        {
            var input = new ReadOnlySequence<byte>(bytes);
            while (pushes.TryRead(ref input, out _))
            {
            }
        };
    }

    private static void Wrapper(byte[] bytes)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        while (!input.IsEmpty && WrapperFrame.TryRead(ref input, maxApduBytes: 2048, out _))
        {
        }
        WrapperFrame.TryRead(bytes, 2048, out _);
    }

    private static Action<byte[]> MBus()
    {
        var joiner = new MBusSegmentJoiner();
        return bytes =>
        {
            var input = new ReadOnlySequence<byte>(bytes);
            while (!input.IsEmpty && MBusLongFrame.TryRead(ref input, out var frame)) joiner.TryAppend(frame, out _);
        };
    }

    private static void DateTimes(byte[] bytes)
    {
        var time = CosemDateTime.Parse(bytes);
        time.TryToUtc(out _);
        DateTimeJson.Fields(time);
        DateTimeJson.Iso(time);
        Assert.Equal(bytes, time.ToArray());
    }

    private static Action<byte[]> PushBody(PushBodyReader reader)
    {
        var readings = new PushReading[64];
        return bytes =>
        {
            var count = reader.Read(bytes, CosemDateTime.NotSpecified, readings);
            foreach (var reading in readings.AsSpan(0, count)) ReadingsJson.Of(reading);
        };
    }

    private static Action<byte[]> ProfileRows()
    {
        var rows = new ProfileRowDecoder(Profile);
        return bytes =>
        {
            rows.Reset();
            var reader = new CosemReader(bytes);
            for (var left = reader.ReadArray(); left > 0; left--) rows.ReadRow(ref reader, bytes);
            reader.ExpectEnd();
        };
    }

    private static Action<byte[]> CipheredPush()
    {
        var cipher = new ApduCipher(Key, AuthenticationKey);
        var (decoder, plain, readings) = (new PushDecoder(Template), new byte[8192], new PushReading[64]);
        return bytes => decoder.Decode(PushEnvelope.Read(bytes), cipher, Title, plain, readings);
    }

    /// <summary>Goes on behind a wrong tag, so that mutations reach the decoder of the plain text.</summary>
    private static Action<byte[]> Unauthenticated()
    {
        var cipher = new ApduCipher(Key, default);
        var (decoder, plain, readings) = (new PushDecoder(Template, ApduTolerance.All), new byte[8192], new PushReading[64]);
        return bytes =>
        {
            var envelope = PushEnvelope.Read(bytes);
            if (!envelope.IsProtected || envelope.SystemTitle.IsEmpty) return;
            var length = cipher.DecryptUnauthenticated(envelope.SystemTitle.Span, envelope.SecurityControl, envelope.InvocationCounter,
                envelope.Content.Span, plain);
            decoder.DecodeNotification(plain.AsMemory(0, length), readings);
        };
    }

    private static Action<byte[]> Blocks()
    {
        var joiner = new GeneralBlockReassembly(maxApduLength: 4096);
        return bytes =>
        {
            ReadOnlyMemory<byte> rest = bytes;
            while (!rest.IsEmpty)
            {
                if (XdlmsApdu.DecodeFirst(rest, out var length) is GeneralBlockTransfer block) joiner.TryAdd(block, out _);
                rest = rest[length..];
            }
        };
    }

    /// <summary>Broken messages in frames whose lengths and check sequences are right.</summary>
    private static void Framed(byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        var first = bytes.Length == 0 ? 0 : bytes[0];
        if (first % 3 == 0)
        {
            WrapperFrame.Write(output, 1, 0x67, bytes);
        }
        else if (first % 3 == 1)
        {
            var half = Math.Min(bytes.Length / 2, MBusLongFrame.MaxDataLength);
            new MBusLongFrame(0x53, 0xFF, 0x00, 1, 0x67, bytes.AsMemory(0, half)).Write(output);
            new MBusLongFrame(0x53, 0xFF, 0x11, 1, 0x67, bytes.AsMemory(half, Math.Min(bytes.Length - half,
                MBusLongFrame.MaxDataLength))).Write(output);
        }
        else
        {
            HdlcUnnumbered.WritePush(HdlcAddress.Client(0x67), HdlcAddress.Server(1, 17), bytes, 40 + bytes.Length % 90, output);
            new HdlcFrame(HdlcAddress.Server(1, bytes.Length % 128), HdlcAddress.Client(16), new HdlcControl(bytes.Length == 0
                ? (byte)0 : bytes[^1]), first > 127,
                bytes.AsMemory(0, Math.Min(bytes.Length, 200))).Write(output);
        }
        DlmsTranslator.Decode(output.WrittenSpan.ToArray(), DlmsFraming.Auto, Keys);
    }

    private static void Exchanges(byte[] bytes)
    {
        string[] kinds = ["gbt", "block-transfer", "session-hdlc", "session-wrapper", "quirk", "hdlc-frame", "profile-buffer",
            "object-list", "image-transfer"];
        var kind = kinds[bytes.Length % kinds.Length];
        VectorTranslator.Translate(new System.Text.Json.Nodes.JsonObject { ["kind"] = kind, ["hex"] = HexText.Of(bytes) });
    }
}
