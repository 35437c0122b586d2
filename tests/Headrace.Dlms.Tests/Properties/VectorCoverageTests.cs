using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Security;
using Headrace.Dlms.Tests.Data;
using Headrace.Dlms.Tests.Hdlc;
using Headrace.Dlms.Tests.Security;
using Headrace.Dlms.Tests.Session;
using Headrace.Dlms.Tests.Translation;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>
/// Every shared vector is asserted: what the translator cannot give is asserted by the test of its own subject that is named here, and what
/// is left are remarks of the author. A new vector, or a new name in one, that nothing covers fails.
/// </summary>
public sealed class VectorCoverageTests(ITestOutputHelper output)
{
    private const int Known = 397;

    /// <summary>Names that the translator cannot give, by kind, with the test that asserts them.</summary>
    private static readonly (string Kind, string[] Paths, Type Tests, string Method)[] Subjects =
    [
        ("hls",
            [".direction", ".challenge", ".originator_title", ".c_to_s", ".s_to_c", ".secret", ".titles_used", ".signed_message", ".valid"],
            typeof(HighLevelSecurityTests), nameof(HighLevelSecurityTests.Every_vector_of_every_mechanism_holds)),
        ("key-agreement", [".algorithm_id", ".party_u_info", ".party_v_info"],
            typeof(HighLevelSecurityTests), nameof(HighLevelSecurityTests.Both_sides_agree_on_the_key_of_the_vectors)),
        ("ciphered", [".signature_valid_over"],
            typeof(VectorCoverageTests), nameof(Signatures_are_valid_over_the_octets_that_the_vector_names)),
        ("quirk", [".strict_decoder"], typeof(VectorCoverageTests), nameof(What_a_strict_decoder_rejects_is_rejected)),
        ("session-hdlc", [".steps[].strict_decoder", ".steps[].peer_defect"],
            typeof(VectorCoverageTests), nameof(Defects_of_peers_in_recorded_sessions_are_refused_or_borne_by_name)),
        ("session-wrapper", [".steps[].peer_defect"],
            typeof(VectorCoverageTests), nameof(Defects_of_peers_in_recorded_sessions_are_refused_or_borne_by_name)),
    ];

    /// <summary>Names that say something to the reader of the vector and nothing about its bytes.</summary>
    private static readonly Dictionary<string, string[]> Remarks = new(StringComparer.Ordinal)
    {
        ["hls"] = [".note", ".construction"],
        ["quirk"] = [".quirk", ".meaning.continue_with"],
        ["session-hdlc"] = [".steps[].step", ".steps[].quirk"],
        ["session-wrapper"] = [".steps[].step", ".steps[].quirk"],
        ["image-transfer"] = [".steps[].step"],
        ["profile-buffer"] = [".profile"],
    };

    [Fact]
    public void Every_shared_vector_is_asserted_by_the_translator_or_by_a_test_of_its_subject()
    {
        if (SharedVectors.SharedDirectory is null) Assert.Skip(SharedVectors.Missing);
        var (whole, elsewhere, remarks) = (0, 0, 0);
        foreach (var vector in SharedVectors.Read(SharedVectors.SharedDirectory))
        {
            var (id, kind) = (vector["id"]!.GetValue<string>(), vector["kind"]!.GetValue<string>());
            if (kind == "malformed")
            {
                Assert.Throws<ProtocolException>(() => VectorTranslator.Translate(vector));
                whole++;
                continue;
            }
            var translated = VectorTranslator.Translate(vector);
            string[] subjects = [.. Subjects.Where(s => s.Kind == kind).SelectMany(s => s.Paths)];
            // says client of every frame, also of responses, as both stations of that capture have the same address
            if (id == "session-hdlc-010") subjects = [.. subjects, ".steps[].dir"];
            var told = Remarks.GetValueOrDefault(kind) ?? [];
            var left = JsonSubset.Differences(vector["expect"], translated, path => subjects.Contains(path) || told.Contains(path));
            Assert.True(left.Count == 0, $"{id}: {string.Join("; ", left.Take(4))}");
            if (JsonSubset.Differences(vector["expect"], translated, _ => false).Count == 0) whole++;
            else if (JsonSubset.Differences(vector["expect"], translated, told.Contains).Count == 0) remarks++;
            else elsewhere++;
        }
        output.WriteLine($"{whole} by the translator alone, {remarks} but for remarks, {elsewhere} with a test of their subject");
        Assert.True(whole + remarks + elsewhere >= Known, $"{whole} + {remarks} + {elsewhere} vectors");
    }

    [Fact]
    public void The_tests_that_are_named_are_there()
    {
        foreach (var (kind, _, tests, method) in Subjects)
            Assert.True(tests.GetMethod(method)!.GetCustomAttributes(typeof(FactAttribute), true).Length == 1, kind);
        foreach (var (tests, method) in new[]
        {
            (typeof(RecordedSessionTests),
                nameof(RecordedSessionTests.Recorded_sessions_with_real_meters_and_another_stack_are_played_again)),
            (typeof(RecordedSessionTests),
                nameof(RecordedSessionTests.Recorded_block_transfers_are_understood_by_the_side_they_were_sent_to)),
            (typeof(RecordedSessionTests), nameof(RecordedSessionTests.A_recorded_image_transfer_is_played_again)),
        }) Assert.NotNull(tests.GetMethod(method));
    }

    [Fact]
    public void Signatures_are_valid_over_the_octets_that_the_vector_names()
    {
        foreach (var vector in Vectors.All("ciphered").Where(v => v.Expect()["signature"] is not null))
        {
            var signing = Assert.IsType<GeneralSigning>(XdlmsApdu.Decode(vector.Bytes()));
            if (vector["keys"]?["private_key"] is null) continue;
            var publicKey = EllipticKeys.PublicKeyOf(SecuritySuite.Suite1, vector["keys"]!.Bytes("private_key"));
            Assert.True(EllipticKeys.Verify(SecuritySuite.Suite1, publicKey, signing.SignedOctets(), signing.Signature.Span));
            var octets = signing.SignedOctets();
            for (var i = 0; i < octets.Length; i++)
            {
                octets[i] ^= 1;
                Assert.False(EllipticKeys.Verify(SecuritySuite.Suite1, publicKey, octets, signing.Signature.Span));
                octets[i] ^= 1;
            }
        }
    }

    [Fact]
    public void What_a_strict_decoder_rejects_is_rejected()
    {
        if (SharedVectors.SharedDirectory is null) Assert.Skip(SharedVectors.Missing);
        foreach (var vector in Vectors.All("quirk").Where(v => v.Expect()["strict_decoder"] is not null))
        {
            var bytes = vector.Bytes();
            if (bytes[0] == AssociationResponse.Tag)
            {
                // the tag of old meters is read everywhere, as the reference asks, and known afterwards
                var answer = XdlmsApdu.Decode(AssociationResponse.Parse(bytes).UserInformation!.Value);
                Assert.True(Assert.IsType<InitiateResponse>(answer).OldConformanceTag);
                continue;
            }
            Assert.Throws<ProtocolException>(() => Strictly(bytes));
            Assert.Throws<ProtocolException>(() => XmlTranslator.Decode(bytes, DlmsFraming.Apdu, TranslationKeys.None));
        }
    }

    [Fact]
    public void Defects_of_peers_in_recorded_sessions_are_refused_or_borne_by_name()
    {
        if (SharedVectors.SharedDirectory is null) Assert.Skip(SharedVectors.Missing);
        var found = 0;
        foreach (var vector in Vectors.All("session-hdlc").Concat(Vectors.All("session-wrapper")))
        {
            foreach (var step in vector.Expect()["steps"]!.AsArray())
            {
                var defect = (step!["peer_defect"] ?? step["strict_decoder"])?.GetValue<string>();
                if (defect is null) continue;
                found++;
                Refused(step.Bytes("hex"), defect);
            }
        }
        Assert.Equal(11, found);
    }

    private static void Refused(byte[] bytes, string defect)
    {
        if (defect == "rejects: FCS")
        {
            var frames = new HdlcFrameReader();
            Assert.Empty(HdlcFrameTests.ReadAll(bytes, frames));
            Assert.Equal(1, frames.BrokenFrames);
            return;
        }
        var apdu = bytes;
        if (bytes[0] == HdlcFrame.Flag)
        {
            var frame = Assert.Single(HdlcFrameTests.ReadAll(bytes, new HdlcFrameReader()));
            if (frame.Type == HdlcFrameType.UnnumberedAcknowledge)
            {
                // one octet counts more parameters than follow: what is there is read, as far as it goes
                var read = Record.Exception(() => HdlcParameters.Read(frame.Information.Span));
                Assert.True(read is null or ProtocolException);
                return;
            }
            apdu = frame.Information[3..].ToArray();
        }
        else
        {
            Assert.True(WrapperFrame.TryRead(bytes, 65535, out var frame));
            apdu = frame.Apdu.ToArray();
        }
        Assert.Throws<ProtocolException>(() => Strictly(apdu));
        if (apdu[0] == ReleaseResponse.Tag) ReleaseResponse.Parse(apdu, AcseTolerance.LengthsTooShort);
    }

    private static void Strictly(byte[] apdu)
    {
        switch (apdu[0])
        {
            case ReleaseResponse.Tag:
                ReleaseResponse.Parse(apdu);
                break;
            default:
                XdlmsApdu.Decode(apdu);
                break;
        }
    }
}
