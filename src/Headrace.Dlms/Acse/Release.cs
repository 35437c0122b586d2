using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Acse;

/// <summary>
/// Why an association is released, or how the release went (ISO/IEC 8650-1, <c>Release-request-reason</c> and
/// <c>Release-response-reason</c>).
/// </summary>
public enum ReleaseReason : byte
{
    /// <summary>normal.</summary>
    Normal = 0,
    /// <summary>urgent in a request, not-finished in a response.</summary>
    UrgentOrNotFinished = 1,
    /// <summary>user-defined.</summary>
    UserDefined = 30,
}

/// <summary>The RLRQ: a client releases the association (IEC 62056-5-3, ACSE APDUs). Octets are slices of the message.</summary>
/// <param name="Reason">Null where not given.</param>
/// <param name="UserInformation">An InitiateRequest, ciphered in a ciphered association, or null.</param>
public sealed record ReleaseRequest(ReleaseReason? Reason = ReleaseReason.Normal, ReadOnlyMemory<byte>? UserInformation = null)
{
    /// <summary>The tag of an RLRQ.</summary>
    public const byte Tag = 0x62;

    /// <summary>Decodes a whole RLRQ.</summary>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public static ReleaseRequest Parse(ReadOnlyMemory<byte> source, AcseTolerance tolerance = AcseTolerance.None)
    {
        var (reason, information) = Release.Parse(source, Tag, tolerance);
        return new ReleaseRequest(reason, information);
    }

    /// <summary>Writes the RLRQ.</summary>
    public void WriteTo(IBufferWriter<byte> output) => Release.Write(output, Tag, Reason, UserInformation);
}

/// <summary>The RLRE: the server's answer (IEC 62056-5-3, ACSE APDUs). Octets are slices of the message.</summary>
/// <param name="Reason">Null where not given.</param>
/// <param name="UserInformation">An InitiateResponse, ciphered in a ciphered association, or null.</param>
public sealed record ReleaseResponse(ReleaseReason? Reason = ReleaseReason.Normal, ReadOnlyMemory<byte>? UserInformation = null)
{
    /// <summary>The tag of an RLRE.</summary>
    public const byte Tag = 0x63;

    /// <summary>Decodes a whole RLRE.</summary>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public static ReleaseResponse Parse(ReadOnlyMemory<byte> source, AcseTolerance tolerance = AcseTolerance.None)
    {
        var (reason, information) = Release.Parse(source, Tag, tolerance);
        return new ReleaseResponse(reason, information);
    }

    /// <summary>Writes the RLRE.</summary>
    public void WriteTo(IBufferWriter<byte> output) => Release.Write(output, Tag, Reason, UserInformation);
}

/// <summary>What request and response share.</summary>
internal static class Release
{
    internal static (ReleaseReason? Reason, ReadOnlyMemory<byte>? UserInformation) Parse(
        ReadOnlyMemory<byte> source, byte tag, AcseTolerance tolerance)
    {
        var fields = AcseFields.Open(source, tag, tolerance);
        ReleaseReason? reason = null;
        ReadOnlyMemory<byte>? information = null;
        while (!fields.AtEnd)
        {
            if (fields.PeekTag() == 0xBE)
            {
                information = AcseFields.UserInformation(ref fields, tolerance);
                continue;
            }

            var contents = fields.Read(out var field);
            if (field != 0x80) continue;
            reason = contents.Length == 1
                ? (ReleaseReason)contents.Span[0]
                : throw fields.Malformed($"release reason of {contents.Length} bytes");
        }

        return (reason, information);
    }

    internal static void Write(IBufferWriter<byte> output, byte tag, ReleaseReason? reason, ReadOnlyMemory<byte>? information)
    {
        var fields = new List<AcseField>();
        fields.AddIf(0x80, reason is { } given ? [(byte)given] : null);
        fields.AddIf(0xBE, information is { } user ? AcseFields.OctetString(user.Span) : null);
        AcseFields.Write(output, tag, fields);
    }
}
