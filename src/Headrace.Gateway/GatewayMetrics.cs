using System.Diagnostics.Metrics;

namespace Headrace.Gateway;

/// <summary>Counters of the gateway, under the meter name <c>Headrace.Gateway</c>.</summary>
public sealed class GatewayMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Headrace.Gateway";

    private readonly UpDownCounter<int> _active;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _idle;
    private readonly Counter<long> _dialled;
    private readonly Counter<long> _dialFailures;
    private readonly Counter<long> _received;
    private readonly Counter<long> _datagrams;
    private readonly Counter<long> _datagramBytes;
    private readonly Counter<long> _datagramFailures;

    /// <summary>Makes the counters.</summary>
    public GatewayMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var meter = factory.Create(MeterName);
        _active = meter.CreateUpDownCounter<int>("headrace.gateway.connections.active", description: "Connections open now, by direction.");
        _accepted = meter.CreateCounter<long>("headrace.gateway.connections.accepted", description: "Connections opened by devices.");
        _refused = meter.CreateCounter<long>("headrace.gateway.connections.refused", description: "Connections closed at once, by reason.");
        _idle = meter.CreateCounter<long>("headrace.gateway.connections.idle", description: "Connections closed because nothing came.");
        _dialled = meter.CreateCounter<long>("headrace.gateway.dialled", description: "Connections opened by the head-end.");
        _dialFailures = meter.CreateCounter<long>("headrace.gateway.dial.failures", description: "Dials that failed.");
        _received = meter.CreateCounter<long>("headrace.gateway.received", "By", "Bytes taken from connections.");
        _datagrams = meter.CreateCounter<long>("headrace.gateway.datagrams", description: "Datagrams received.");
        _datagramBytes = meter.CreateCounter<long>("headrace.gateway.datagrams.received", "By", "Bytes of datagrams received.");
        _datagramFailures =
            meter.CreateCounter<long>("headrace.gateway.datagrams.failures", description: "Datagrams whose handling failed unexpectedly.");
    }

    internal void Opened(bool inbound)
    {
        (inbound ? _accepted : _dialled).Add(1);
        _active.Add(1, Direction(inbound));
    }

    internal void Closed(bool inbound) => _active.Add(-1, Direction(inbound));

    internal void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Idle() => _idle.Add(1);

    internal void DialFailed() => _dialFailures.Add(1);

    internal void Received(long bytes) => _received.Add(bytes);

    internal void Datagram(int bytes)
    {
        _datagrams.Add(1);
        _datagramBytes.Add(bytes);
    }

    internal void DatagramFailed() => _datagramFailures.Add(1);

    private static KeyValuePair<string, object?> Direction(bool inbound) => new("direction", inbound ? "in" : "out");
}
