using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Gateway;

/// <summary>The gateway's side on one connection: APDUs with the header go to the device they name and are answered under it, all others
/// to the gateway's own logical devices (IEC 62056-5-3, gateway protocol).</summary>
/// <remarks>A request to a device nobody knows is answered by an exception-response under its header, operation not possible; the standard
/// leaves that open (not confirmed by a vector). Not for use by two threads at once.</remarks>
/// <param name="own">The gateway's own logical devices, disposed with this.</param>
/// <param name="find">The logical devices of a device behind the gateway; null where there is none of that address.</param>
public sealed class GatewayServer(DeviceServer own, Func<GatewayAddress, IReadOnlyList<LogicalDevice>?> find) : IDisposable
{
    private const int MaxDevices = 4096;

    private static readonly byte[] NotPossible =
        new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.OperationNotPossible).Encode();

    private readonly Dictionary<GatewayAddress, DeviceServer> _devices = [];
    private DeviceServer? _answering;
    private GatewayAddress? _answeringUnder;

    /// <summary>The gateway's own associations.</summary>
    public DeviceServer Own { get; } = own;

    /// <summary>Requests to devices nobody knows.</summary>
    public long UnknownDevices { get; private set; }

    /// <summary>Serves one APDU of a client.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port: the logical device, of the device behind where the APDU has the header.</param>
    /// <param name="apdu">The APDU; not needed any more when this returns.</param>
    /// <param name="output">Where the answer goes: one APDU. <see cref="WriteNext"/> has what follows it.</param>
    /// <returns>False where nothing is to be answered, and nothing was written.</returns>
    /// <exception cref="Wire.ProtocolException">A gateway header is cut short.</exception>
    public bool Handle(ushort clientSap, ushort serverSap, ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        (_answering, _answeringUnder) = (null, null);
        if (!GatewayHeader.TryRemove(apdu, out var device, out var user, out var isRequest))
        {
            _answering = Own;
            return Own.Handle(clientSap, serverSap, apdu, output);
        }
        if (!isRequest) return false;
        (_answering, _answeringUnder) = (Find(device), new GatewayAddress(device.NetworkId, device.PhysicalDeviceAddress.ToArray()));
        return WriteUnder(device, _answering is null ? NotPossible : _answering.Handle(clientSap, serverSap, user), output);
    }

    /// <summary>Writes the next APDU of an answer that streams, to the request that was served last; false where there is none.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port.</param>
    /// <param name="output">Where it goes: one APDU.</param>
    public bool WriteNext(ushort clientSap, ushort serverSap, IBufferWriter<byte> output)
    {
        if (_answering is null) return false;
        if (_answeringUnder is not { } device) return _answering.WriteNext(clientSap, serverSap, output);
        var next = new ArrayBufferWriter<byte>();
        return _answering.WriteNext(clientSap, serverSap, next) && WriteUnder(device, next.WrittenMemory, output);
    }

    /// <summary>A push of a device behind the gateway, as it goes up: under the header of a request.</summary>
    public static byte[] Push(GatewayAddress device, ReadOnlyMemory<byte> apdu) =>
        new GatewayRequest(device.NetworkId, device.PhysicalDeviceAddress, apdu).Encode();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var device in _devices.Values) device.Dispose();
        _devices.Clear();
        Own.Dispose();
    }

    private static bool WriteUnder(GatewayAddress device, ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        if (answer.IsEmpty) return false;
        new GatewayResponse(device.NetworkId, device.PhysicalDeviceAddress, answer).WriteTo(output);
        return true;
    }

    private DeviceServer? Find(GatewayAddress device)
    {
        if (_devices.TryGetValue(device, out var known)) return known;
        if (_devices.Count >= MaxDevices || find(device) is not { } devices)
        {
            UnknownDevices++;
            return null;
        }
        var kept = new GatewayAddress(device.NetworkId, device.PhysicalDeviceAddress.ToArray());
        return _devices[kept] = new DeviceServer(devices);
    }
}
