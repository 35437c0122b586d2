using System.Buffers;
using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Checks;

/// <summary>Opening and releasing an association (IEC 62056-5-3, COSEM-OPEN and COSEM-RELEASE).</summary>
internal static class AssociationChecks
{
    private const string Open = "IEC 62056-5-3, COSEM-OPEN";
    private const string Initiate = "IEC 62056-5-3, xDLMS Initiate";

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("association.open", "An association is opened as proposed.", Open, OpensAsync),
        new("association.other-context", "The application context of the other way of naming is not accepted where there is none.",
            Open, OtherContextAsync),
        new("association.other-mechanism", "Another authentication mechanism is not accepted.", Open, OtherMechanismAsync),
        new("association.wrong-secret", "A wrong secret is not accepted.", "IEC 62056-5-3, authentication", WrongSecretAsync),
        new("association.dlms-version", "A DLMS version below 6 is not accepted.", Initiate,
            (meter, token) => InitiateAsync(meter, request => request with { ProposedDlmsVersion = 5 }, token)),
        new("association.pdu-size", "A client that takes APDUs of eleven bytes at most is not accepted.", Initiate,
            (meter, token) => InitiateAsync(meter, request => request with { ClientMaxReceivePduSize = 11 }, token)),
        new("association.no-common-service", "A client without any service in common is not accepted.", Initiate,
            (meter, token) => InitiateAsync(meter, request => request with { Conformance = Conformance.ReservedZero }, token)),
        new("association.subset", "No more services are granted than were proposed.", Initiate, SubsetAsync),
        new("association.release", "A release is answered.", "IEC 62056-5-3, COSEM-RELEASE", ReleaseAsync),
        new("association.service-before-open", "No service is done before an association is open.", Open, ServiceBeforeAsync),
    ];

    private static async ValueTask<CheckVerdict> OpensAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        var opened = await line.Client.ConnectAsync(cancellationToken);
        return CheckVerdict.If(opened is Associated, "accepted", CheckLine.Words(opened));
    }

    private static ValueTask<CheckVerdict> OtherContextAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        var other = meter.Options.ShortNames is null ? ApplicationContext.ShortNames : ApplicationContext.LogicalNames;
        return OfferAsync(meter, request => request with { ApplicationContext = other }, cancellationToken);
    }

    private static ValueTask<CheckVerdict> OtherMechanismAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        var other = meter.Options.Authentication == AuthenticationMechanism.HighLevelMd5
            ? AuthenticationMechanism.HighLevelSha1
            : AuthenticationMechanism.HighLevelMd5;
        return OfferAsync(meter, request => AssociationRequest.Create(request.ApplicationContext, other,
            request.CallingApTitle, RandomNumberGenerator.GetBytes(16), request.UserInformation ?? default), cancellationToken);
    }

    private static async ValueTask<CheckVerdict> WrongSecretAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (meter.Options.Authentication == AuthenticationMechanism.Lowest)
            return CheckVerdict.NotApplicable("the client has no secret");
        if (!meter.AllowWrongSecrets)
            return CheckVerdict.NotApplicable("meters count wrong secrets and may lock the client out: allowed only on purpose");
        using var wrong = new SecurityKeys().WithSecret(RandomNumberGenerator.GetBytes(8));
        var size = Security.ApduCipher.KeySize(meter.Options.Protection.Suite);
        wrong.With(KeyId.GlobalUnicast, RandomNumberGenerator.GetBytes(size))
            .With(KeyId.Authentication, RandomNumberGenerator.GetBytes(size));
        if (meter.Keys.HasSignatureKey)
        {
            using var other = ECDsa.Create(size == 16 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
            wrong.WithSignatureKey(other.ExportParameters(includePrivateParameters: true).D);
        }
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken, keys: wrong);
        var opened = await line.Client.ConnectAsync(cancellationToken);
        return CheckVerdict.If(opened is AssociationRejected, "rejected", CheckLine.Words(opened));
    }

    private static async ValueTask<CheckVerdict> SubsetAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        var proposed = Conformance.BlockTransferWithGetOrRead | Conformance.GeneralProtection
            | (meter.Options.ShortNames is null ? Conformance.Get | Conformance.Action : Conformance.Read | Conformance.Write);
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        var answer = await AssociateAsync(line, request => request,
            new InitiateRequest(proposed, meter.Options.MaxPduSize), cancellationToken);
        if (answer is not { Result: AssociationResult.Accepted }) return CheckVerdict.If(false, "accepted", Words(answer));
        if (answer.UserInformation is not { } information || line.OpenInitiate(information) is not InitiateResponse granted)
            return CheckVerdict.If(false, "an InitiateResponse", "none that can be opened");
        var surplus = granted.Conformance & ~proposed;
        return CheckVerdict.If(surplus == Conformance.None, "services among those proposed", surplus == Conformance.None
            ? string.Join(", ", granted.Conformance.ToNames())
            : "also " + string.Join(", ", surplus.ToNames()));
    }

    private static async ValueTask<CheckVerdict> ReleaseAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var answer = await line.AskBytesAsync(line.Client.Association.Release(), cancellationToken);
        if (answer is not { } bytes)
            return CheckVerdict.NotApplicable("the meter is silent, as many are where the connection is closed next");
        return CheckVerdict.If(bytes.Span[0] == ReleaseResponse.Tag, "RLRE", $"APDU tag 0x{bytes.Span[0]:X2}");
    }

    private static async ValueTask<CheckVerdict> ServiceBeforeAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        var answer = await line.AskAsync(line.GetAssociationName().Encode(), cancellationToken);
        return CheckVerdict.If(CheckLine.IsRefusal(answer), "no data", CheckLine.Words(answer));
    }

    /// <summary>Offers a changed AARQ, which has to be rejected.</summary>
    private static async ValueTask<CheckVerdict> OfferAsync(
        MeterUnderTest meter, Func<AssociationRequest, AssociationRequest> change, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        var initiate = new InitiateRequest(meter.Options.Conformance, meter.Options.MaxPduSize);
        var answer = await AssociateAsync(line, change, initiate, cancellationToken);
        return CheckVerdict.If(answer is not { Result: AssociationResult.Accepted }, "rejected", Words(answer));
    }

    /// <summary>Offers a changed InitiateRequest, which has to be rejected.</summary>
    private static async ValueTask<CheckVerdict> InitiateAsync(
        MeterUnderTest meter, Func<InitiateRequest, InitiateRequest> change, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        var initiate = change(new InitiateRequest(meter.Options.Conformance, meter.Options.MaxPduSize));
        var answer = await AssociateAsync(line, request => request, initiate, cancellationToken);
        return CheckVerdict.If(answer is not { Result: AssociationResult.Accepted }, "rejected", Words(answer));
    }

    /// <summary>Sends an AARQ; null where the answer is no AARE.</summary>
    private static async ValueTask<AssociationResponse?> AssociateAsync(
        CheckLine line, Func<AssociationRequest, AssociationRequest> change, InitiateRequest initiate, CancellationToken cancellationToken)
    {
        var options = line.Options;
        var isCiphered = options.Ciphering != ClientCiphering.None;
        var title = options.SystemTitle.IsEmpty ? (ReadOnlyMemory<byte>?)null : options.SystemTitle;
        var request = change(AssociationRequest.Create(
            Referencing.Context(line.ByShortNames, isCiphered), options.Authentication, title,
            line.AuthenticationValue(), line.Initiate(initiate)));
        var output = new ArrayBufferWriter<byte>();
        request.WriteTo(output);
        var answer = await line.AskBytesAsync(output.WrittenMemory, cancellationToken);
        if (answer is not { } bytes || bytes.Span[0] != AssociationResponse.Tag) return null;
        var response = AssociationResponse.Parse(bytes, options.AcseTolerance);
        line.LearnTitle(response.RespondingApTitle);
        return response;
    }

    private static string Words(AssociationResponse? answer) => answer switch
    {
        null => "no AARE",
        { Result: AssociationResult.Accepted } => "accepted",
        _ => $"{answer.Result}, diagnostic {answer.Diagnostic.Source} {answer.Diagnostic.Value}",
    };
}
