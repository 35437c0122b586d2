using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Security;

/// <summary>Worked examples by value, each with its source.</summary>
public sealed class WorkedExampleTests
{
    private static readonly byte[] Title = Hex.Parse("4D4D4D0000BC614E");
    private static readonly byte[] Key = Hex.Parse("000102030405060708090A0B0C0D0E0F");
    private static readonly byte[] AuthenticationKey = Hex.Parse("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF");

    // DLMS UA Green Book, example of ciphering: the InitiateRequest with a dedicated key.
    [Theory]
    [InlineData(0x20, "801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE68")]
    [InlineData(0x30, "801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE6841DB204D39EE6FDB8E356855")]
    public void The_ciphered_initiate_request_of_the_green_book(byte control, string expected)
    {
        var plain = Hex.Parse("01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0");
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var ciphered = cipher.Encrypt(Title, new SecurityControl(control), 0x01234567, plain);
        Assert.Equal(expected, Hex.Format(ciphered.Content.ToArray()));
        Assert.Equal(plain, cipher.Decrypt(Title, ciphered));
    }

    // DLMS UA Green Book, example of ciphering: a get-request that is authenticated only, encrypted only, and both.
    [Theory]
    [InlineData(0x10, "C0010000080000010000FF020006725D910F9221D263877516")]
    [InlineData(0x20, "411312FF935A47566827C467BC")]
    [InlineData(0x30, "411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B")]
    public void The_get_request_of_the_green_book(byte control, string expected)
    {
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var ciphered = cipher.Encrypt(Title, new SecurityControl(control), 0x01234567, Hex.Parse("C0010000080000010000FF0200"));
        Assert.Equal(expected, Hex.Format(ciphered.Content.ToArray()));
    }

    // DLMS UA Green Book, example of HLS with GMAC: the server's answer to "K56iVagY", the client's to "P6wRJ21F".
    [Theory]
    [InlineData("4D4D4D0000BC614E", "4B35366956616759", 0x01234567u, "1001234567FE1466AFB3DBCD4F9389E2B7")]
    [InlineData("4D4D4D0000000001", "503677524A323146", 1u, "10000000011A52FE7DD3E72748973C1E28")]
    public void The_gmac_of_the_green_book(string title, string challenge, uint counter, string expected)
    {
        using var cipher = new ApduCipher(Key, AuthenticationKey);
        var answer = HighLevelSecurity.Gmac(cipher, Hex.Parse(title), counter, Hex.Parse(challenge));
        Assert.Equal(expected, Hex.Format(answer));
        Assert.True(HighLevelSecurity.VerifyGmac(cipher, Hex.Parse(title), Hex.Parse(challenge), answer, out var read));
        Assert.Equal(counter, read);
    }

    // RFC 3394, 4.1 and 4.6.
    [Theory]
    [InlineData("000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
        "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void The_key_wrap_of_rfc_3394(string kek, string key, string expected)
    {
        Assert.Equal(expected, Hex.Format(KeyWrap.Wrap(Hex.Parse(kek), Hex.Parse(key))));
        Assert.True(KeyWrap.TryUnwrap(Hex.Parse(kek), Hex.Parse(expected), out var unwrapped));
        Assert.Equal(key, Hex.Format(unwrapped));
    }

    // RFC 5903, 8.1 and 8.2: Diffie-Hellman on P-256 and P-384, both sides.
    [Theory]
    [InlineData(
        SecuritySuite.Suite1,
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
        + "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
        + "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE")]
    [InlineData(
        SecuritySuite.Suite2,
        "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
        "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA"
        + "9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
        "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
        "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571"
        + "DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
        "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746")]
    public void The_shared_secret_of_rfc_5903(SecuritySuite suite, string i, string gi, string r, string gr, string z)
    {
        Assert.Equal(gi, Hex.Format(EllipticKeys.PublicKeyOf(suite, Hex.Parse(i))));
        Assert.Equal(gr, Hex.Format(EllipticKeys.PublicKeyOf(suite, Hex.Parse(r))));
        Assert.Equal(z, Hex.Format(EllipticKeys.SharedSecret(suite, Hex.Parse(i), Hex.Parse(gr))));
        Assert.Equal(z, Hex.Format(EllipticKeys.SharedSecret(suite, Hex.Parse(r), Hex.Parse(gi))));
    }

    // RFC 6979, A.2.5 and A.2.6: signatures of "sample" and "test" on P-256 with SHA-256, P-384 with SHA-384.
    [Theory]
    [InlineData(
        SecuritySuite.Suite1, "sample", "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData(
        SecuritySuite.Suite1, "test", "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
        + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    [InlineData(
        SecuritySuite.Suite2, "sample",
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46"
        + "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8")]
    [InlineData(
        SecuritySuite.Suite2, "test",
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB"
        + "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5")]
    public void The_signatures_of_rfc_6979_are_valid(SecuritySuite suite, string message, string privateKey, string signature)
    {
        using var key = SignatureKey.OfPublic(suite, EllipticKeys.PublicKeyOf(suite, Hex.Parse(privateKey)));
        var (text, given) = (System.Text.Encoding.ASCII.GetBytes(message), Hex.Parse(signature));
        Assert.True(key.Verify(text, given));
        Assert.True(key.Verify(text.AsSpan(0, 2), text.AsSpan(2), given));
        given[^1] ^= 1;
        Assert.False(key.Verify(text, given));
        Assert.False(key.Verify(text, given.AsSpan(1)));
        Assert.False(key.CanSign);
        Assert.Throws<InvalidOperationException>(() => key.Sign(text));
    }

    // NIST SP 800-56A, single-step derivation with the party information of DLMS: built here with another implementation (Python's hashlib)
    // from Z of RFC 5903 and titles of the Green Book.
    [Theory]
    [InlineData(SecuritySuite.Suite1, KeyAlgorithm.AesGcm128, "", "A0D735A4476C032F2619217F3BCC381E")]
    [InlineData(SecuritySuite.Suite1, KeyAlgorithm.AesGcm128, "080102030405060708", "E36EEADB4581661CD0F69E67679D1C2D")]
    [InlineData(SecuritySuite.Suite2, KeyAlgorithm.AesWrap256, "", "86032EF06A815BFCB708159562D2D745F4F61F7A8980A4A2845C3E7180E0F4C4")]
    public void The_derived_key_as_constructed(SecuritySuite suite, KeyAlgorithm algorithm, string transaction, string expected)
    {
        var z = Hex.Parse(suite == SecuritySuite.Suite1
            ? "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"
            : "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746");
        var nonce = transaction.Length == 0 ? [] : Hex.Parse(transaction);
        var key = KeyAgreement.DeriveKey(suite, z, algorithm, Title, Hex.Parse("4D4D4D0000000001"), nonce);
        Assert.Equal(expected, Hex.Format(key));
    }

    [Theory]
    [InlineData(SecuritySuite.Suite1, 63)]
    [InlineData(SecuritySuite.Suite1, 96)]
    [InlineData(SecuritySuite.Suite2, 64)]
    [InlineData(SecuritySuite.Suite1, 64)]
    public void A_public_key_of_another_length_or_off_the_curve_is_malformed(SecuritySuite suite, int length) =>
        Assert.ThrowsAny<ProtocolException>(() => SignatureKey.OfPublic(suite, [.. Enumerable.Repeat((byte)7, length)]));
}
