using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>What kind of objection an exception-response makes (IEC 62056-5-3, <c>state-error</c>).</summary>
public enum StateError : byte
{
    /// <summary>service-not-allowed.</summary>
    ServiceNotAllowed = 1,
    /// <summary>service-unknown.</summary>
    ServiceUnknown = 2,
}

/// <summary>Why a service was not done (IEC 62056-5-3, <c>service-error</c> of exception-response).</summary>
public enum ServiceError : byte
{
    /// <summary>operation-not-possible.</summary>
    OperationNotPossible = 1,
    /// <summary>service-not-supported.</summary>
    ServiceNotSupported = 2,
    /// <summary>other-reason.</summary>
    OtherReason = 3,
    /// <summary>pdu-too-long.</summary>
    PduTooLong = 4,
    /// <summary>deciphering-error.</summary>
    DecipheringError = 5,
    /// <summary>invocation-counter-error; the counter that was expected follows.</summary>
    InvocationCounterError = 6,
}

/// <summary>A server's refusal of a whole APDU (IEC 62056-5-3, <c>ExceptionResponse</c>).</summary>
/// <param name="StateError">Kind of objection.</param>
/// <param name="ServiceError">The reason.</param>
/// <param name="ExpectedInvocationCounter">The least counter the server would take; only with an invocation-counter-error.</param>
public sealed record ExceptionResponse(StateError StateError, ServiceError ServiceError, uint? ExpectedInvocationCounter = null) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ExceptionResponse;

    internal static ExceptionResponse Read(ref ApduReader reader)
    {
        var state = (StateError)reader.Wire.ReadByte();
        var error = (ServiceError)reader.Wire.ReadByte();
        var counter = error == ServiceError.InvocationCounterError && !reader.Wire.AtEnd ? reader.Wire.ReadUInt32() : (uint?)null;
        return new ExceptionResponse(state, error, counter);
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteByte((byte)StateError);
        writer.WriteByte((byte)ServiceError);
        if (ExpectedInvocationCounter is { } counter) writer.WriteUInt32(counter);
    }
}

/// <summary>The class of a confirmed-service-error (IEC 62056-5-3, <c>ServiceError</c> CHOICE).</summary>
public enum ServiceErrorClass : byte
{
    /// <summary>application-reference.</summary>
    ApplicationReference = 0,
    /// <summary>hardware-resource.</summary>
    HardwareResource = 1,
    /// <summary>vde-state-error.</summary>
    VdeStateError = 2,
    /// <summary>service.</summary>
    Service = 3,
    /// <summary>definition.</summary>
    Definition = 4,
    /// <summary>access.</summary>
    Access = 5,
    /// <summary>initiate: 1 dlms-version-too-low, 2 incompatible-conformance, 3 pdu-size-too-short, 4 refused-by-the-VDE-handler.</summary>
    Initiate = 6,
    /// <summary>load-data-set.</summary>
    LoadDataSet = 7,
    /// <summary>task.</summary>
    Task = 9,
}

/// <summary>A refusal of initiate or of a short-name service (IEC 62056-5-3, <c>ConfirmedServiceError</c>).</summary>
/// <param name="Service">1 initiate, 5 read, 6 write.</param>
/// <param name="ErrorClass">The class of error.</param>
/// <param name="Value">The error within its class.</param>
public sealed record ConfirmedServiceError(byte Service, ServiceErrorClass ErrorClass, byte Value) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ConfirmedServiceError;

    internal static ConfirmedServiceError Read(ref ApduReader reader) =>
        new(reader.Wire.ReadByte(), (ServiceErrorClass)reader.Wire.ReadByte(), reader.Wire.ReadByte());

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteByte(Service);
        writer.WriteByte((byte)ErrorClass);
        writer.WriteByte(Value);
    }
}
