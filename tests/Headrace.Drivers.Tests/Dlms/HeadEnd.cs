using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Drivers.Dlms;
using Headrace.Drivers.Profiles;
using Headrace.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using IMeterFactory = System.Diagnostics.Metrics.IMeterFactory;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>A gateway on a real port with the DLMS driver behind it, and stores in memory.</summary>
internal sealed class HeadEnd : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public HeadEnd(DlmsLimits? limits = null, string zone = "Europe/Zurich", string? types = null)
    {
        Sink = new MemorySink();
        Ports = new DlmsPorts
        {
            Meters = Meters,
            Types = DeviceTypeFiles.Load(types),
            Keys = Meters,
            SendCounters = Meters,
            Channels = Channels,
            Sink = Sink,
            Journal = Journal,
            Calendar = new LocalCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone)),
            ClientSystemTitle = "HDR\0\0\0\0\x01"u8.ToArray(),
            Loggers = NullLoggerFactory.Instance,
        };
        Links = new DlmsLinks(Ports, limits);
        Metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>());
        Gateway = new TcpGateway(Links, new GatewayLimits(), Journal, Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        Dialer = new TcpDialer(new GatewayLimits { DialTime = TimeSpan.FromSeconds(5) },
            Metrics, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public DlmsPorts Ports { get; }

    public DlmsLinks Links { get; }

    public GatewayMetrics Metrics { get; }

    public TcpGateway Gateway { get; }

    public TcpDialer Dialer { get; }

    public MemoryMeters Meters { get; } = new();

    public MemoryChannels Channels { get; } = new();

    public MemorySink Sink { get; }

    public MemoryJournal Journal { get; } = new();

    public static async Task<HeadEnd> StartAsync(DlmsLimits? limits = null, string zone = "Europe/Zurich", string? types = null)
    {
        var headEnd = new HeadEnd(limits, zone, types);
        await headEnd.Gateway.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        return headEnd;
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Gateway.Endpoint!, Cancel);
        return socket;
    }

    /// <summary>Sends in pieces, each of which the system may send on its own.</summary>
    public static async Task SendAsync(Socket socket, byte[] bytes, int piece = int.MaxValue)
    {
        for (var at = 0; at < bytes.Length; at += piece)
        {
            var length = Math.Min(piece, bytes.Length - at);
            await socket.SendAsync(bytes.AsMemory(at, length), Cancel);
            if (piece < bytes.Length) await Task.Yield();
            if (piece == int.MaxValue) break;
        }
    }

    public static async Task UntilAsync(Func<bool> condition, string what = "")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            while (!condition()) await Task.Delay(5, patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited in vain: {what}");
        }
    }

    /// <summary>True when the other side closes within the time.</summary>
    public static async Task<bool> ClosesAsync(Socket socket)
    {
        var buffer = new byte[256];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // reset is closed too
        }

        return true;
    }

    /// <summary>What was delivered, as text: quantity, value in its unit, time.</summary>
    public IEnumerable<string> Values() => Sink.Deliveries.SelectMany(d => d.Readings).Select(Text);

    public string Text(Reading reading)
    {
        var channel = Channels.Find(reading.Series.Channel)!;
        var profile = channel.Key.Profile.Length == 0 ? "" : $"{channel.Key.Profile} ";
        return string.Create(CultureInfo.InvariantCulture,
            $"{profile}{channel.Key.Obis} {channel.Scale(reading.Value)} {channel.Key.Unit} " +
            $"{reading.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss} {reading.Status:X}");
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Links.DisposeAsync();
        Dialer.Dispose();
        await _services.DisposeAsync();
    }
}

/// <summary>Registry, keys and send counters in memory.</summary>
internal sealed class MemoryMeters : IMeterDirectory, IKeyVault, ISendCounterStore
{
    private readonly ConcurrentDictionary<long, Meter> _meters = new();
    private readonly ConcurrentDictionary<(long, KeyKind), byte[]> _keys = new();
    private readonly ConcurrentDictionary<(long, KeyKind), uint> _counters = new();

    public Meter Add(Meter meter, string? guek = null, string? gak = null, string? password = null)
    {
        meter = meter with { Id = _meters.Count + 1 };
        _meters[meter.Id] = meter;
        if (guek is not null) _keys[(meter.Id, KeyKind.GlobalUnicast)] = Convert.FromHexString(guek);
        if (gak is not null) _keys[(meter.Id, KeyKind.Authentication)] = Convert.FromHexString(gak);
        if (password is not null) _keys[(meter.Id, KeyKind.Password)] = System.Text.Encoding.ASCII.GetBytes(password);
        return meter;
    }

    public Meter? FindBySystemTitle(ReadOnlySpan<byte> systemTitle)
    {
        var hex = Convert.ToHexString(systemTitle);
        return _meters.Values.FirstOrDefault(m => m.SystemTitle == hex);
    }

    public Meter? FindByLogicalDeviceName(string logicalDeviceName) =>
        _meters.Values.FirstOrDefault(m => m.LogicalDeviceName == logicalDeviceName);

    public Meter? FindBySerial(string serial) => _meters.Values.FirstOrDefault(m => m.Serial == serial);

    public Meter? Find(long meterId) => _meters.GetValueOrDefault(meterId);

    public ValueTask PutAsync(long meterId, KeyKind kind, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        _keys[(meterId, kind)] = key.ToArray();
        return default;
    }

    public ValueTask<IKeyLease> LeaseAsync(long meterId, CancellationToken cancellationToken) => new(new Lease(this, meterId));

    public ValueTask<uint> ReserveAsync(long meterId, KeyKind key, uint count, CancellationToken cancellationToken)
    {
        var next = _counters.AddOrUpdate((meterId, key), count, (_, at) => at + count);
        return new(next - count);
    }

    public ValueTask RaiseAsync(long meterId, KeyKind key, uint next, CancellationToken cancellationToken)
    {
        _counters.AddOrUpdate((meterId, key), next, (_, at) => Math.Max(at, next));
        return default;
    }

    private sealed class Lease(MemoryMeters store, long meterId) : IKeyLease
    {
        public bool Has(KeyKind kind) => store._keys.ContainsKey((meterId, kind));

        public ReadOnlySpan<byte> Get(KeyKind kind) => store._keys.GetValueOrDefault((meterId, kind));

        public void Dispose()
        {
        }
    }
}

internal sealed class MemoryChannels : IChannelStore
{
    private readonly ConcurrentDictionary<ChannelKey, Channel> _channels = new();
    private readonly Lock _gate = new();

    public short Resolve(in ChannelKey key)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(key, out var channel)) _channels[key] = channel = new Channel((short)(_channels.Count + 1), key);
            return channel.Number;
        }
    }

    public IReadOnlyList<Channel> All() => [.. _channels.Values];

    public Channel? Find(short number) => _channels.Values.FirstOrDefault(c => c.Number == number);
}

/// <summary>Keeps deliveries and judges counters as the intake does.</summary>
internal sealed class MemorySink : IDeliverySink
{
    private readonly Dictionary<(long, ulong), CounterUse> _last = [];

    public ConcurrentQueue<Delivery> Deliveries { get; } = [];

    public int Replayed { get; private set; }

    public int Duplicates { get; private set; }

    public bool Full { get; set; }

    public ValueTask<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) =>
        new(new DeliveryOutcome(Judge(delivery), delivery.Readings.Count, 0, 0));

    public bool TryDeliver(Delivery delivery)
    {
        if (Full) return false;
        Judge(delivery);
        return true;
    }

    private DeliveryVerdict Judge(Delivery delivery)
    {
        lock (_last)
        {
            if (delivery.Counter is { } counter)
            {
                if (_last.TryGetValue((delivery.MeterId, counter.Key), out var last) && counter.Value <= last.Value)
                {
                    if (counter == last)
                    {
                        Duplicates++;
                        return DeliveryVerdict.Duplicate;
                    }

                    Replayed++;
                    return DeliveryVerdict.Replayed;
                }

                _last[(delivery.MeterId, counter.Key)] = counter;
            }

            Deliveries.Enqueue(delivery);
            return DeliveryVerdict.Stored;
        }
    }
}

internal sealed class MemoryJournal : ISessionJournal
{
    public ConcurrentQueue<MeterContact> Contacts { get; } = [];

    public ConcurrentQueue<(RefusalKind Kind, long MeterId, string Detail)> Refusals { get; } = [];

    public void Note(MeterContact contact) => Contacts.Enqueue(contact);

    public void Refused(RefusalKind refusal, long meterId, string detail) => Refusals.Enqueue((refusal, meterId, detail));
}
