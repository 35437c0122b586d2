using Headrace.Dlms.Connections;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Commands.Dlms;

/// <summary>A meter, how to reach it and with what rights.</summary>
/// <param name="Host">Name or address; of a serial line its device.</param>
/// <param name="Port">TCP or UDP port.</param>
/// <param name="Client">Client SAP.</param>
/// <param name="Server">Server SAP.</param>
/// <param name="Transport"><c>tcp</c>, <c>udp</c>, <c>tls</c>, <c>hdlc-tcp</c> or <c>serial</c>.</param>
/// <param name="Authentication"><c>none</c>, <c>low</c>, <c>gmac</c> or another high-level mechanism.</param>
/// <param name="Keys">Keys, titles, password.</param>
/// <param name="Timeout">How long an answer is waited for.</param>
internal sealed record MeterAddress(
    string Host, int Port, int Client, int Server, string Transport, string Authentication, KeysFile Keys, TimeSpan Timeout)
{
    /// <summary>The physical device behind an HDLC address; null for the short form without.</summary>
    public int? Physical { get; init; }

    /// <summary>Bits per second of a serial line.</summary>
    public int BaudRate { get; init; } = 9600;

    /// <summary>Security suite.</summary>
    public SecuritySuite Suite { get; init; }

    /// <summary>The device behind a gateway; null for none.</summary>
    public GatewayAddress? Gateway { get; init; }

    /// <summary>TLS: whom to believe, and who we are.</summary>
    public TlsClientSettings Tls { get; init; } = new();

    /// <summary>A serial line is opened by the sign-on of IEC 62056-21, mode E.</summary>
    public bool SignsOn { get; init; }

    /// <summary>How services are wrapped: <c>service</c>, <c>general-glo</c>, <c>general-ciphering</c> or <c>general-signing</c>.</summary>
    public string Protection { get; init; } = "service";

    /// <summary>The key of general-ciphering; null takes one that fits the suite.</summary>
    public PartyKey? PartyKey { get; init; }

    /// <summary>An AARE with another application context is borne.</summary>
    public bool AcceptOtherContext { get; init; }

    /// <summary>Objects are addressed by short names.</summary>
    public bool ShortNames { get; init; }

    /// <summary>HDLC is below the association.</summary>
    public bool IsHdlc => Transport is "hdlc-tcp" or "serial";

    /// <summary>How it is called in messages.</summary>
    public string Name => Transport == "serial" ? Host : $"{Host}:{Port}";
}
