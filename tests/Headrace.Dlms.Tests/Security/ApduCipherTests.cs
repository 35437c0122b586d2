using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Dlms.Tests.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Security;

public sealed class ApduCipherTests
{
    private static readonly byte[] Title = Hex.Parse("4852471000000007");
    private static readonly byte[] Key = Hex.Parse("404142434445464748494A4B4C4D4E4F");
    private static readonly byte[] AuthenticationKey = Hex.Parse("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    private static readonly SecurityControl Both = new(0x30);

    [Fact]
    public void Every_vector_decrypts_to_its_plain_text_and_encrypts_to_its_bytes() => Vectors.Check("ciphered", vector =>
    {
        var expect = vector.Expect();
        var apdu = XdlmsApdu.Decode(vector.Bytes());
        if (apdu is GeneralSigning signing)
        {
            CheckSignature(vector, signing);
            apdu = XdlmsApdu.Decode(signing.Content);
            expect = expect["inner"]!.AsObject();
        }

        var (ciphered, title) = apdu switch
        {
            CipheredApdu service => (service.Ciphered, default),
            GeneralGloCiphering general => (general.Ciphered, general.SystemTitle),
            _ => throw new InvalidOperationException(apdu.ToString()),
        };
        var keys = vector["keys"]!;
        if (title.IsEmpty) title = keys.Bytes("system_title");
        var suite = ciphered.SecurityControl.Suite;
        using var cipher = new ApduCipher(keys.Bytes(keys["dedicated"] is null ? "guek" : "dedicated"), keys.Bytes("gak"), suite);
        var plain = cipher.Decrypt(title.Span, ciphered)!;
        Assert.Equal(expect["plain"]?.GetValue<string>() ?? Hex.Format(plain), Hex.Format(plain), ignoreCase: true);
        Assert.Equal(expect["invocation_counter"]!.GetValue<uint>(), ciphered.InvocationCounter);
        Assert.Equal(expect["security_control"]!["raw"]!.GetValue<string>(), ciphered.SecurityControl.ToString(), ignoreCase: true);
        var again = cipher.Encrypt(title.Span, ciphered.SecurityControl, ciphered.InvocationCounter, plain);
        Assert.Equal(ciphered.Content.ToArray(), again.Content.ToArray());
        Assert.Equal(plain, Unauthenticated(cipher, title.Span, ciphered));
    });

    [Theory]
    [InlineData(0x10)]
    [InlineData(0x30)]
    [InlineData(0x31)]
    public void Altering_any_bit_of_an_authenticated_content_is_noticed(byte control)
    {
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var ciphered = cipher.Encrypt(Title, new SecurityControl(control), 1, "a push of a meter"u8);
        for (var bit = 0; bit < ciphered.Content.Length * 8; bit++)
        {
            var altered = ciphered.Content.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(cipher.Decrypt(Title, ciphered with { Content = altered }));
        }

        Assert.Null(cipher.Decrypt(Title, ciphered with { InvocationCounter = 2 }));
        Assert.Null(cipher.Decrypt(Hex.Parse("4852471000000008"), ciphered));
        Assert.Null(cipher.Decrypt(Title, ciphered with { SecurityControl = new SecurityControl((byte)(control ^ 1)) }));
        Assert.Null(cipher.Decrypt(Title, ciphered, header: "other"u8));
    }

    [Fact]
    public void A_vector_with_an_altered_tag_is_refused()
    {
        if (!Vectors.SharedPresent) Assert.Skip("the shared vectors are not beside this checkout");
        var vector = Vectors.All("malformed").Single(v => v.Text("id") == "malformed-009");
        var apdu = Assert.IsType<CipheredApdu>(XdlmsApdu.Decode(vector.Bytes()));
        var sound = Vectors.All("ciphered").Single(v => v.Text("id") == "ciphered-004");
        var keys = sound["keys"]!;
        using var cipher = new ApduCipher(keys.Bytes("guek"), keys.Bytes("gak"));
        Assert.NotNull(cipher.Decrypt(keys.Bytes("system_title"), Assert.IsType<CipheredApdu>(XdlmsApdu.Decode(sound.Bytes())).Ciphered));
        Assert.Null(cipher.Decrypt(keys.Bytes("system_title"), apdu.Ciphered));
    }

    [Fact]
    public void Decrypting_in_place_works_and_allocates_nothing()
    {
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var plain = new byte[1500];
        new Random(1).NextBytes(plain);
        foreach (var control in new SecurityControl[] { new(0x10), new(0x20), new(0x30) })
        {
            var ciphered = cipher.Encrypt(Title, control, 5, plain);
            var buffer = ciphered.Content.ToArray();
            Assert.True(cipher.TryDecrypt(Title, control, 5, buffer, buffer, out var written));
            Assert.Equal(plain, buffer[..written]);

            var output = new byte[2000];
            cipher.TryDecrypt(Title, control, 5, ciphered.Content.Span, output, out _);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) cipher.TryDecrypt(Title, control, 5, ciphered.Content.Span, output, out _);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Without_an_authentication_key_only_the_unchecked_way_is_left()
    {
        using var full = new ApduCipher(Key, AuthenticationKey);
        using var half = new ApduCipher(Key, default);
        var ciphered = full.Encrypt(Title, Both, 9, "plain"u8);
        Assert.False(half.CanAuthenticate);
        Assert.Null(half.Decrypt(Title, ciphered));
        Assert.Equal("plain"u8.ToArray(), Unauthenticated(half, Title, ciphered));
        Assert.Throws<InvalidOperationException>(() => half.Encrypt(Title, Both, 9, "plain"u8));
    }

    [Fact]
    public void General_ciphering_authenticates_its_header_fields()
    {
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var header = new GeneralProtectionHeader(new byte[] { 1, 2, 3 }, Title, Hex.Parse("48524D650000002A"));
        var apdu = new GeneralCiphering(header, new IdentifiedKey(0), cipher.Encrypt(Title, Both, 1, "plain"u8, header.Encode()));
        var again = Assert.IsType<GeneralCiphering>(XdlmsApdu.Decode(apdu.Encode()));
        Assert.Equal("plain"u8.ToArray(), cipher.Decrypt(Title, again.Ciphered, again.Header.Encode()));
        Assert.Null(cipher.Decrypt(Title, again.Ciphered));
    }

    [Fact]
    public void Wrong_sizes_are_refused_each_in_its_way()
    {
        Assert.Throws<ArgumentException>(() => new ApduCipher(new byte[15], default));
        Assert.Throws<ArgumentException>(() => new ApduCipher(new byte[16], new byte[8]));
        Assert.Throws<ArgumentException>(() => new ApduCipher(new byte[16], new byte[16], SecuritySuite.Suite2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApduCipher(new byte[16], new byte[16], (SecuritySuite)3));
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        Assert.Throws<ProtocolException>(() => cipher.Decrypt(new byte[7], new CipheredContent(Both, 1, new byte[20])));
        Assert.Null(cipher.Decrypt(Title, new CipheredContent(Both, 1, new byte[11])));
        Assert.Null(cipher.Decrypt(Title, new CipheredContent(new SecurityControl(0x32), 1, new byte[20])));
        Assert.Null(cipher.Decrypt(Title, new CipheredContent(new SecurityControl(0x3F), 1, new byte[20])));
    }

    private static byte[] Unauthenticated(ApduCipher cipher, ReadOnlySpan<byte> title, CipheredContent ciphered)
    {
        var plain = new byte[ciphered.Content.Length];
        var written = cipher.DecryptUnauthenticated(title, ciphered.SecurityControl, ciphered.InvocationCounter, ciphered.Content.Span,
            plain);
        return plain[..written];
    }

    private static void CheckSignature(JsonObject vector, GeneralSigning signing)
    {
        var privateKey = vector["keys"]!.Bytes("private_key");
        var publicKey = EllipticKeys.PublicKeyOf(SecuritySuite.Suite1, privateKey);
        Assert.True(EllipticKeys.Verify(SecuritySuite.Suite1, publicKey, signing.SignedOctets(), signing.Signature.Span));
    }
}
