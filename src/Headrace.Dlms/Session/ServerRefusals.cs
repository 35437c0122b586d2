namespace Headrace.Dlms.Session;

/// <summary>Exception-responses a server gives (IEC 62056-5-3, <c>ExceptionResponse</c>), encoded.</summary>
internal static class ServerRefusals
{
    /// <summary>The service is unknown or was not agreed.</summary>
    public static ReadOnlySpan<byte> NotSupported => [0xD8, 2, 2];

    /// <summary>Not in this state: no association, or a list that does not fit itself.</summary>
    public static ReadOnlySpan<byte> NotPossible => [0xD8, 1, 1];

    /// <summary>The bytes break a rule.</summary>
    public static ReadOnlySpan<byte> Other => [0xD8, 1, 3];

    /// <summary>The request is longer than the server takes, or the answer does not fit and may not go in blocks.</summary>
    public static ReadOnlySpan<byte> PduTooLong => [0xD8, 1, 4];

    /// <summary>It could not be deciphered.</summary>
    public static ReadOnlySpan<byte> Deciphering => [0xD8, 1, 5];

    /// <summary>The counter is not above the last one.</summary>
    public static byte[] Counter(uint expected) =>
        new Apdu.ExceptionResponse(Apdu.StateError.ServiceNotAllowed, Apdu.ServiceError.InvocationCounterError, expected).Encode();
}
