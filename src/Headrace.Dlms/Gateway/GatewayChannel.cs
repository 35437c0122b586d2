using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Gateway;

/// <summary>A channel to a device behind a gateway: every APDU goes with the gateway header, and only what bears the device's own comes
/// back (IEC 62056-5-3, gateway protocol; tags E6 and E7).</summary>
/// <param name="gateway">The channel to the gateway, opened and closed with this one.</param>
/// <param name="device">The device.</param>
public sealed class GatewayChannel(IApduChannel gateway, GatewayAddress device) : IApduChannel
{
    /// <summary>The device.</summary>
    public GatewayAddress Device { get; } = device;

    /// <summary>Told of APDUs of other devices behind the same gateway, which are dropped otherwise: pushes mostly, and late
    /// answers.</summary>
    public Action<GatewayAddress, ReadOnlyMemory<byte>>? OtherDevices { get; init; }

    /// <summary>A quirk: the gateway answers for the device without the header. Such APDUs are taken and counted.</summary>
    public bool AcceptWithoutHeader { get; init; }

    /// <summary>APDUs of other devices that came and were not for this channel.</summary>
    public long OtherDevicesApdus { get; private set; }

    /// <summary>APDUs without header: the gateway speaking for itself. Dropped unless <see cref="AcceptWithoutHeader"/> is set.</summary>
    public long ApdusWithoutHeader { get; private set; }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => gateway.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken) =>
        gateway.SendAsync(new GatewayRequest(Device.NetworkId, Device.PhysicalDeviceAddress, apdu).Encode(), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="Wire.ProtocolException">A gateway header is cut short.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await gateway.ReceiveAsync(cancellationToken);
            if (!GatewayHeader.TryRemove(received, out var sender, out var apdu, out _))
            {
                ApdusWithoutHeader++;
                if (AcceptWithoutHeader) return received;
                continue;
            }
            if (sender == Device) return apdu;
            OtherDevicesApdus++;
            OtherDevices?.Invoke(sender, apdu);
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => gateway.CloseAsync(cancellationToken);
}
