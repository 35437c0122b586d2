using System.Buffers;
using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>How a client gets in and out: judges AARQ, gives AARE, checks pass 3 and gives pass 4, answers RLRQ (IEC 62056-5-3, 5.4 and
/// 9.4).</summary>
internal sealed class ServerHandshake(
    AssociationSettings settings, ServerTerms terms, ServerProtection? protection, ReadOnlyMemory<byte> ownTitle)
{
    private const int MinClientPdu = 12;

    private HighLevelProof? _proof;
    private bool _oldConformanceTag;
    private byte[] _clientTitle = [];

    /// <summary>Judges an AARQ and writes the answer.</summary>
    /// <returns>The verdict: accepted, challenged or rejected.</returns>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public ServerAssociationEvent Judge(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        var request = AssociationRequest.Parse(apdu);
        if (Objection(request) is { } objection) return Reject(answer, objection);
        protection?.Begin(request.CallingApTitle ?? default);
        var initiate = Initiate(request.UserInformation, answer);
        if (answer.WrittenCount > 0) return ServerAssociationEvent.Rejected;
        if (initiate is null) return Reject(answer, UserDiagnostic.NoReasonGiven);
        if (InitiateError(initiate) is { } error) return Reject(answer, UserDiagnostic.NoReasonGiven, error.Encode());
        if (settings.Mechanism == AuthenticationMechanism.LowLevel && !IsPassword(request))
            return Reject(answer, UserDiagnostic.AuthenticationFailure);
        if (initiate.DedicatedKey is { } key) protection?.Ciphering?.UseDedicatedKey(key.Span);
        (terms.Conformance, terms.ClientMaxPdu) = (Common(initiate), initiate.ClientMaxReceivePduSize);
        _oldConformanceTag = initiate.OldConformanceTag;
        (terms.CanProtect, terms.UserId) = (protection?.CanProtect ?? MessageProtection.None, request.CallingAeInvocationId);
        _clientTitle = request.CallingApTitle?.ToArray() ?? [];
        return Accept(request, answer);
    }

    /// <summary>Pass 3: the only service there is while the association is pending.</summary>
    /// <returns>The verdict; null where it is another service, which is refused.</returns>
    public ServerAssociationEvent? Prove(XdlmsApdu request, ArrayBufferWriter<byte> answer)
    {
        if (settings.UsesShortNames) return ProveByShortName(request, answer);
        if (request is not ActionRequestNormal action || action.Method != AssociationObject.ReplyToHls)
        {
            answer.Write(ServerRefusals.NotPossible);
            return null;
        }
        var isRight = IsRight(action.Parameter);
        var outcome = isRight
            ? new ActionOutcome(ActionResult.Success, GetDataResult.FromData(CosemData.OctetString(_proof!.Compute())))
            : new ActionOutcome(ActionResult.OtherReason);
        new ActionResponseNormal(action.InvokeId, outcome).WriteTo(answer);
        return isRight ? ServerAssociationEvent.ProofRight : ServerAssociationEvent.ProofWrong;
    }

    private ServerAssociationEvent? ProveByShortName(XdlmsApdu request, ArrayBufferWriter<byte> answer)
    {
        if (ShortNameAuthentication.ProofOf(request) is not { } proof)
        {
            answer.Write(ServerRefusals.NotPossible);
            return null;
        }
        var isRight = IsRight(proof);
        answer.Write(ShortNameAuthentication.Answer(isRight ? CosemData.OctetString(_proof!.Compute()) : null));
        return isRight ? ServerAssociationEvent.ProofRight : ServerAssociationEvent.ProofWrong;
    }

    private bool IsRight(CosemData? proof)
    {
        if (proof is not { Tag: CosemTag.OctetString } || !_proof!.Verify(proof.AsOctets().Span)) return false;
        TellTitle();
        return true;
    }

    /// <summary>The security setup shows the client that is associated: a title that anybody may name does not count.</summary>
    private void TellTitle()
    {
        if (settings.Security is { } security && NeedsTitle) security.ClientTitle = terms.ClientTitle = _clientTitle;
    }

    private bool NeedsTitle => settings.IsCiphered || HighLevelProof.NeedsTitles(settings.Mechanism);

    /// <summary>Answers an RLRQ.</summary>
    /// <returns>False where its user information could not be deciphered: the association stays.</returns>
    /// <exception cref="ProtocolException">Malformed.</exception>
    /// <exception cref="InvocationCounterException">The counter in it is not above the last one.</exception>
    public bool Release(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        var request = ReleaseRequest.Parse(apdu);
        ReadOnlyMemory<byte>? information = null;
        if (request.UserInformation is { IsEmpty: false } given)
        {
            if (settings.IsCiphered && !TryOpen(given, out _))
            {
                answer.Write(ServerRefusals.Deciphering);
                return false;
            }
            information = InitiateResponse();
        }
        new ReleaseResponse(ReleaseReason.Normal, information).WriteTo(answer);
        return true;
    }

    private ApplicationContext Context => Referencing.Context(settings.UsesShortNames, settings.IsCiphered);

    /// <summary>The services that both have, of those that go with the way of referring.</summary>
    private Conformance Common(InitiateRequest initiate) => (initiate.Conformance & settings.Conformance).Only(settings.UsesShortNames);

    private bool IsHigh => settings.Mechanism >= AuthenticationMechanism.HighLevelManufacturer;

    /// <summary>What is wrong with an AARQ before its user information is looked at; null for nothing.</summary>
    private UserDiagnostic? Objection(AssociationRequest request)
    {
        if (request.ApplicationContext != Context) return UserDiagnostic.ApplicationContextNameNotSupported;
        if (request.MechanismName is null && settings.Mechanism != AuthenticationMechanism.Lowest)
            return UserDiagnostic.AuthenticationMechanismRequired;
        if ((request.MechanismName ?? AuthenticationMechanism.Lowest) != settings.Mechanism)
            return UserDiagnostic.AuthenticationMechanismNotRecognised;
        // Under the server's own title its messages could be given back to it, and initialisation vectors would meet.
        if (NeedsTitle && (request.CallingApTitle is not { Length: ApduCipher.SystemTitleSize } title
            || title.Span.SequenceEqual(ownTitle.Span))) return UserDiagnostic.CallingApTitleNotRecognized;
        var hasUsers = settings.UsesShortNames ? settings.AssociationShortNameVersion >= 4 : settings.AssociationVersion >= 2;
        if (hasUsers && !settings.UserList.Admits(request.CallingAeInvocationId))
            return UserDiagnostic.CallingAeInvocationIdNotRecognized;
        if (!IsHigh) return null;
        return request.CallingAuthenticationValue is { } challenge && HighLevelProof.IsChallenge(settings.Mechanism, challenge)
            ? null
            : UserDiagnostic.AuthenticationFailure;
    }

    /// <summary>The InitiateRequest, out of its protection where the context is ciphered; null where it is none. A wrong protection is
    /// answered by an exception-response.</summary>
    private InitiateRequest? Initiate(ReadOnlyMemory<byte>? information, ArrayBufferWriter<byte> answer)
    {
        if (information is not { IsEmpty: false } given) return null;
        if (!settings.IsCiphered) return XdlmsApdu.Decode(given) as InitiateRequest;
        if (!TryOpen(given, out var opened))
            answer.Write(ServerRefusals.Deciphering);
        else if (!opened.Strength.Covers(protection!.RequiredOfRequests with { Signed = false })) // the initiate services are never signed
            answer.Write(ServerRefusals.Other);
        else
            return XdlmsApdu.Decode(opened.Apdu) as InitiateRequest;
        return null;
    }

    private bool TryOpen(ReadOnlyMemory<byte> given, out Unprotected opened)
    {
        opened = default;
        try
        {
            opened = protection!.Open(given);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    private ConfirmedServiceError? InitiateError(InitiateRequest initiate) => initiate switch
    {
        { ProposedDlmsVersion: < InitiateRequest.DlmsVersion } => new ConfirmedServiceError(1, ServiceErrorClass.Initiate, 1),
        _ when Common(initiate) == Conformance.None => new ConfirmedServiceError(1,
            ServiceErrorClass.Initiate, 2),
        { ClientMaxReceivePduSize: > 0 and < MinClientPdu } => new ConfirmedServiceError(1, ServiceErrorClass.Initiate, 3),
        _ => null,
    };

    private bool IsPassword(AssociationRequest request)
    {
        var password = settings.Secrets.CopySecret();
        var isRight = password.Length > 0
            && CryptographicOperations.FixedTimeEquals(password, (request.CallingAuthenticationValue ?? default).Span);
        CryptographicOperations.ZeroMemory(password);
        return isRight;
    }

    private ServerAssociationEvent Accept(AssociationRequest request, ArrayBufferWriter<byte> answer)
    {
        var response = Response(AssociationResult.Accepted, IsHigh ? UserDiagnostic.AuthenticationRequired : UserDiagnostic.None,
            InitiateResponse());
        if (settings.IsCiphered || IsHigh) response = response with { RespondingApTitle = ownTitle };
        if (!IsHigh)
        {
            TellTitle();
            response.WriteTo(answer);
            return ServerAssociationEvent.Accepted;
        }
        var challenge = HighLevelProof.NewChallenge(settings.Mechanism);
        var keys = HighLevelProof.NeedsCiphering(settings.Mechanism) ? settings.Security!.Keys : settings.Secrets;
        _proof = new HighLevelProof(settings.Mechanism, keys, protection?.Ciphering, ownTitle, _clientTitle, challenge,
            request.CallingAuthenticationValue!.Value.ToArray());
        response.WithChallenge(settings.Mechanism, challenge).WriteTo(answer);
        return ServerAssociationEvent.Challenged;
    }

    private ServerAssociationEvent Reject(ArrayBufferWriter<byte> answer, UserDiagnostic diagnostic, byte[]? information = null)
    {
        var title = settings.IsCiphered ? ownTitle : (ReadOnlyMemory<byte>?)null;
        var response = Response(AssociationResult.RejectedPermanent, diagnostic, information) with { RespondingApTitle = title };
        response.WriteTo(answer);
        return ServerAssociationEvent.Rejected;
    }

    private AssociationResponse Response(AssociationResult result, UserDiagnostic diagnostic, byte[]? information) => new()
    {
        ApplicationContext = Context,
        Result = result,
        Diagnostic = AssociationDiagnostic.User(diagnostic),
        UserInformation = information is null ? (ReadOnlyMemory<byte>?)null : information,
    };

    private byte[] InitiateResponse()
    {
        var plain = new InitiateResponse(terms.Conformance, settings.MaxPduSize, Referencing.VaaName(settings.UsesShortNames))
        {
            OldConformanceTag = _oldConformanceTag,
        }.Encode();
        return settings.IsCiphered ? protection!.ProtectInitiate(plain) : plain;
    }
}
