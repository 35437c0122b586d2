using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What a message of the handshake leads to.</summary>
/// <param name="Step">The step of the association.</param>
/// <param name="Rejected">Why there is no association; null where there is one, or may be.</param>
internal readonly record struct HandshakeStep(AssociationStep Step, AssociationRejected? Rejected = null);

/// <summary>The opening and the release of a client's association: AARQ, AARE, pass 3 and 4, RLRQ (IEC 62056-5-3, 9.3 and 5.4).</summary>
/// <remarks>Judges and makes messages; the state is the association's.</remarks>
internal sealed class ClientHandshake(
    ClientOptions options, SecurityKeys keys, ClientProtection protection, ClientTolerances tolerances)
{
    private HighLevelProof? _proof;
    private byte[] _challenge = [];

    /// <summary>What the server grants; null before AARE.</summary>
    public InitiateResponse? Granted { get; private set; }

    private bool IsHigh => options.Authentication >= AuthenticationMechanism.HighLevelManufacturer;

    private ApplicationContext Context => Referencing.Context(options.ShortNames is not null, protection.IsCiphered);

    /// <summary>AARQ.</summary>
    public ReadOnlyMemory<byte> Request()
    {
        Granted = null;
        protection.Begin();
        var authentication = options.Authentication switch
        {
            AuthenticationMechanism.Lowest => ReadOnlyMemory<byte>.Empty,
            AuthenticationMechanism.LowLevel => keys.CopySecret(),
            _ => _challenge = options.Challenge.IsEmpty
                ? HighLevelProof.NewChallenge(options.Authentication)
                : options.Challenge.ToArray(),
        };
        var title = options.SystemTitle.IsEmpty ? (ReadOnlyMemory<byte>?)null : options.SystemTitle;
        var output = new ArrayBufferWriter<byte>();
        AssociationRequest.Create(Context, options.Authentication, title, authentication, protection.Initiate(withKey: true))
            .WriteTo(output);
        return output.WrittenMemory;
    }

    /// <summary>RLRQ, with an InitiateRequest where the context is ciphered.</summary>
    public ReadOnlyMemory<byte> Release()
    {
        var output = new ArrayBufferWriter<byte>();
        new ReleaseRequest(ReleaseReason.Normal, protection.IsCiphered ? protection.Initiate(withKey: false) : (ReadOnlyMemory<byte>?)null)
            .WriteTo(output);
        return output.WrittenMemory;
    }

    /// <summary>Judges AARE.</summary>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public HandshakeStep Answered(ReadOnlyMemory<byte> apdu)
    {
        var response = AssociationResponse.Parse(apdu, options.AcseTolerance);
        if (response.RespondingApTitle is { Length: ApduCipher.SystemTitleSize } title && protection.ServerTitle.IsEmpty)
            protection.LearnTitle(title);
        var initiate = response.UserInformation is { IsEmpty: false } information ? Initiate(information) : null;
        if (response.Result != AssociationResult.Accepted)
        {
            return new HandshakeStep(AssociationStep.Rejected, new AssociationRejected(RejectionReason.Rejected, (int)response.Result,
                response.Diagnostic.Value, initiate as ConfirmedServiceError));
        }
        if (!Accepts(response, initiate))
            return new HandshakeStep(AssociationStep.Rejected, new AssociationRejected(RejectionReason.UnacceptableTerms));
        Granted = (InitiateResponse)initiate!;
        if (!IsHigh) return new HandshakeStep(AssociationStep.Accepted);
        _proof = new HighLevelProof(options.Authentication, keys, protection.Ciphering, options.SystemTitle, protection.ServerTitle,
            _challenge, response.RespondingAuthenticationValue!.Value.ToArray());
        return new HandshakeStep(AssociationStep.AuthenticationRequired);
    }

    /// <summary>Pass 3: the client's proof.</summary>
    public XdlmsApdu Proof(InvokeIdAndPriority invokeId)
    {
        var proof = CosemData.OctetString(_proof!.Compute());
        return options.ShortNames is { } shortNames
            ? ShortNameAuthentication.Ask(proof, shortNames.MethodSelector)
            : new ActionRequestNormal(invokeId, AssociationObject.ReplyToHls, proof);
    }

    /// <summary>Judges pass 4: the server's proof. Null for an answer to another service.</summary>
    /// <exception cref="ProtocolException">An action-response that is not normal, or a read-response of several results.</exception>
    public HandshakeStep? Proved(XdlmsApdu response)
    {
        if (options.ShortNames is null ? response is not ActionResponse : response is not ReadResponse) return null;
        var outcome = response switch
        {
            ActionResponseNormal normal => normal.Outcome,
            ReadResponse read => ShortNameAuthentication.OutcomeOf(read),
            _ => null,
        } ?? throw new ProtocolException("pass 4 is no single result");
        if (outcome.Result != ActionResult.Success)
        {
            return new HandshakeStep(AssociationStep.ServerFailed,
                new AssociationRejected(RejectionReason.ClientNotAuthenticated, Diagnostic: (int)UserDiagnostic.AuthenticationFailure));
        }
        var proof = outcome.ReturnParameters?.Data;
        var proved = proof is { Tag: CosemTag.OctetString } && _proof!.Verify(proof.AsOctets().Span);
        if (proof is null && options.AcceptMissingServerProof)
        {
            tolerances.Note(nameof(ClientOptions.AcceptMissingServerProof));
            proved = true;
        }
        return proved
            ? new HandshakeStep(AssociationStep.ServerProved)
            : new HandshakeStep(AssociationStep.ServerFailed, new AssociationRejected(RejectionReason.ServerNotAuthenticated));
    }

    /// <summary>What must hold of an AARE that accepts: the context asked for, a title where one is needed, a challenge of the server's
    /// own.</summary>
    private bool Accepts(AssociationResponse response, XdlmsApdu? initiate)
    {
        if (initiate is not InitiateResponse granted) return false;
        if (response.ApplicationContext != Context)
        {
            if (!options.AcseTolerance.HasFlag(AcseTolerance.OtherContext)) return false;
            tolerances.Note(ToleranceNames.Of(AcseTolerance.OtherContext));
        }
        if ((granted.Conformance & options.Conformance) == Conformance.None) return false;
        if (granted.VaaName != Referencing.VaaName(options.ShortNames is not null)) return false;
        if (granted.NegotiatedDlmsVersion != InitiateRequest.DlmsVersion) return false;
        if (response.RespondingApTitle is { } title && !options.ServerSystemTitle.IsEmpty
            && !title.Span.SequenceEqual(options.ServerSystemTitle.Span)) return false;
        if (protection.Ciphering is not null && protection.ServerTitle.IsEmpty) return false;
        // Under one title both sides would make the same initialisation vectors, and each could be answered with its own messages.
        if (!protection.ServerTitle.IsEmpty && protection.ServerTitle.Span.SequenceEqual(options.SystemTitle.Span)) return false;
        if (!IsHigh) return true;
        return response.RespondingAuthenticationValue is { } challenge
            && HighLevelProof.IsChallenge(options.Authentication, challenge)
            && !challenge.Span.SequenceEqual(_challenge);
    }

    /// <summary>
    /// InitiateResponse or ConfirmedServiceError, in whatever protection the server chose. Its terms are conformance and PDU size only:
    /// with high-level authentication the server proves itself in pass 4 and services keep their protection, so it may be plain.
    /// </summary>
    private XdlmsApdu? Initiate(ReadOnlyMemory<byte> information)
    {
        var tag = (ApduTag)information.Span[0];
        if (tag == ApduTag.ConfirmedServiceError) return XdlmsApdu.Decode(information);
        var mayBePlain = options.AcceptUnprotectedResponses || IsHigh;
        if (tag == ApduTag.InitiateResponse) return protection.IsCiphered && !mayBePlain ? null : XdlmsApdu.Decode(information);
        if (!protection.IsCiphered) return null;
        var opened = protection.Open(information);
        return protection.IsEnoughToInitiate(opened) || mayBePlain ? XdlmsApdu.Decode(opened.Apdu) : null;
    }
}
