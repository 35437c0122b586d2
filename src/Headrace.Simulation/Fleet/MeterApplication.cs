using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Models;
using Headrace.Wire;

namespace Headrace.Simulation.Fleet;

/// <summary>What a meter answers on one connection: wrapper frames, or HDLC where the first byte is a flag. Bytes in, bytes out.</summary>
/// <remarks>
/// The COSEM objects are built when the first frame comes. Requests of all connections of a meter are served one after the other.
/// </remarks>
internal sealed class MeterApplication(VirtualMeter meter, FleetOptions options, Func<PushKind, bool> push) : IDisposable
{
    private const int HdlcInformation = 1_024;

    private DeviceServer? _wrapper;
    private HdlcServer? _hdlc;

    /// <summary>Serves all whole frames, takes them off, and writes the answers; tells how many there were.</summary>
    /// <exception cref="ProtocolException">Neither wrapper nor HDLC: the connection is to be closed.</exception>
    internal int Serve(ref ReadOnlySequence<byte> received, ArrayBufferWriter<byte> answers)
    {
        if (received.IsEmpty) return 0;
        if (_wrapper is null && _hdlc is null && received.FirstSpan[0] == HdlcFrame.Flag)
            _hdlc = new HdlcServer(HdlcParameters.Both(HdlcInformation, 1), null, Device());
        if (_hdlc is not null)
        {
            lock (meter.Gate) _hdlc.Receive(ref received, answers);
            return answers.WrittenCount > 0 ? 1 : 0;
        }

        var served = 0;
        while (WrapperFrame.TryRead(ref received, MeterConnection.MaximumApduSize, out var frame))
        {
            _wrapper ??= new DeviceServer(Device());
            var answer = Answer(_wrapper, frame);
            if (!answer.IsEmpty) WrapperFrame.Write(answers, frame.DestinationPort, frame.SourcePort, answer.Span);
            served++;
        }

        return served;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wrapper?.Dispose();
        _hdlc?.Dispose();
    }

    private ReadOnlyMemory<byte> Answer(DeviceServer server, WrapperFrame frame)
    {
        lock (meter.Gate)
        {
            var association = server.Find(frame.SourcePort, frame.DestinationPort);
            if (association is null) return default;
            var before = association.State;
            var answer = association.Handle(frame.Apdu);
            if (EventOf(answer.Span, before, association.State) is { } code) meter.Device.Log.Add(code);
            return answer;
        }
    }

    /// <summary>What the event log says of an exchange, if anything.</summary>
    private static byte? EventOf(ReadOnlySpan<byte> answer, ServerAssociationState before, ServerAssociationState after)
    {
        if (before == ServerAssociationState.Pending && after == ServerAssociationState.NotAssociated)
            return EventLog.AuthenticationFailure;
        if (answer is [(byte)ApduTag.ExceptionResponse, _, (byte)ServiceError.DecipheringError, ..]) return EventLog.DecryptionFailure;
        if (answer is [(byte)ApduTag.ExceptionResponse, _, (byte)ServiceError.InvocationCounterError, ..]) return EventLog.Replay;
        if (answer is not [(byte)ApduTag.AssociationResponse, ..]) return null;
        return AssociationResponse.Parse(answer.ToArray()).Diagnostic == AssociationDiagnostic.User(UserDiagnostic.AuthenticationFailure)
            ? EventLog.AuthenticationFailure
            : null;
    }

    private LogicalDevice Device()
    {
        var service = meter.Line == PushLine.Datagram ? (byte)1 : (byte)0;
        lock (meter.Gate)
        {
            return meter.Objects.Get(() => E450Objects.Build(
                meter.Device, options.PushTarget ?? "", service, kind => push(kind) ? MethodAnswer.Done : ActionResult.TemporaryFailure));
        }
    }
}
