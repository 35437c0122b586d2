using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;

namespace Headrace.Bench;

/// <summary>
/// <c>dlms-sign</c>: the signature of a general-signing APDU of 200 bytes verified, parsing included, beside the platform's ECDSA over the
/// same bytes with a key that is made once. Rounds alternate.
/// </summary>
internal static class SignBench
{
    private const int Rounds = 15;
    private const int Batch = 300;

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static int Run()
    {
        Machine.Print("dlms-sign", string.Create(CultureInfo.InvariantCulture,
            $"{Rounds} alternating rounds of {Batch} each after warm-up, medians; one thread; keys are made once on both sides"));
        Compare(SecuritySuite.Suite1, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256);
        Compare(SecuritySuite.Suite2, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384);
        return 0;
    }

    private static void Compare(SecuritySuite suite, ECCurve curve, HashAlgorithmName hash)
    {
        var (privateKey, publicKey) = EllipticKeys.Generate(suite);
        using var signer = SignatureKey.OfPrivate(suite, privateKey);
        using var verifier = SignatureKey.OfPublic(suite, publicKey);
        var header = new GeneralProtectionHeader(new byte[] { 1, 2, 3 }, "HRCMETER"u8.ToArray(), "HRCHEADN"u8.ToArray());
        var unsigned = new GeneralSigning(header, RandomNumberGenerator.GetBytes(200), default);
        var apdu = (unsigned with { Signature = signer.Sign(unsigned.SignedOctets()) }).Encode();
        var half = publicKey.Length / 2;
        var point = new ECPoint { X = publicKey[..half], Y = publicKey[half..] };
        using var platform = ECDsa.Create(new ECParameters { Curve = curve, Q = point });
        var parsed = (GeneralSigning)XdlmsApdu.Decode(apdu);
        var (message, signature) = (parsed.SignedOctets(), parsed.Signature.ToArray());

        void Bare(int times)
        {
            for (var i = 0; i < times; i++) Require(platform.VerifyData(message, signature, hash));
        }

        void Ours(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var signed = (GeneralSigning)XdlmsApdu.Decode(apdu);
                Require(verifier.Verify(signed.SignedOctets(), signed.Signature.Span));
            }
        }

        Bare(Batch);
        Ours(Batch);
        var (alone, ours) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++) (alone[round], ours[round]) = (Rate(Bare), Rate(Ours));
        var ratio = alone.Zip(ours, (a, o) => o / a).Order().ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"suite {(byte)suite}: {ours.Order().ElementAt(Rounds / 2):N0} verified/s beside {alone.Order().ElementAt(Rounds / 2):N0}/s of "
            + $"ECDSA alone: {ratio:P1} (at least 90 % is asked for)"));
    }

    private static double Rate(Action<int> run)
    {
        var start = Stopwatch.GetTimestamp();
        run(Batch);
        return Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Require(bool isRight)
    {
        if (!isRight) throw new InvalidOperationException("the signature does not verify");
    }
}
