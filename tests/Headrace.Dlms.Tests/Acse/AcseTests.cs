using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Tests.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Acse;

public sealed class AcseTests
{
    [Fact]
    public void Every_vector_parses_to_its_fields_and_back_to_its_bytes() => Vectors.Check("acse", vector =>
    {
        var bytes = vector.Bytes();
        Assert.Equal(vector.Text("hex"), Hex.Format(Again(bytes)), ignoreCase: true);
        var expect = vector.Expect();
        var (context, mechanism, value, title, information) = Fields(bytes);
        Assert.Equal(expect["context"]?.GetValue<string>(), context);
        Assert.Equal(expect["mechanism"]?.GetValue<string>() is { } name, mechanism is not null);
        Assert.Equal(expect["auth_value"]?.GetValue<string>(), Text(value));
        Assert.Equal((expect["calling_ap_title"] ?? expect["responding_ap_title"])?.GetValue<string>(), Text(title));
        Assert.Equal(expect["user_information"]?.GetValue<string>(), Text(information));
    });

    [Fact]
    public void Cutting_or_altering_a_vector_gives_a_protocol_exception_or_another_apdu()
    {
        var random = new Random(20260302);
        foreach (var vector in Vectors.All("acse"))
        {
            var bytes = vector.Bytes();
            for (var cut = 1; cut < bytes.Length; cut++) Assert.Throws<ProtocolException>(() => Again(bytes[..cut]));
            for (var n = 0; n < 2000; n++)
            {
                var altered = (byte[])bytes.Clone();
                altered[random.Next(1, altered.Length)] = (byte)random.Next(256);
                var thrown = Record.Exception(() => Again(altered));
                Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(altered)}: {thrown}");
                thrown = Record.Exception(() => Again(altered, AcseTolerance.LengthsTooShort));
                Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(altered)}: {thrown}");
            }
        }
    }

    [Fact]
    public void A_request_as_a_client_makes_it_has_the_authentication_fields_only_where_needed()
    {
        var initiate = new InitiateRequest(Conformance.Get, 1024).Encode();
        var lowest = AssociationRequest.Create(ApplicationContext.LogicalNames, AuthenticationMechanism.Lowest, null, default, initiate);
        Assert.Equal("601DA109060760857405080101BE10040E01000000065F1F040000001004 00".Replace(" ", ""),
            Hex.Format(Encode(lowest.WriteTo)));
        var password = AssociationRequest.Create(ApplicationContext.LogicalNames, AuthenticationMechanism.LowLevel, null,
            "12345678"u8.ToArray(), initiate);
        Assert.Equal("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F04000000100400",
            Hex.Format(Encode(password.WriteTo)));
    }

    [Fact]
    public void Protocol_version_and_unknown_fields_are_kept_and_written_again_in_order()
    {
        var bytes = Hex.Parse("6021 8002 0284 A109 0607 60857405080101 BE10 040E 01000000065F1F0400001E1D0400");
        var request = AssociationRequest.Parse(bytes);
        Assert.Equal(new AcseField(0x80, request.OtherFields[0].Contents), request.OtherFields[0]);
        Assert.Equal(bytes, Encode(request.WriteTo));
    }

    [Fact]
    public void A_long_form_length_for_short_contents_is_taken()
    {
        var bytes = Hex.Parse(
            "61 820035 A109060760857405080101 A203020100 A305A103020100 A40A04084852470000000001 BE10040E0800065F1F040000101D07EB0007");
        var response = AssociationResponse.Parse(bytes);
        Assert.Equal(AssociationResult.Accepted, response.Result);
        Assert.Equal("4852470000000001", Text(response.RespondingApTitle), ignoreCase: true);
    }

    [Fact]
    public void A_rejection_may_come_without_user_information()
    {
        var response = AssociationResponse.Parse(Hex.Parse("6117 A109060760857405080101 A203020101 A305A10302010D"));
        Assert.True(response.Diagnostic.Is(UserDiagnostic.AuthenticationFailure));
        Assert.Null(response.UserInformation);
    }

    [Fact]
    public void A_provider_diagnostic_is_told_apart()
    {
        var response = AssociationResponse.Parse(Hex.Parse("6117 A109060760857405080101 A203020101 A305A203020102"));
        Assert.Equal(new AssociationDiagnostic(DiagnosticSource.AcseServiceProvider, 2), response.Diagnostic);
    }

    [Fact]
    public void An_empty_release_is_taken()
    {
        Assert.Null(ReleaseRequest.Parse(Hex.Parse("6200")).Reason);
        Assert.Null(ReleaseResponse.Parse(Hex.Parse("6300")).Reason);
        Assert.Equal("6200", Hex.Format(Encode(new ReleaseRequest(null).WriteTo)));
        Assert.Equal("6303800100", Hex.Format(Encode(new ReleaseResponse().WriteTo)));
    }

    [Fact]
    public void Lengths_that_are_too_short_are_borne_only_where_named()
    {
        // made by hand: the outer length misses four bytes, that of the user-information one
        var bytes = Hex.Parse("6311 800100 BE0F 040E 0800065F1F0400001E1D04000007");
        Assert.Throws<ProtocolException>(() => ReleaseResponse.Parse(bytes));
        Assert.Equal(14, ReleaseResponse.Parse(bytes, AcseTolerance.LengthsTooShort).UserInformation!.Value.Length);
    }

    [Theory]
    [InlineData("6129A109060760857405080101A203020100", "cut short")]
    [InlineData("6000", "no application context")]
    [InlineData("610BA109060760857405080101", "no result")]
    [InlineData("600BA109060760857405080901", "not a context")]
    [InlineData("600BA10906072A857405080101", "foreign object identifier")]
    [InlineData("600DA1090607608574050801018000 00", "bytes after the APDU")]
    public void Malformed_apdus_are_refused(string hex, string why)
    {
        var thrown = Record.Exception(() => Again(Hex.Parse(hex)));
        Assert.True(thrown is ProtocolException, $"{why}: {thrown}");
    }

    [Fact]
    public void A_challenge_in_a_response_carries_mechanism_and_requirement()
    {
        var response = new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNamesCiphered,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
        }.WithChallenge(AuthenticationMechanism.HighLevelGmac, "StoC-StoC"u8.ToArray());
        var again = AssociationResponse.Parse(Encode(response.WriteTo));
        Assert.Equal(AuthenticationMechanism.HighLevelGmac, again.MechanismName);
        Assert.Equal("0780", Text(again.ResponderAcseRequirements));
        Assert.Equal("StoC-StoC"u8.ToArray(), again.RespondingAuthenticationValue!.Value.ToArray());
    }

    private static byte[] Again(byte[] bytes, AcseTolerance tolerance = AcseTolerance.None) => bytes[0] switch
    {
        AssociationRequest.Tag => Encode(AssociationRequest.Parse(bytes, tolerance).WriteTo),
        AssociationResponse.Tag => Encode(AssociationResponse.Parse(bytes, tolerance).WriteTo),
        ReleaseRequest.Tag => Encode(ReleaseRequest.Parse(bytes, tolerance).WriteTo),
        _ => Encode(ReleaseResponse.Parse(bytes, tolerance).WriteTo),
    };

    private static (string? Context, AuthenticationMechanism? Mechanism, ReadOnlyMemory<byte>? Value, ReadOnlyMemory<byte>? Title,
        ReadOnlyMemory<byte>? Information) Fields(byte[] bytes)
    {
        if (bytes[0] == AssociationRequest.Tag)
        {
            var request = AssociationRequest.Parse(bytes);
            return (Text(request.ApplicationContext), request.MechanismName, request.CallingAuthenticationValue, request.CallingApTitle,
                request.UserInformation);
        }

        if (bytes[0] == AssociationResponse.Tag)
        {
            var response = AssociationResponse.Parse(bytes);
            return (Text(response.ApplicationContext), response.MechanismName, response.RespondingAuthenticationValue,
                response.RespondingApTitle, response.UserInformation);
        }

        var isRequest = bytes[0] == ReleaseRequest.Tag;
        var information = isRequest ? ReleaseRequest.Parse(bytes).UserInformation : ReleaseResponse.Parse(bytes).UserInformation;
        return (null, null, null, null, information);
    }

    private static string Text(ApplicationContext context) => context switch
    {
        ApplicationContext.LogicalNames => "LN",
        ApplicationContext.ShortNames => "SN",
        ApplicationContext.LogicalNamesCiphered => "LN-ciphered",
        _ => "SN-ciphered",
    };

    private static string? Text(ReadOnlyMemory<byte>? octets) => octets is { } given ? Convert.ToHexStringLower(given.Span) : null;

    private static byte[] Encode(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
