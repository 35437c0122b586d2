using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Connections;

/// <summary>Whom a connection talks to and how.</summary>
public sealed record DlmsConnectionOptions
{
    /// <summary>The client's SAP: 16 public, 1 management, 2 reading.</summary>
    public ushort ClientSap { get; init; } = 16;

    /// <summary>The server's logical device: 1 is management.</summary>
    public ushort ServerSap { get; init; } = 1;

    /// <summary>What is proposed and insisted on in the association.</summary>
    public ClientOptions Association { get; init; } = new();

    /// <summary>Keys and secret; stay the caller's.</summary>
    public SecurityKeys Keys { get; init; } = new();

    /// <summary>How long answers are waited for.</summary>
    public ClientTimings Timings { get; init; } = ClientTimings.Usual;

    /// <summary>How long the way to the server may take: TCP and TLS.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The device behind a gateway; null for the one that is connected to.</summary>
    public GatewayAddress? Gateway { get; init; }

    /// <summary>Opens the association too. False leaves it to <see cref="DlmsClient.ConnectAsync"/>, or to nobody.</summary>
    public bool Associate { get; init; } = true;

    /// <summary>Whose time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How an HDLC link is opened and kept.</summary>
public sealed record HdlcSettings
{
    /// <summary>The lower address; null for servers that have none or that are alone on their line.</summary>
    public int? PhysicalDevice { get; init; }

    /// <summary>Bytes of the server's address, 1, 2 or 4; 0 takes the shortest that holds it.</summary>
    public int AddressLength { get; init; }

    /// <summary>What is proposed in SNRM, and deviations.</summary>
    public HdlcClientOptions Link { get; init; } = new();

    /// <summary>How long a frame is waited for, and how often it is repeated.</summary>
    public HdlcTimings Timings { get; init; } = new(TimeSpan.FromSeconds(3));

    internal HdlcAddress Server(ushort sap) => (PhysicalDevice, AddressLength) switch
    {
        (null, 0) when sap < 128 => HdlcAddress.Server(sap),
        (null, 1) => HdlcAddress.Server(sap),
        var (physical, length) => HdlcAddress.Server(sap, physical ?? 0, length),
    };
}

/// <summary>The server did not accept the association.</summary>
/// <param name="rejected">Why.</param>
public sealed class AssociationRefusedException(AssociationRejected rejected)
    : IOException($"The server did not accept the association: {rejected.Reason}.")
{
    /// <summary>Why; may carry the invocation counter the server would take.</summary>
    public AssociationRejected Rejected { get; } = rejected;
}
