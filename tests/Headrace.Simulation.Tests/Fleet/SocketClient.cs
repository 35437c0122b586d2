using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Fleet;

namespace Headrace.Simulation.Tests.Fleet;

/// <summary>A client of one virtual meter over a real socket, by wrapper or HDLC.</summary>
internal sealed class SocketClient : IDisposable
{
    private static uint _counter;

    private readonly Socket _socket;
    private readonly ushort _sap;
    private readonly HdlcClientLink? _hdlc;
    private byte[] _received = [];

    private SocketClient(Socket socket, ushort sap, ClientAssociation association, bool hdlc)
    {
        (_socket, _sap, Association) = (socket, sap, association);
        if (hdlc)
            _hdlc = new HdlcClientLink(HdlcAddress.Client(sap), HdlcAddress.Server(1),
                new HdlcClientOptions { Proposal = HdlcParameters.Both(512, 1) });
    }

    internal ClientAssociation Association { get; }

    public void Dispose()
    {
        _socket.Dispose();
        Association.Dispose();
    }

    internal static Task<SocketClient> PublicAsync(VirtualMeterInfo meter, bool hdlc = false) =>
        OpenAsync(meter, 16, new ClientOptions(), new SecurityKeys(), hdlc);

    internal static Task<SocketClient> ReadingAsync(VirtualMeterInfo meter, ReadOnlyMemory<byte>? password = null, bool hdlc = false) =>
        OpenAsync(meter, 2, new ClientOptions { Authentication = AuthenticationMechanism.LowLevel },
            SecurityKeys.OfSecret((password ?? meter.Password).Span), hdlc);

    internal static Task<SocketClient> ManagementAsync(
        VirtualMeterInfo meter, Func<ClientOptions, ClientOptions>? change = null, bool hdlc = false, byte[]? guek = null)
    {
        var options = new ClientOptions
        {
            Authentication = AuthenticationMechanism.HighLevelGmac,
            Ciphering = ClientCiphering.Global,
            SystemTitle = "HDRTEST1"u8.ToArray(),
            InvocationCounter = () => Interlocked.Increment(ref _counter),
        };
        return OpenAsync(meter, 1, change is null ? options : change(options),
            new SecurityKeys(guek ?? meter.GlobalUnicastKey.Span, meter.AuthenticationKey.Span), hdlc);
    }

    /// <summary>Tries until the meter has noticed that earlier connections are gone.</summary>
    internal static async Task<SocketClient> PatientlyAsync(Func<Task<SocketClient>> open)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await open();
            }
            catch (Exception error) when (attempt < 100 && error is IOException or SocketException)
            {
                await Task.Delay(100, Bench.Cancel);
            }
        }
    }

    /// <summary>A client over a connection that the meter has opened.</summary>
    internal static async Task<SocketClient> ManagementOverAsync(Socket socket, VirtualMeterInfo meter)
    {
        var options = new ClientOptions
        {
            Authentication = AuthenticationMechanism.HighLevelGmac,
            Ciphering = ClientCiphering.Global,
            SystemTitle = "HDRTEST1"u8.ToArray(),
            InvocationCounter = () => Interlocked.Increment(ref _counter),
        };
        var client = new SocketClient(socket, 1,
            new ClientAssociation(options, new SecurityKeys(meter.GlobalUnicastKey.Span, meter.AuthenticationKey.Span)), hdlc: false);
        Assert.IsType<Associated>(await client.ExchangeAsync(client.Association.Open()));
        return client;
    }

    /// <summary>Sends a request and carries the exchange on to its event.</summary>
    internal async Task<SessionEvent> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        while (true)
        {
            await SendAsync(request);
            SessionStep step;
            do
            {
                step = Association.Receive(await ReceiveAsync());
            }
            while (step is { Event: NotificationReceived } or { Send.IsEmpty: true, Event: null });
            if (step.Event is not null) return step.Event;
            request = step.Send;
        }
    }

    internal async Task<CosemData> GetAsync(ushort classId, string name, sbyte attribute = 2, SelectiveAccess? selection = null)
    {
        var told = await ExchangeAsync(
            Association.Get(new CosemAttributeDescriptor(classId, LogicalName.Parse(name), attribute), selection));
        var result = Assert.IsType<GetCompleted>(told).Result;
        Assert.True(result.Data is not null, $"{name}/{attribute}: {result}");
        return result.Data;
    }

    internal async Task<DataAccessResult> RefusalAsync(ushort classId, string name, sbyte attribute = 2)
    {
        var told = await ExchangeAsync(Association.Get(new CosemAttributeDescriptor(classId, LogicalName.Parse(name), attribute)));
        return Assert.IsType<GetCompleted>(told).Result.Error;
    }

    internal async Task<ActionResult> ActAsync(ushort classId, string name, sbyte method, CosemData parameter)
    {
        var told = await ExchangeAsync(Association.Action(new CosemMethodDescriptor(classId, LogicalName.Parse(name), method), parameter));
        return Assert.IsType<ActionCompleted>(told).Outcomes[0].Result;
    }

    internal async Task<DataAccessResult> SetAsync(ushort classId, string name, CosemData value, sbyte attribute = 2)
    {
        var told = await ExchangeAsync(Association.Set(new CosemAttributeDescriptor(classId, LogicalName.Parse(name), attribute), value));
        return Assert.IsType<SetCompleted>(told).Results[0];
    }

    internal static async Task<Socket> ConnectAsync(VirtualMeterInfo meter)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(meter.Address!), Bench.Cancel);
        return socket;
    }

    /// <summary>Opens a connection and an association; <see cref="LastEvent"/> tells how that went.</summary>
    private static async Task<SocketClient> OpenAsync(
        VirtualMeterInfo meter, ushort sap, ClientOptions options, SecurityKeys keys, bool hdlc)
    {
        var client = new SocketClient(await ConnectAsync(meter), sap, new ClientAssociation(options, keys), hdlc);
        if (client._hdlc is { } link)
        {
            var output = new ArrayBufferWriter<byte>();
            link.Connect(output);
            await client._socket.SendAsync(output.WrittenMemory, Bench.Cancel);
            Assert.Equal(HdlcEventKind.Connected, (await client.NextHdlcAsync()).Kind);
        }

        client.LastEvent = await client.ExchangeAsync(client.Association.Open());
        return client;
    }

    /// <summary>What came of opening.</summary>
    internal SessionEvent? LastEvent { get; private set; }

    private async Task SendAsync(ReadOnlyMemory<byte> apdu)
    {
        var output = new ArrayBufferWriter<byte>();
        if (_hdlc is null) WrapperFrame.Write(output, _sap, 1, apdu.Span);
        else _hdlc.SendApdu(apdu, output);
        await _socket.SendAsync(output.WrittenMemory, Bench.Cancel);
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync()
    {
        if (_hdlc is not null)
        {
            while (true)
            {
                if (await NextHdlcAsync() is { Kind: HdlcEventKind.Apdu } happened) return happened.Apdu;
            }
        }

        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(_received);
            if (WrapperFrame.TryRead(ref buffer, 65_535, out var frame))
            {
                _received = buffer.ToArray();
                Assert.True(frame.Apdu.Length <= 1_224, $"an APDU of {frame.Apdu.Length} bytes");
                return frame.Apdu;
            }

            await MoreAsync();
        }
    }

    private async Task<HdlcEvent> NextHdlcAsync()
    {
        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(_received);
            var output = new ArrayBufferWriter<byte>();
            var told = _hdlc!.TryReceive(ref buffer, output, out var happened);
            _received = buffer.ToArray();
            if (output.WrittenCount > 0) await _socket.SendAsync(output.WrittenMemory, Bench.Cancel);
            if (told) return happened;
            await MoreAsync();
        }
    }

    private async Task MoreAsync()
    {
        var more = new byte[4_096];
        var read = await _socket.ReceiveAsync(more, Bench.Cancel).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Bench.Cancel);
        if (read == 0) throw new EndOfStreamException("The meter has closed the connection.");
        _received = [.. _received, .. more.AsSpan(0, read)];
    }
}
