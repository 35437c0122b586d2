using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Session;
using Headrace.Serial;

namespace Headrace.Dlms.Connections;

/// <summary>A client and the line it speaks over, opened together and closed together. One task owns it.</summary>
/// <remarks>
/// <code>
/// await using var meter = await DlmsConnection.OpenTcpAsync("10.1.2.3", 4059, new DlmsConnectionOptions(), cancellationToken);
/// var clock = await meter.Client.GetAsync(new CosemAttributeDescriptor(8, LogicalName.Parse("0-0:1.0.0.255"), 2), cancellationToken);
/// </code>
/// Opening throws <see cref="IOException"/> where the server cannot be reached or refuses (<see cref="AssociationRefusedException"/>),
/// <see cref="TimeoutException"/> where it is silent, <see cref="AuthenticationException"/> where TLS does not trust it, and
/// <see cref="Wire.ProtocolException"/> where it cannot be talked to.
/// </remarks>
public sealed class DlmsConnection : IAsyncDisposable
{
    /// <summary>The port of the wrapper, and of most HDLC over TCP (IEC 62056-47).</summary>
    public const int DefaultPort = 4059;

    private readonly IAsyncDisposable? _line;

    private DlmsConnection(DlmsClient client, IApduChannel channel, IAsyncDisposable? line) =>
        (Client, Channel, _line) = (client, channel, line);

    /// <summary>The client, associated unless <see cref="DlmsConnectionOptions.Associate"/> says otherwise.</summary>
    public DlmsClient Client { get; }

    /// <summary>What carries the APDUs, for tools that speak past the client: only while that does not.</summary>
    public IApduChannel Channel { get; }

    /// <summary>Over the wrapper on TCP.</summary>
    public static async ValueTask<DlmsConnection> OpenTcpAsync(
        string host, int port, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        var line = new StreamLink(await ConnectAsync(host, port, null, options, cancellationToken));
        return await OpenAsync(Wrapper(line, options), line, options, cancellationToken);
    }

    /// <summary>Over the wrapper on TLS on TCP.</summary>
    public static async ValueTask<DlmsConnection> OpenTlsAsync(
        string host, int port, TlsClientSettings tls, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        var line = new StreamLink(await ConnectAsync(host, port, tls, options, cancellationToken));
        return await OpenAsync(Wrapper(line, options), line, options, cancellationToken);
    }

    /// <summary>Over the wrapper on UDP, one APDU in each datagram.</summary>
    public static async ValueTask<DlmsConnection> OpenUdpAsync(
        string host, int port, DatagramRepetition repetition, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{host}:{port} cannot be reached: {e.Message}.", e);
        }
        var channel = new DatagramChannel(socket, options.ClientSap, options.ServerSap, repetition, options.Time);
        return await OpenAsync(channel, new ClosedSocket(socket), options, cancellationToken);
    }

    /// <summary>Over HDLC on TCP: a meter with an HDLC modem, or a serial port behind a terminal server.</summary>
    public static async ValueTask<DlmsConnection> OpenHdlcAsync(
        string host, int port, HdlcSettings hdlc, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        var line = new StreamLink(await ConnectAsync(host, port, null, options, cancellationToken));
        return await OpenAsync(Hdlc(line, hdlc, options), line, options, cancellationToken);
    }

    /// <summary>Over HDLC on a serial line, without sign-on.</summary>
    [SupportedOSPlatform("linux")]
    public static ValueTask<DlmsConnection> OpenSerialAsync(
        string device, SerialSettings settings, HdlcSettings hdlc, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        var line = SerialLine.Open(device, settings, options.Time);
        return OpenAsync(Hdlc(line, hdlc, options), line, options, cancellationToken);
    }

    /// <summary>Over HDLC on a serial line after the sign-on of IEC 62056-21, mode E: 300 baud 7E1, then the speed the meter
    /// offers.</summary>
    /// <param name="device">Path of the line.</param>
    /// <param name="address">The meter's address on the line; empty where it is alone.</param>
    /// <param name="timings">How long the sign-on waits.</param>
    /// <param name="hdlc">The link.</param>
    /// <param name="options">Whom to talk to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [SupportedOSPlatform("linux")]
    public static async ValueTask<DlmsConnection> OpenLocalAsync(
        string device, string address, LocalExchangeTimings timings, HdlcSettings hdlc, DlmsConnectionOptions options,
        CancellationToken cancellationToken)
    {
        var line = SerialLine.Open(device, SerialSettings.SignOn, options.Time);
        try
        {
            var client = new LocalExchangeClient(new LocalExchangeOptions { DropEcho = hdlc.Link.DropEcho });
            ChangeLine change = (speed, sevenEven, cancel) => line.ChangeAsync(
                new SerialSettings(speed, sevenEven ? CharacterFormat.SevenEven : CharacterFormat.EightNone), cancel);
            var signOn = new LocalExchangeChannel(line, client, change, timings, options.Time);
            await signOn.SignOnAsync(address, cancellationToken);
            await signOn.SwitchToHdlcAsync(cancellationToken);
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
        return await OpenAsync(Hdlc(line, hdlc, options), line, options, cancellationToken);
    }

    /// <summary>Over the wrapper on a pipe that is open already.</summary>
    /// <param name="pipe">Stays the caller's.</param>
    /// <param name="options">Whom to talk to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<DlmsConnection> OverWrapperAsync(
        IDuplexPipe pipe, DlmsConnectionOptions options, CancellationToken cancellationToken) =>
        OpenAsync(Wrapper(pipe, options), null, options, cancellationToken);

    /// <summary>Over HDLC on a pipe that is open already.</summary>
    /// <param name="pipe">Stays the caller's.</param>
    /// <param name="hdlc">The link.</param>
    /// <param name="options">Whom to talk to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<DlmsConnection> OverHdlcAsync(
        IDuplexPipe pipe, HdlcSettings hdlc, DlmsConnectionOptions options, CancellationToken cancellationToken) =>
        OpenAsync(Hdlc(pipe, hdlc, options), null, options, cancellationToken);

    /// <summary>Releases the association, waiting for its answer no longer than <see cref="ClientTimings.Release"/>, and closes the
    /// line.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Client.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is Wire.ProtocolException or IOException or TimeoutException)
        {
            // The line is closed in any case, and that is a release too.
        }
        finally
        {
            await Client.DisposeAsync();
            if (_line is not null) await _line.DisposeAsync();
        }
    }

    private static WrapperChannel Wrapper(IDuplexPipe line, DlmsConnectionOptions options) =>
        new(line, options.ClientSap, options.ServerSap);

    private static HdlcChannel Hdlc(IDuplexPipe line, HdlcSettings hdlc, DlmsConnectionOptions options) =>
        new(line, new HdlcClientLink(HdlcAddress.Client(options.ClientSap), hdlc.Server(options.ServerSap), hdlc.Link), hdlc.Timings,
            options.Time);

    private static async ValueTask<DlmsConnection> OpenAsync(
        IApduChannel channel, IAsyncDisposable? line, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        if (options.Gateway is { } device) channel = new GatewayChannel(channel, device);
        var connection = new DlmsConnection(
            new DlmsClient(channel, options.Association, options.Keys, options.Timings, options.Time), channel, line);
        if (!options.Associate) return connection;
        try
        {
            if (await connection.Client.ConnectAsync(cancellationToken) is AssociationRejected rejected)
                throw new AssociationRefusedException(rejected);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(
        string host, int port, TlsClientSettings? tls, DlmsConnectionOptions options, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is null) return stream;
            var secured = new SslStream(stream);
            await secured.AuthenticateAsClientAsync(tls.For(host), either.Token);
            return secured;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{host}:{port} cannot be reached: {e.Message}.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"{host}:{port} does not answer.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class ClosedSocket(Socket socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }
}
