using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>One association seen from the client: APDUs in, APDUs out. Framing is outside, time-outs are the caller's.</summary>
/// <remarks>
/// <para>One request at a time. What a call returns to be sent is valid until the next call and is sent at once, then all that
/// <see cref="TrySendNext"/> gives: a window of general blocks. After a <see cref="ProtocolException"/> the association is over and the
/// link is to be closed. Not for use by two threads at once.</para>
/// <para>A service that was not agreed, or a call out of turn, is an <see cref="InvalidOperationException"/>; nothing is sent.</para>
/// </remarks>
public sealed class ClientAssociation : IDisposable
{
    private readonly ClientOptions _options;
    private readonly ClientProtection _protection;
    private readonly ClientHandshake _handshake;
    private readonly ClientTransport _transport;
    private readonly ClientRequests _requests;
    private ClientExchange? _exchange;

    /// <summary>An association that is not open yet.</summary>
    /// <param name="options">What to propose.</param>
    /// <param name="keys">The secrets; the caller disposes of them after the association.</param>
    /// <exception cref="ArgumentException">The options lack what they need of each other.</exception>
    public ClientAssociation(ClientOptions options, SecurityKeys keys)
    {
        if (!HighLevelProof.Supports(options.Authentication))
            throw new ArgumentException($"Mechanism {options.Authentication} is not supported.", nameof(options));
        _options = options;
        _protection = new ClientProtection(options, keys, Tolerances);
        _handshake = new ClientHandshake(options, keys, _protection, Tolerances);
        _transport = new ClientTransport(options, _protection, Tolerances);
        _requests = new ClientRequests(options, _protection, _transport);
        if (options.ShortNames is { } shortNames) ShortNames = new ShortNameRequests(shortNames, this);
    }

    /// <summary>Requests by short names; null where the association refers by logical names.</summary>
    public ShortNameRequests? ShortNames { get; }

    /// <summary>Where the association stands.</summary>
    public AssociationState State { get; private set; }

    /// <summary>It was never opened by messages: both sides know it beforehand.</summary>
    public bool IsPreEstablished { get; private set; }

    /// <summary>The services both sides have; none before the association is open.</summary>
    public Conformance Conformance => _transport.Conformance;

    /// <summary>Longest APDU the server takes, in bytes; 0 for no limit.</summary>
    public int ServerMaxPduSize => _transport.ServerMaxPdu;

    /// <summary>The server's system title; empty before it is known.</summary>
    public ReadOnlyMemory<byte> ServerSystemTitle => _protection.ServerTitle;

    /// <summary>The last counter accepted from the server under the global key, to be kept for the next association.</summary>
    public uint? LastReceivedCounter => _protection.Ciphering?.LastReceived;

    /// <summary>Answers that came too late, twice, or to nothing, and were dropped.</summary>
    public long StrayApdus { get; private set; }

    /// <summary>Deviations of the server that were borne because the options name them.</summary>
    public ClientTolerances Tolerances { get; } = new();

    /// <summary>Opens: the AARQ to send.</summary>
    public ReadOnlyMemory<byte> Open()
    {
        Move(AssociationStep.Open);
        return _handshake.Request();
    }

    /// <summary>Takes up a pre-established association: nothing is sent. The options' conformance is what both sides have; a ciphered one
    /// needs the server's title in the options and the global key.</summary>
    /// <param name="serverMaxPduSize">Longest APDU the server takes, in bytes; 0 for no limit.</param>
    /// <remarks>Confirmed services need <see cref="ClientOptions.ConfirmedInPreEstablished"/>. There is no release.</remarks>
    public void Establish(int serverMaxPduSize = 0)
    {
        if (_options.Ciphering == ClientCiphering.Dedicated) throw new InvalidOperationException("No dedicated key without AARQ.");
        if (_protection.IsCiphered && _options.ServerSystemTitle.IsEmpty)
            throw new InvalidOperationException("The server's system title is not known.");
        Move(AssociationStep.Establish);
        _protection.Begin();
        (_transport.Conformance, _transport.ServerMaxPdu) = (_options.Conformance, serverMaxPduSize);
        IsPreEstablished = true;
    }

    /// <summary>False where the server refers by short names and none is known for the attribute: it cannot be asked for.</summary>
    public bool Reaches(CosemAttributeDescriptor attribute) => ShortNames is null || ShortNames.Map.Find(attribute) is not null;

    /// <summary>False where the server refers by short names and none is known for the method: it cannot be invoked.</summary>
    public bool Reaches(CosemMethodDescriptor method) => ShortNames is null || ShortNames.Map.Find(method) is not null;

    /// <summary>Reads one attribute.</summary>
    /// <param name="attribute">The attribute; 0 for all of the object, where that was agreed.</param>
    /// <param name="selection">A part of it, or null.</param>
    /// <param name="streaming">Tell every block by <see cref="BlockReceived"/> as it comes, and do not keep it.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Get(CosemAttributeDescriptor attribute, SelectiveAccess? selection = null, bool streaming = false) =>
        ShortNames?.Get(new AttributeSelection(attribute, selection), streaming) ?? Ask(Ready().Get(attribute, selection, streaming));

    /// <summary>Reads several attributes.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Get(IReadOnlyList<AttributeSelection> attributes) =>
        ShortNames?.Get(attributes) ?? Ask(Ready().Get(attributes));

    /// <summary>Writes one attribute, in blocks where it is long.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(CosemAttributeDescriptor attribute, CosemData value, SelectiveAccess? selection = null) =>
        ShortNames?.Set([new AttributeSelection(attribute, selection)], [value])
        ?? Ask(Ready().Set(new AttributeSelection(attribute, selection), value));

    /// <summary>Writes several attributes, in blocks where they are long.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="values">One for each.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(IReadOnlyList<AttributeSelection> attributes, IReadOnlyList<CosemData> values) =>
        ShortNames?.Set(attributes, values) ?? Ask(Ready().Set(attributes, values));

    /// <summary>Invokes a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Action(CosemMethodDescriptor method, CosemData? parameter = null) =>
        ShortNames?.Action(method, parameter) ?? Ask(Ready().Action(method, parameter));

    /// <summary>Invokes several methods, in blocks where their parameters are long.</summary>
    /// <param name="methods">The methods.</param>
    /// <param name="parameters">One for each; null-data where there is none.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Action(IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters) =>
        Ask(Ready().Action(methods, parameters));

    /// <summary>Reads, writes and invokes in one request, where the access service was agreed; protected it goes in general
    /// protection.</summary>
    /// <param name="specifications">What to do, in this order.</param>
    /// <param name="data">One value for each; null-data where none is needed.</param>
    /// <param name="breakOnError">Nothing is done after the first error.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Access(
        IReadOnlyList<AccessSpecification> specifications, IReadOnlyList<CosemData> data, bool breakOnError = false) =>
        Ask(Ready().Access(specifications, data, breakOnError));

    /// <summary>Writes attributes and awaits nothing: service class unconfirmed.</summary>
    /// <returns>The request to send; the association can be used on at once.</returns>
    public ReadOnlyMemory<byte> SetUnconfirmed(IReadOnlyList<AttributeSelection> attributes, IReadOnlyList<CosemData> values) =>
        Tell(_requests.UnconfirmedSet(attributes, values));

    /// <summary>Invokes a method and awaits nothing: service class unconfirmed.</summary>
    /// <returns>The request to send; the association can be used on at once.</returns>
    public ReadOnlyMemory<byte> ActionUnconfirmed(CosemMethodDescriptor method, CosemData? parameter = null) =>
        Tell(_requests.UnconfirmedAction(method, parameter));

    /// <summary>Offers keys that were just transferred to the server. Some go over to them with the answer, some with the next association:
    /// both are accepted from now on, and what is sent goes under those that the server used last.</summary>
    /// <param name="keys">The new keys; stay the caller's.</param>
    /// <param name="counter">Counters of the new global key.</param>
    public void OfferKeys(SecurityKeys keys, NextInvocationCounter counter) => _protection.Offer(keys, counter);

    /// <summary>Goes over to the keys offered at once, for servers that answer under the old ones and take no more requests under
    /// them.</summary>
    public void TakeOfferedKeys() => _protection.TakeOffered();

    /// <summary>What follows at once what was sent: the rest of a window of general blocks. False where the server is to be
    /// heard.</summary>
    public bool TrySendNext(out ReadOnlyMemory<byte> apdu) => _transport.TrySendNext(out apdu);

    /// <summary>Nothing was heard for long: what is sent again, where the transfer goes in general blocks, which can repair a
    /// loss.</summary>
    /// <exception cref="ProtocolException">It was repeated too often.</exception>
    public bool TryRepeat(out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        return State == AssociationState.Asking && _transport.TryRepeat(out apdu);
    }

    /// <summary>Gives a request up, whose answer did not come or is not wanted any more. A late answer is dropped.</summary>
    /// <remarks>Short-name services have no invoke id by which a late answer could be told from the next: there, the association is
    /// over.</remarks>
    public void GiveUp()
    {
        if (ShortNames is not null)
        {
            Abort();
            return;
        }
        Move(AssociationStep.GiveUp);
        EndExchange();
    }

    /// <summary>Releases: the RLRQ to send. <see cref="AssociationReleased"/> follows, or silence with many meters.</summary>
    public ReadOnlyMemory<byte> Release()
    {
        if (IsPreEstablished) throw new InvalidOperationException("A pre-established association is not released.");
        Move(AssociationStep.Release);
        return _handshake.Release();
    }

    /// <summary>Ends without a word: the link is gone, or nothing was opened.</summary>
    public void Abort()
    {
        Move(AssociationStep.Abort);
        IsPreEstablished = false;
        EndExchange();
    }

    /// <summary>Takes a received APDU in.</summary>
    /// <param name="apdu">The APDU; nothing of it is kept but what <see cref="BlockReceived"/> holds.</param>
    /// <exception cref="ProtocolException">It breaks the protocol or its protection: the association is over.</exception>
    public SessionStep Receive(ReadOnlyMemory<byte> apdu)
    {
        try
        {
            return ReceiveAny(apdu);
        }
        catch (InvocationCounterException e)
        {
            Abort();
            throw new ProtectionException(ProtectionFailure.Replayed, "received " + e.Message, e);
        }
        catch (ProtocolException)
        {
            Abort();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _protection.Dispose();

    /// <summary>Begins an exchange of any family of services.</summary>
    internal ReadOnlyMemory<byte> Ask(ClientExchange exchange)
    {
        Check(AssociationStep.Ask);
        _transport.Reset();
        var request = _transport.Send(exchange.First);
        Move(AssociationStep.Ask);
        exchange.Tolerated = Tolerances.Note;
        _exchange = exchange;
        return request;
    }

    private ClientRequests Ready()
    {
        Check(AssociationStep.Ask);
        if (IsPreEstablished && !_options.ConfirmedInPreEstablished)
            throw new InvalidOperationException("A pre-established association has unconfirmed services only.");
        return _requests;
    }

    /// <summary>Checks that services were agreed, once the association is open.</summary>
    internal void Require(Conformance services)
    {
        if (State == AssociationState.Associated) _requests.Require(services);
    }

    /// <summary>What the server takes of a request before protection.</summary>
    internal RequestLimits Limits => _transport.Limits;

    /// <summary>Longest value taken in blocks, in bytes.</summary>
    internal int MaxValueSize => _options.MaxValueSize;

    /// <summary>Makes a request of unconfirmed service class ready to send.</summary>
    internal ReadOnlyMemory<byte> Tell(XdlmsApdu unconfirmed)
    {
        Check(AssociationStep.Tell);
        var request = _transport.SendWhole(unconfirmed);
        Move(AssociationStep.Tell);
        return request;
    }

    private SessionStep ReceiveAny(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.IsEmpty) throw new ProtocolException("an empty APDU");
        switch ((ApduTag)apdu.Span[0])
        {
            case ApduTag.AssociationResponse when State == AssociationState.Opening:
                return Follow(_handshake.Answered(apdu));
            case ApduTag.ReleaseResponse when State == AssociationState.Releasing:
                Move(AssociationStep.Released);
                return Say(new AssociationReleased());
            case ApduTag.AssociationResponse or ApduTag.ReleaseResponse:
                return Stray();
        }
        if (_transport.TryReceive(apdu, out var received, out var aborted)) return Take(received);
        if (aborted && State == AssociationState.Asking) return Ended(new TransferAborted());
        return _transport.TrySendNext(out var next) ? new SessionStep(next, null) : Stray(isBlock: true);
    }

    private SessionStep Take(in ReceivedApdu received)
    {
        if (received is { IsOfOtherRequest: true, Apdu: not (DataNotification or EventNotification or InformationReport) }) return Stray();
        switch (received.Apdu)
        {
            case null or DataNotification or EventNotification or InformationReport:
                return Notification(received);
            case ExceptionResponse or ConfirmedServiceError:
                return Refused(received.Apdu);
            case GetResponse or SetResponse or ActionResponse or AccessResponse or ReadResponse or WriteResponse:
                return Response(received, received.Apdu);
            default:
                throw new ProtocolException($"{received.Apdu.Tag} from a server");
        }
    }

    /// <summary>A push is told as it came; one that wants to be confirmed is, in the protection of the association if it had any.</summary>
    private SessionStep Notification(in ReceivedApdu received)
    {
        var told = new NotificationReceived(received.Raw.ToArray(), received.Apdu)
        {
            IsProtected = received.IsProtected && _protection.ProtectsServices,
        };
        if (!_options.ConfirmNotifications || received.Apdu is not DataNotification { InvokeId: { Confirmed: true } invokeId }
            || State is not (AssociationState.Associated or AssociationState.Asking)) return Say(told);
        var confirm = new DataNotificationConfirm(LongInvokeIdAndPriority.Of(invokeId.InvokeId, highPriority: invokeId.HighPriority), 0);
        return new SessionStep(received.IsProtected ? _protection.Protect(confirm) : confirm.Encode(), told);
    }

    private SessionStep Response(in ReceivedApdu received, XdlmsApdu response)
    {
        _transport.CheckProtection(received);
        if (State == AssociationState.Authenticating) return _handshake.Proved(response) is { } proved ? Follow(proved) : Stray();
        if (State != AssociationState.Asking || !_exchange!.IsOfService(response)) return Stray();
        if (!_exchange.IsToRequest(response))
        {
            if (!_options.AcceptOtherInvokeId) return Stray();
            Tolerances.Note(nameof(ClientOptions.AcceptOtherInvokeId));
        }
        _transport.CheckAgreed(received, _exchange.Uses(response));
        if (_exchange.Receive(response) is not { } step) return Stray();
        if (step.Done) return Ended(step.Event!);
        Move(AssociationStep.Block);
        return new SessionStep(step.Send is null ? default : _transport.Send(step.Send), step.Event);
    }

    private SessionStep Refused(XdlmsApdu refusal)
    {
        switch (State)
        {
            case AssociationState.Opening or AssociationState.Authenticating:
                Move(AssociationStep.Rejected);
                return Say(new AssociationRejected(RejectionReason.Refused, Refusal: refusal));
            case AssociationState.Asking:
                return Ended(_exchange!.Refuse(refusal) ?? new ServiceRefused(refusal));
            case AssociationState.Releasing:
                Move(AssociationStep.Rejected);
                return Say(new ServiceRefused(refusal));
            default:
                return Stray();
        }
    }

    /// <summary>Takes the step the handshake came to: open, rejected, or pass 3 to be sent.</summary>
    private SessionStep Follow(HandshakeStep step)
    {
        Move(step.Step);
        if (step.Rejected is { } rejected) return Say(rejected);
        var granted = _handshake.Granted!;
        (_transport.Conformance, _transport.ServerMaxPdu) = (granted.Conformance & _options.Conformance, granted.ServerMaxReceivePduSize);
        return step.Step == AssociationStep.AuthenticationRequired
            ? new SessionStep(_protection.Protect(_handshake.Proof(_requests.NextInvokeId())), null)
            : Say(new Associated(Conformance, ServerMaxPduSize));
    }

    private SessionStep Ended(SessionEvent told)
    {
        Move(AssociationStep.Answered);
        EndExchange();
        return Say(told);
    }

    private void EndExchange()
    {
        _exchange = null;
        _transport.Reset();
    }

    private SessionStep Stray(bool isBlock = false)
    {
        if (!isBlock || State != AssociationState.Asking) StrayApdus++;
        return default;
    }

    private static SessionStep Say(SessionEvent told) => new(default, told);

    private void Check(AssociationStep step)
    {
        if (AssociationTable.Next(State, step) is null) throw new InvalidOperationException($"{step} while {State}.");
    }

    private void Move(AssociationStep step) =>
        State = AssociationTable.Next(State, step) ?? throw new InvalidOperationException($"{step} while {State}.");
}
