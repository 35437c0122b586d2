using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Fuzz;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Session;

public sealed class PartyProtectionTests
{
    private static readonly byte[] Plain = Convert.FromHexString("C001C100030100010800FF0200");
    private static readonly SecurityControl Both = SecurityControl.Of(SecuritySuite.Suite1, true, true);

    [Fact]
    public void An_altered_octet_anywhere_in_a_signed_and_ciphered_message_is_noticed()
    {
        foreach (var key in new[] { PartyKey.Wrapped, PartyKey.OnePass, PartyKey.StaticUnified })
        {
            using var pair = new Pair();
            var message = pair.Send(new PartyProtection { Ciphering = key, Signed = true });
            for (var i = 1; i < message.Length; i++)
            {
                var altered = message.ToArray();
                altered[i] ^= 0x10;
                Assert.ThrowsAny<ProtocolException>(() => pair.Server.Unprotect(altered));
            }
            Assert.Equal(Plain, pair.Server.Unprotect(message).Apdu.ToArray());
        }
    }

    [Theory]
    [InlineData(PartyKey.Wrapped, ProtectionFailure.WrappedKey)]
    [InlineData(PartyKey.OnePass, ProtectionFailure.InvalidSignature)]
    [InlineData(PartyKey.StaticUnified, ProtectionFailure.NotAuthentic)]
    [InlineData(PartyKey.GlobalUnicast, ProtectionFailure.NotAuthentic)]
    public void A_wrong_key_has_its_own_failure(PartyKey key, ProtectionFailure expected)
    {
        using var pair = new Pair();
        switch (key)
        {
            case PartyKey.Wrapped:
                pair.ClientKeys.With(KeyId.Master, new byte[16]);
                break;
            case PartyKey.OnePass:
                pair.ClientKeys.WithSignatureKey(EllipticKeys.Generate(SecuritySuite.Suite1).PrivateKey);
                break;
            case PartyKey.StaticUnified:
                pair.ClientKeys.WithAgreementKey(EllipticKeys.Generate(SecuritySuite.Suite1).PrivateKey);
                break;
            default:
                pair.ClientKeys.With(KeyId.GlobalUnicast, new byte[16]);
                break;
        }
        Assert.Equal(expected, pair.FailureOf(pair.Send(new PartyProtection { Ciphering = key })));
    }

    [Fact]
    public void A_missing_key_is_named_and_not_a_crash()
    {
        using var pair = new Pair();
        var onePass = pair.Send(new PartyProtection { Ciphering = PartyKey.OnePass });
        var signed = pair.Send(new PartyProtection { Signed = true });
        using var bare = new SecurityKeys(pair.Line.Guek, pair.Line.Gak);
        using var server = Pair.Ciphering(bare, TestMeter.ServerTitle, TestMeter.ClientTitle);
        foreach (var message in new[] { onePass, signed })
            Assert.Equal(ProtectionFailure.UnknownKey, Assert.Throws<ProtectionException>(() => server.Unprotect(message)).Failure);
        Assert.Throws<ProtectionException>(() => server.Protect(Plain, AppliedProtection.Of(
            CipheringForm.Global, Both, new PartyProtection { Ciphering = PartyKey.StaticUnified })));
    }

    [Fact]
    public void A_stranger_and_a_message_for_somebody_else_are_refused_and_a_known_third_party_is_heard()
    {
        using var pair = new Pair();
        using var strangers = pair.As([1, 2, 3, 4, 5, 6, 7, 8], pair.Line.ClientSignature);
        Assert.Equal(ProtectionFailure.WrongSystemTitle, pair.FailureOf(Pair.Send(strangers, new PartyProtection { Signed = true })));
        pair.Client.PeerTitle = SecureLine.Thirds;
        Assert.Equal(ProtectionFailure.WrongSystemTitle, pair.FailureOf(pair.Send(new PartyProtection { Signed = true })));
        using var third = pair.As(SecureLine.Thirds, pair.Line.ThirdSignature);
        var opened = pair.Server.Unprotect(Pair.Send(third, new PartyProtection { Ciphering = PartyKey.Wrapped, Signed = true }));
        Assert.Equal(Plain, opened.Apdu.ToArray());
        Assert.Equal(SecureLine.Thirds, opened.Protection.Originator.ToArray());
        using var impostor = pair.As(SecureLine.Thirds, pair.Line.ClientSignature);
        Assert.Equal(ProtectionFailure.InvalidSignature, pair.FailureOf(Pair.Send(impostor, new PartyProtection { Signed = true })));
    }

    [Fact]
    public void Each_originator_has_its_own_counter_and_a_repeated_message_is_refused_whatever_its_key()
    {
        using var pair = new Pair();
        using var third = pair.As(SecureLine.Thirds, pair.Line.ThirdSignature);
        pair.Server.Unprotect(pair.Send(new PartyProtection { Ciphering = PartyKey.GlobalUnicast }, from: 500));
        pair.Server.Unprotect(Pair.Send(third, new PartyProtection { Ciphering = PartyKey.GlobalUnicast }));
        PartyKey[] all =
            [PartyKey.GlobalUnicast, PartyKey.GlobalBroadcast, PartyKey.Wrapped, PartyKey.OnePass, PartyKey.StaticUnified];
        foreach (var key in all)
        {
            var message = pair.Send(new PartyProtection { Ciphering = key });
            pair.Server.Unprotect(message);
            Assert.Throws<InvocationCounterException>(() => pair.Server.Unprotect(message));
        }
    }

    [Fact]
    public void Layers_are_bounded_and_none_stands_twice()
    {
        using var pair = new Pair();
        var signing = new ProtectionLayer(CipheringForm.Signing);
        var general = new ProtectionLayer(CipheringForm.General, Both, PartyKey.GlobalUnicast);
        var global = new ProtectionLayer(CipheringForm.GeneralGlobal, Both);
        ProtectionLayer[][] wrong =
        [
            [signing, signing], [general, general], [global, global], [general, global], [signing, general, global],
            [signing, general, signing],
        ];
        foreach (var layers in wrong)
        {
            var failure = pair.FailureOf(pair.Client.Protect(Plain, AppliedProtection.Of(layers)));
            Assert.Equal(ProtectionFailure.Layers, failure);
        }
        ProtectionLayer[][] right = [[global, signing, general], [global, general, signing], [signing, global], [general, signing]];
        foreach (var layers in right)
        {
            var opened = pair.Server.Unprotect(pair.Client.Protect(Plain, AppliedProtection.Of(layers)));
            Assert.Equal(Plain, opened.Apdu.ToArray());
            Assert.Equal(new MessageProtection(true, true, true), opened.Strength);
            Assert.Equal(Plain, pair.Client.Unprotect(pair.Server.Protect(Plain, opened.Protection.Answer())).Apdu.ToArray());
        }
        var deep = Enumerable.Range(0, 50).Aggregate((ReadOnlyMemory<byte>)Plain,
            (inner, _) => pair.Client.Protect(inner.Span, AppliedProtection.Of(signing)));
        Assert.Equal(ProtectionFailure.Layers, pair.FailureOf(deep));
    }

    [Fact]
    public void A_compressed_message_is_refused_by_name()
    {
        using var pair = new Pair();
        var message = pair.Client.Protect(Plain, CipheringForm.Global, Both).ToArray();
        message[2] |= 0x80;
        Assert.Equal(ProtectionFailure.Compressed, pair.FailureOf(message));
    }

    [Fact]
    public void The_header_is_authenticated_unless_the_peer_is_known_to_leave_it_out()
    {
        using var pair = new Pair();
        var quirk = new PartyProtection { Ciphering = PartyKey.GlobalUnicast, AuthenticatesHeader = false };
        using var careless = Pair.Ciphering(pair.Line.ClientKeys, TestMeter.ClientTitle, TestMeter.ServerTitle, quirk);
        Assert.Equal(ProtectionFailure.NotAuthentic, pair.FailureOf(Pair.Send(careless, quirk)));
        using var bearing = Pair.Ciphering(pair.Line.ServerKeys, TestMeter.ServerTitle, TestMeter.ClientTitle, quirk);
        Assert.Equal(Plain, bearing.Unprotect(Pair.Send(careless, quirk)).Apdu.ToArray());
    }

    [Fact]
    public void A_policy_that_wants_signatures_refuses_a_request_without_and_answers_with_one()
    {
        var policy = SecurityPolicy.Of(new MessageProtection(true, true, true), new MessageProtection(true, true, true));
        using var unsigned = new SecureLine(SecuritySuite.Suite1, policy: policy.Value);
        Assert.IsType<AssociationRejected>(unsigned.Open());
        using var signed = new SecureLine(SecuritySuite.Suite1, policy: policy.Value,
            change: o => o with { Party = new PartyProtection { Signed = true } });
        Assert.IsType<Associated>(signed.Open());
        Assert.IsType<GetCompleted>(signed.Get());
        Assert.Equal((byte)ApduTag.GeneralSigning, signed.LastResponse[0]);
    }

    [Fact]
    public void An_answer_of_another_transaction_is_dropped_and_one_without_signature_is_refused()
    {
        using var line = new SecureLine(SecuritySuite.Suite1, change: o => o with { Party = new PartyProtection { Signed = true } });
        Assert.IsType<Associated>(line.Open());
        var late = line.Serve(line.Client.Get(SecureLine.Attribute)).ToArray();
        line.Client.GiveUp();
        line.Client.Get(SecureLine.Attribute);
        Assert.Null(line.Client.Receive(late).Event);
        Assert.Equal(1, line.Client.StrayApdus);
        using var server = Pair.Ciphering(line.ServerKeys, TestMeter.ServerTitle, TestMeter.ClientTitle, counter: 1000);
        var unsigned = server.Protect(Convert.FromHexString("C401C100060001E240"), CipheringForm.Global, Both);
        Assert.Equal(ProtectionFailure.TooLittle, Assert.Throws<ProtectionException>(() => line.Client.Receive(unsigned)).Failure);
    }

    [Fact]
    public void Mutated_messages_end_in_typed_errors()
    {
        using var pair = new Pair();
        var random = new Random(20_261);
        foreach (var party in Forms())
        {
            var mutator = new Mutator(random.Next(), [pair.Send(party).ToArray(), pair.Send(party).ToArray()]);
            for (var round = 0; round < 300; round++)
            {
                var mutated = mutator.Next();
                if (mutated.Length == 0) continue;
                var thrown = Record.Exception(() => pair.Server.Unprotect(mutated));
                Assert.True(thrown is null or ProtocolException or InvocationCounterException, $"{thrown}");
            }
        }
    }

    private static IEnumerable<PartyProtection> Forms()
    {
        foreach (var key in new PartyKey?[] { null, PartyKey.Unnamed, PartyKey.Wrapped, PartyKey.OnePass, PartyKey.StaticUnified })
        {
            yield return new PartyProtection { Ciphering = key };
            yield return new PartyProtection { Ciphering = key, Signed = true };
            yield return new PartyProtection { Ciphering = key, SignedInside = true };
        }
    }

    /// <summary>The two ends without an association around them.</summary>
    private sealed class Pair : IDisposable
    {
        private uint _counter;

        public Pair() => (Client, Server) = (
            Ciphering(Line.ClientKeys, TestMeter.ClientTitle, TestMeter.ServerTitle, next: () => ++_counter),
            Ciphering(Line.ServerKeys, TestMeter.ServerTitle, TestMeter.ClientTitle));

        public SecureLine Line { get; } = new(SecuritySuite.Suite1);

        public SecurityKeys ClientKeys => Line.ClientKeys;

        public AssociationCiphering Client { get; }

        public AssociationCiphering Server { get; }

        public static AssociationCiphering Ciphering(
            SecurityKeys keys, byte[] own, byte[] peer, PartyProtection? party = null, uint counter = 0, Func<uint>? next = null)
        {
            var last = counter;
            next ??= () => ++last;
            return new AssociationCiphering(
                keys, SecuritySuite.Suite1, own, new AssociationCounters(next) { NextBroadcast = next }, party)
            { PeerTitle = peer };
        }

        public static ReadOnlyMemory<byte> Send(AssociationCiphering sender, PartyProtection party) =>
            sender.Protect(Plain, AppliedProtection.Of(CipheringForm.Global, Both, party));

        public ReadOnlyMemory<byte> Send(PartyProtection party, uint from = 0)
        {
            _counter = Math.Max(_counter, from);
            return Send(Client, party);
        }

        /// <summary>Somebody with the symmetric keys, another title and another signature.</summary>
        public AssociationCiphering As(byte[] title, byte[] signature)
        {
            var keys = new SecurityKeys(Line.Guek, Line.Gak).With(KeyId.Master, Line.Master).WithSignatureKey(signature);
            return Ciphering(keys, title, TestMeter.ServerTitle);
        }

        public ProtectionFailure FailureOf(ReadOnlyMemory<byte> message) =>
            Assert.Throws<ProtectionException>(() => Server.Unprotect(message)).Failure;

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
            Line.Dispose();
        }
    }
}
