using System.Net.Sockets;

namespace Headrace.Gateway;

/// <summary>TCP keep-alive, by which a peer that vanished without a word is noticed (RFC 9293, 3.8.4).</summary>
internal static class KeepAlive
{
    private const int QuietSeconds = 300;
    private const int ProbeSeconds = 30;
    private const int Probes = 4;

    public static void Enable(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, QuietSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
