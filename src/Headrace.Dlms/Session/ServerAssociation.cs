using System.Buffers;
using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Where a server's association with one client stands (IEC 62056-5-3, 9.4).</summary>
public enum ServerAssociationState
{
    /// <summary>None: only AARQ is served.</summary>
    NotAssociated,

    /// <summary>AARE sent, the client's pass 3 awaited.</summary>
    Pending,

    /// <summary>Open.</summary>
    Associated,
}

/// <summary>One client's association on one connection, seen from the server: APDU in, APDU out.</summary>
/// <remarks>Whatever a client sends is answered or passed over; nothing a client sends throws. Not for use by two threads at
/// once.</remarks>
public sealed class ServerAssociation : IDisposable
{
    private const int MinClientPdu = 12;

    private readonly LogicalDevice _device;
    private readonly AssociationSettings _settings;
    private readonly AssociationObject _current;
    private readonly ServerObjects _objects;
    private readonly ServerGet _get;
    private readonly ServerSet _set;
    private readonly ServerAction _action;
    private AssociationCiphering? _ciphering;
    private HighLevelProof? _proof;
    private AppliedProtection _answering = AppliedProtection.Of();
    private int _clientMaxPdu;

    /// <summary>An association that is not open, or open from the start where it is pre-established.</summary>
    public ServerAssociation(LogicalDevice device, AssociationSettings settings)
    {
        (_device, _settings) = (device, settings);
        _current = new AssociationObject(AssociationObject.Current, device, settings);
        _objects = new ServerObjects(device, settings, _current);
        _get = new ServerGet(_objects);
        _set = new ServerSet(_objects, settings.MaxValueSize);
        _action = new ServerAction(_objects, settings.MaxValueSize);
        Reset();
    }

    /// <summary>Where the association stands.</summary>
    public ServerAssociationState State { get; private set; }

    /// <summary>Services agreed.</summary>
    public Conformance Conformance => _objects.Conformance;

    private int MaxResponseSize => Math.Min(_clientMaxPdu == 0 ? int.MaxValue : _clientMaxPdu, _settings.MaxPduSize)
        - (_settings.IsCiphered ? _ciphering!.OverheadOf(_answering) : 0);

    /// <summary>Ends the association: the connection is gone.</summary>
    public void Reset()
    {
        ForgetTransfers();
        _ciphering?.Dispose();
        _ciphering = null;
        _proof = null;
        _objects.Conformance = Conformance.None;
        Move(ServerAssociationState.NotAssociated);
        if (!_settings.IsPreEstablished) return;
        _objects.Conformance = _settings.Conformance;
        _clientMaxPdu = 0;
        if (_settings.Security is not null) _ciphering = MakeCiphering(_settings.Security.ClientTitle);
        Move(ServerAssociationState.Associated);
    }

    /// <inheritdoc/>
    public void Dispose() => _ciphering?.Dispose();

    /// <summary>Serves one APDU. Empty where nothing is to be answered.</summary>
    public ReadOnlyMemory<byte> Handle(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.IsEmpty) return default;
        try
        {
            return (ApduTag)apdu.Span[0] switch
            {
                ApduTag.AssociationRequest => Open(apdu),
                ApduTag.ReleaseRequest => Release(apdu),
                ApduTag.AssociationResponse or ApduTag.ReleaseResponse => default,
                _ when State == ServerAssociationState.NotAssociated => ServerRefusals.NotPossible,
                var tag when AssociationCiphering.IsProtected(tag) => Ciphered(apdu),
                _ => Plain(apdu),
            };
        }
        catch (InvocationCounterException e)
        {
            return ServerRefusals.Counter(e.Expected);
        }
        catch (ProtocolException)
        {
            return ServerRefusals.Other;
        }
    }

    private ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> apdu)
    {
        if (_settings.IsCiphered && _settings.Security!.Policy != 0) return ServerRefusals.Other;
        return Serve(apdu, authenticated: false) ?? ReadOnlyMemory<byte>.Empty;
    }

    private ReadOnlyMemory<byte> Ciphered(ReadOnlyMemory<byte> apdu)
    {
        if (_ciphering is null || !_settings.IsCiphered) return ServerRefusals.Deciphering;
        Unprotected opened;
        try
        {
            opened = _ciphering.Unprotect(apdu);
        }
        catch (ProtocolException)
        {
            return ServerRefusals.Deciphering;
        }
        if (!_settings.Security!.Rules.AllowsRequest(opened.Strength)) return ServerRefusals.Other;
        _answering = opened.Protection.Answer();
        var answer = Serve(opened.Apdu, opened.Strength.Authenticated);
        if (answer is null) return default;
        // Refusals of the whole APDU go in the clear, as everybody sends and expects them.
        var isRefusal = (ApduTag)answer[0] == ApduTag.ExceptionResponse;
        var response = isRefusal ? answer : _ciphering.Protect(answer, _answering);
        _settings.Security!.CommitKeys();
        return response;
    }

    /// <summary>Serves a plain APDU; null where it is not to be answered.</summary>
    private byte[]? Serve(ReadOnlyMemory<byte> plain, bool authenticated)
    {
        XdlmsApdu request;
        try
        {
            request = XdlmsApdu.Decode(plain);
        }
        catch (ProtocolException)
        {
            return ServerRefusals.Other;
        }
        if (State == ServerAssociationState.Pending) return ClientProof(request);
        switch (request)
        {
            case GetRequest get:
                if (get is not GetRequestNext) ForgetTransfers();
                return Agreed(Conformance.Get, () => _get.Handle(get, authenticated, MaxResponseSize),
                    _settings.IsPreEstablished && get is not GetRequestNext ? get.InvokeId : null);
            case SetRequest set:
                return Agreed(Conformance.Set, () => _set.Handle(set, authenticated), set.InvokeId);
            case ActionRequest action:
                return Agreed(Conformance.Action, () => _action.Handle(action, authenticated, MaxResponseSize), action.InvokeId);
            case DataNotificationConfirm:
                return null;
            default:
                return ServerRefusals.NotSupported;
        }
    }

    // Clients are about that leave the service class of a GET at unconfirmed and wait for its answer: in an association that was opened it
    // gets one. SET and ACTION are done without a word, as they say.
    private byte[]? Agreed(Conformance service, Func<byte[]> serve, InvokeIdAndPriority? invokeId)
    {
        var answer = _objects.Conformance.HasFlag(service) ? serve() : ServerRefusals.NotSupported;
        return invokeId is { Confirmed: false } ? null : answer;
    }

    private ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> apdu)
    {
        if (_settings.IsPreEstablished) return ServerRefusals.NotPossible;
        Reset();
        var request = AssociationRequest.Parse(apdu);
        if (Objection(request) is { } objection) return Reject(objection);
        if (_settings.Security is not null) _ciphering = MakeCiphering(request.CallingApTitle ?? default);
        var initiate = Initiate(request.UserInformation, out var wrongProtection);
        if (wrongProtection is not null) return wrongProtection;
        if (initiate is null) return Reject(UserDiagnostic.NoReasonGiven);
        if (InitiateError(initiate) is { } error) return Reject(UserDiagnostic.NoReasonGiven, error.Encode());
        if (_settings.Mechanism == AuthenticationMechanism.LowLevel
            && !IsPassword(request)) return Reject(UserDiagnostic.AuthenticationFailure);
        if (initiate.DedicatedKey is { } key && _ciphering is not null) _ciphering.UseDedicatedKey(key.Span);
        _clientMaxPdu = initiate.ClientMaxReceivePduSize;
        _objects.Conformance = initiate.Conformance & _settings.Conformance;
        (_current.Negotiated, _current.ClientMaxPdu) = (_objects.Conformance, initiate.ClientMaxReceivePduSize);
        if (_settings.Security is { } security && request.CallingApTitle is { } title) security.ClientTitle = title.ToArray();
        return Accept(request);
    }

    /// <summary>What is wrong with an AARQ before its user information is looked at; null for nothing.</summary>
    private UserDiagnostic? Objection(AssociationRequest request)
    {
        var context = _settings.IsCiphered ? ApplicationContext.LogicalNamesCiphered : ApplicationContext.LogicalNames;
        if (request.ApplicationContext != context) return UserDiagnostic.ApplicationContextNameNotSupported;
        if (request.MechanismName is null
            && _settings.Mechanism != AuthenticationMechanism.Lowest) return UserDiagnostic.AuthenticationMechanismRequired;
        if ((request.MechanismName
            ?? AuthenticationMechanism.Lowest) != _settings.Mechanism) return UserDiagnostic.AuthenticationMechanismNotRecognised;
        var needsTitle = _settings.IsCiphered || HighLevelProof.NeedsTitles(_settings.Mechanism);
        if (needsTitle
            && request.CallingApTitle is not { Length: ApduCipher.SystemTitleSize }) return UserDiagnostic.CallingApTitleNotRecognized;
        if (_settings.Mechanism < AuthenticationMechanism.HighLevelManufacturer) return null;
        return request.CallingAuthenticationValue is { } challenge && HighLevelProof.IsChallenge(_settings.Mechanism, challenge.Length)
            ? null
            : UserDiagnostic.AuthenticationFailure;
    }

    /// <summary>The InitiateRequest, out of its protection where the context is ciphered; null where it is none.</summary>
    private InitiateRequest? Initiate(ReadOnlyMemory<byte>? information, out byte[]? wrongProtection)
    {
        wrongProtection = null;
        if (information is not { IsEmpty: false } given) return null;
        if (!_settings.IsCiphered) return XdlmsApdu.Decode(given) as InitiateRequest;
        try
        {
            var opened = _ciphering!.Unprotect(given);
            if (SatisfiesPolicy(opened)) return XdlmsApdu.Decode(opened.Apdu) as InitiateRequest;
            wrongProtection = ServerRefusals.Other;
        }
        catch (ProtocolException)
        {
            wrongProtection = ServerRefusals.Deciphering;
        }
        return null;
    }

    private ConfirmedServiceError? InitiateError(InitiateRequest initiate) => initiate switch
    {
        { ProposedDlmsVersion: < InitiateRequest.DlmsVersion } => new ConfirmedServiceError(1, ServiceErrorClass.Initiate, 1),
        _ when (initiate.Conformance & _settings.Conformance) == Conformance.None => new ConfirmedServiceError(1,
            ServiceErrorClass.Initiate, 2),
        { ClientMaxReceivePduSize: > 0 and < MinClientPdu } => new ConfirmedServiceError(1, ServiceErrorClass.Initiate, 3),
        _ => null,
    };

    private bool IsPassword(AssociationRequest request) =>
        !_settings.Secrets.Secret.IsEmpty
            && CryptographicOperations.FixedTimeEquals(_settings.Secrets.Secret, request.CallingAuthenticationValue is { } value
                ? value.Span : default);

    private ReadOnlyMemory<byte> Accept(AssociationRequest request)
    {
        var isHigh = _settings.Mechanism >= AuthenticationMechanism.HighLevelManufacturer;
        var response = Response(AssociationResult.Accepted, isHigh ? UserDiagnostic.AuthenticationRequired
            : UserDiagnostic.None, InitiateResponse());
        if (_settings.IsCiphered || isHigh) response = response with { RespondingApTitle = ServerTitle };
        Move(isHigh ? ServerAssociationState.Pending : ServerAssociationState.Associated);
        if (!isHigh) return Encode(response);
        var challenge = RandomNumberGenerator.GetBytes(HighLevelProof.ChallengeSize(_settings.Mechanism));
        _proof = new HighLevelProof(
            _settings.Mechanism, HighLevelProof.NeedsCiphering(_settings.Mechanism) ? _settings.Security!.Keys
                : _settings.Secrets, _ciphering,
            ServerTitle, request.CallingApTitle?.ToArray() ?? [], challenge, request.CallingAuthenticationValue!.Value.ToArray());
        return Encode(response.WithChallenge(_settings.Mechanism, challenge));
    }

    /// <summary>Pass 3: the only service there is while the association is pending. A wrong proof ends it.</summary>
    private byte[]? ClientProof(XdlmsApdu request)
    {
        if (request is not ActionRequestNormal { Method: { ClassId: 15, MethodId: AssociationObject.ReplyToHls } method } action
            || method.LogicalName != AssociationObject.Current)
        {
            return ServerRefusals.NotPossible;
        }
        if (action.Parameter is { Tag: CosemTag.OctetString } answer && _proof!.Verify(answer.AsOctets().Span))
        {
            var proof = CosemData.OctetString(_proof.Compute());
            Move(ServerAssociationState.Associated);
            return new ActionResponseNormal(
                action.InvokeId, new ActionOutcome(ActionResult.Success, GetDataResult.FromData(proof))).Encode();
        }
        Move(ServerAssociationState.NotAssociated);
        return new ActionResponseNormal(action.InvokeId, new ActionOutcome(ActionResult.OtherReason)).Encode();
    }

    private ReadOnlyMemory<byte> Release(ReadOnlyMemory<byte> apdu)
    {
        if (State == ServerAssociationState.NotAssociated || _settings.IsPreEstablished) return ServerRefusals.NotPossible;
        var request = ReleaseRequest.Parse(apdu);
        ReadOnlyMemory<byte>? information = null;
        if (request.UserInformation is { IsEmpty: false } given)
        {
            if (_settings.IsCiphered)
            {
                try
                {
                    _ciphering!.Unprotect(given);
                }
                catch (ProtocolException)
                {
                    return ServerRefusals.Deciphering;
                }
            }
            information = InitiateResponse();
        }
        var output = new ArrayBufferWriter<byte>();
        new ReleaseResponse(ReleaseReason.Normal, information).WriteTo(output);
        Reset();
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Reject(UserDiagnostic diagnostic, byte[]? information = null)
    {
        var title = _settings.IsCiphered ? ServerTitle : (ReadOnlyMemory<byte>?)null;
        return Encode(Response(AssociationResult.RejectedPermanent, diagnostic, information) with { RespondingApTitle = title });
    }

    private AssociationResponse Response(AssociationResult result, UserDiagnostic diagnostic, byte[]? information) => new()
    {
        ApplicationContext = _settings.IsCiphered ? ApplicationContext.LogicalNamesCiphered : ApplicationContext.LogicalNames,
        Result = result,
        Diagnostic = AssociationDiagnostic.User(diagnostic),
        UserInformation = information is null ? (ReadOnlyMemory<byte>?)null : information,
    };

    private byte[] InitiateResponse()
    {
        var plain = new InitiateResponse(_objects.Conformance, _settings.MaxPduSize).Encode();
        return _settings.IsCiphered
            ? _ciphering!.Protect(plain, CipheringForm.Global, SecurityControl.Of(_ciphering.Suite, true, true)).ToArray()
            : plain;
    }

    private static ReadOnlyMemory<byte> Encode(AssociationResponse response)
    {
        var output = new ArrayBufferWriter<byte>();
        response.WriteTo(output);
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> ServerTitle => _settings.Security?.ServerTitle ?? _device.SystemTitle;

    private AssociationCiphering MakeCiphering(ReadOnlyMemory<byte> clientTitle) => new(
        _settings.Security!.Keys, _settings.Security.Suite, ServerTitle, _settings.Security.Counters)
    {
        PeerTitle = clientTitle.ToArray(),
    };

    // The initiate services are never signed.
    private bool SatisfiesPolicy(Unprotected received) =>
        (received.Strength with { Signed = true }).Covers(_settings.Security!.Rules.Request);

    private void ForgetTransfers()
    {
        _get.Reset();
        _set.Reset();
        _action.Reset();
    }

    private void Move(ServerAssociationState state)
    {
        State = state;
        _current.State = (byte)state;
    }
}
