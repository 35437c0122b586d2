using Headrace.Dlms.Security;
using Headrace.Dlms.Tests.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Security;

public sealed class HighLevelSecurityTests
{
    [Fact]
    public void Every_vector_of_every_mechanism_holds() => Vectors.Check("hls", vector =>
    {
        var expect = vector.Expect();
        var answer = vector.Bytes();
        var client = expect["direction"]?.GetValue<string>().StartsWith("client", StringComparison.Ordinal) ?? true;
        switch (expect["mechanism"]!.GetValue<int>())
        {
            case 3:
                Assert.Equal(answer, HighLevelSecurity.Md5(expect.Bytes(client ? "s_to_c" : "c_to_s"), expect.Bytes("secret")));
                break;
            case 4:
                Assert.Equal(answer, HighLevelSecurity.Sha1(expect.Bytes("s_to_c"), expect.Bytes("secret")));
                break;
            case 5:
                using (var cipher = new ApduCipher(vector["keys"]!.Bytes("guek"), vector["keys"]!.Bytes("gak")))
                {
                    var counter = expect["invocation_counter"]!.GetValue<uint>();
                    var challenge = expect.Bytes("challenge");
                    Assert.Equal(answer, HighLevelSecurity.Gmac(cipher, expect.Bytes("originator_title"), counter, challenge));
                    Assert.True(HighLevelSecurity.VerifyGmac(cipher, expect.Bytes("originator_title"), challenge, answer, out var found));
                    Assert.Equal(counter, found);
                    answer[^1] ^= 1;
                    Assert.False(HighLevelSecurity.VerifyGmac(cipher, expect.Bytes("originator_title"), challenge, answer, out _));
                }

                break;
            case 6:
                var titles = expect["titles_used"]!;
                Assert.Equal(answer, HighLevelSecurity.Sha256(
                    expect.Bytes("secret"), titles.Bytes("client"), titles.Bytes("server"),
                    expect.Bytes("s_to_c"), expect.Bytes("c_to_s")));
                break;
            default:
                var suite = (SecuritySuite)expect["suite"]!.GetValue<int>();
                Assert.Equal(expect.Bytes("public_key"), EllipticKeys.PublicKeyOf(suite, vector["keys"]!.Bytes("private_key")));
                Assert.True(EllipticKeys.Verify(suite, expect.Bytes("public_key"), expect.Bytes("signed_message"), answer));
                answer[0] ^= 1;
                Assert.False(EllipticKeys.Verify(suite, expect.Bytes("public_key"), expect.Bytes("signed_message"), answer));
                break;
        }
    });

    [Fact]
    public void Mechanism_2_encrypts_the_padded_challenge_under_the_padded_secret()
    {
        // computed with pyca/cryptography (AES-128-ECB), own data
        Assert.Equal("9278841BFA04B23702200186C6D5A3DF", Hex.Format(HighLevelSecurity.Aes128("Headrace-StoC-01"u8, "quiet water"u8)));
        Assert.Equal(32, HighLevelSecurity.Aes128(new byte[17], "quiet water"u8).Length);
        Assert.Throws<ArgumentException>(() => HighLevelSecurity.Aes128(new byte[16], new byte[17]));
    }

    [Theory]
    [InlineData(SecuritySuite.Suite1)]
    [InlineData(SecuritySuite.Suite2)]
    public void A_signature_over_titles_and_challenges_is_taken_by_the_peer_and_only_in_that_order(SecuritySuite suite)
    {
        var (privateKey, publicKey) = EllipticKeys.Generate(suite);
        byte[] client = [.. "CLIENT01"u8], server = [.. "SERVER01"u8], stoc = [.. "StoC"u8], ctos = [.. "CtoS"u8];
        var signature = HighLevelSecurity.SignEcdsa(suite, privateKey, client, server, stoc, ctos);
        Assert.Equal(2 * EllipticKeys.CoordinateSize(suite), signature.Length);
        Assert.True(HighLevelSecurity.VerifyEcdsa(suite, publicKey, client, server, stoc, ctos, signature));
        Assert.False(HighLevelSecurity.VerifyEcdsa(suite, publicKey, server, client, stoc, ctos, signature));
        Assert.False(HighLevelSecurity.VerifyEcdsa(suite, publicKey, client, server, ctos, stoc, signature));
        Assert.False(EllipticKeys.Verify(suite, new byte[publicKey.Length], stoc, signature));
        Assert.False(EllipticKeys.Verify(suite, publicKey.AsSpan(1), stoc, signature));
    }

    [Fact]
    public void Keys_wrap_and_unwrap_as_in_the_vectors() => Vectors.Check("key-wrap", vector =>
    {
        var keys = vector["keys"]!;
        Assert.Equal(vector.Bytes(), KeyWrap.Wrap(keys.Bytes("kek"), keys.Bytes("key")));
        Assert.True(KeyWrap.TryUnwrap(keys.Bytes("kek"), vector.Bytes(), out var key));
        Assert.Equal(keys.Bytes("key"), key);
        for (var i = 0; i < vector.Bytes().Length; i++)
        {
            var altered = vector.Bytes();
            altered[i] ^= 0x40;
            Assert.False(KeyWrap.TryUnwrap(keys.Bytes("kek"), altered, out _));
        }

        Assert.False(KeyWrap.TryUnwrap(keys.Bytes("kek"), vector.Bytes().AsSpan(0, 16 + 7), out _));
        Assert.False(KeyWrap.TryUnwrap(keys.Bytes("kek"), [], out _));
    });

    [Fact]
    public void Both_sides_agree_on_the_key_of_the_vectors() => Vectors.Check("key-agreement", vector =>
    {
        var keys = vector["keys"]!;
        var expect = vector.Expect();
        var suite = expect["hash"]!.GetValue<string>() == "SHA-256" ? SecuritySuite.Suite1 : SecuritySuite.Suite2;
        var z = EllipticKeys.SharedSecret(suite, keys.Bytes("u_private"), keys.Bytes("v_public"));
        Assert.Equal(expect.Bytes("z"), z);
        Assert.Equal(z, EllipticKeys.SharedSecret(suite, keys.Bytes("v_private"), keys.Bytes("u_public")));
        var algorithm = (KeyAlgorithm)expect.Bytes("algorithm_id")[^1];
        Assert.Equal(vector.Bytes(),
            KeyAgreement.DeriveKey(suite, z, algorithm, expect.Bytes("party_u_info"), expect.Bytes("party_v_info")));
    });

    [Fact]
    public void A_public_key_off_the_curve_is_malformed() => Assert.Throws<ProtocolException>(() =>
        EllipticKeys.SharedSecret(SecuritySuite.Suite1, EllipticKeys.Generate(SecuritySuite.Suite1).PrivateKey, new byte[64]));
}
