using System.IO.Pipelines;
using System.Net.Sockets;
using Headrace.Dlms.Checks;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Serial;

namespace Headrace.Commands.Dlms;

/// <summary>A line to a meter on which single HDLC frames are sent, for checks of the link.</summary>
internal sealed class RawHdlcLine : IDuplexPipe, IAsyncDisposable
{
    private readonly NetworkStream _stream;

    private RawHdlcLine(NetworkStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream);
        Output = PipeWriter.Create(stream);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>How frames reach the meter; null where there is no HDLC, or a sign-on stands before it.</summary>
    public static HdlcUnderTest? Of(MeterAddress meter)
    {
        if (!meter.IsHdlc || meter.SignsOn) return null;
        var server = meter.Physical is not null || meter.Server > 127
            ? HdlcAddress.Server(meter.Server, meter.Physical ?? 0)
            : HdlcAddress.Server(meter.Server);
        return new HdlcUnderTest(token => ConnectAsync(meter, token), HdlcAddress.Client(meter.Client), server,
            new HdlcTimings(TimeSpan.FromSeconds(3)));
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async ValueTask<RawLine> ConnectAsync(MeterAddress meter, CancellationToken cancellationToken)
    {
        if (meter.Transport == "serial")
        {
            if (!OperatingSystem.IsLinux()) throw new IOException("serial lines are supported on Linux only");
            var serial = SerialLine.Open(meter.Host, SerialSettings.Hdlc with { BaudRate = meter.BaudRate });
            return new RawLine(serial, serial);
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(meter.Host, meter.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{meter.Name} cannot be reached: {e.Message}.", e);
        }
        var line = new RawHdlcLine(new NetworkStream(socket, ownsSocket: true));
        return new RawLine(line, line);
    }
}
