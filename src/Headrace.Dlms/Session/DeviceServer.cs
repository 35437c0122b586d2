using System.Buffers;
using Headrace.Dlms.Classes;

namespace Headrace.Dlms.Session;

/// <summary>The logical devices behind one connection, reached by wrapper ports or HDLC addresses: finds the association of client and
/// server SAP.</summary>
/// <remarks>One for each connection; the devices are shared. There are as many associations at most as the devices have settings,
/// whatever SAPs a client tries.</remarks>
public sealed class DeviceServer(params IReadOnlyList<LogicalDevice> devices) : IDisposable
{
    private readonly List<Known> _associations = new(1);

    private readonly record struct Known(ushort Client, ushort Server, ServerAssociation Association);

    /// <summary>Associations there are, open or not.</summary>
    public int Count => _associations.Count;

    /// <summary>Serves one APDU of a client. Empty where nothing is to be answered: nobody is there under that SAP, or the service is
    /// unconfirmed.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port.</param>
    /// <param name="apdu">The APDU.</param>
    public ReadOnlyMemory<byte> Handle(ushort clientSap, ushort serverSap, ReadOnlyMemory<byte> apdu) =>
        Find(clientSap, serverSap) is { } association ? association.Handle(apdu) : default;

    /// <summary>Serves one APDU of a client.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port.</param>
    /// <param name="apdu">The APDU; not needed any more when this returns.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>False where nothing is to be answered.</returns>
    public bool Handle(ushort clientSap, ushort serverSap, ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output) =>
        Find(clientSap, serverSap) is { } association && association.Handle(apdu, output);

    /// <summary>Writes the next APDU of an answer that streams, to the client whose request was served last; false where there is
    /// none.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port.</param>
    /// <param name="output">Where it goes: one APDU.</param>
    public bool WriteNext(ushort clientSap, ushort serverSap, IBufferWriter<byte> output) =>
        Find(clientSap, serverSap) is { } association && association.WriteNext(output);

    /// <summary>The association of a client with a logical device; null where the device does not know the client.</summary>
    public ServerAssociation? Find(ushort clientSap, ushort serverSap)
    {
        foreach (var known in _associations)
        {
            if (known.Client == clientSap && known.Server == serverSap) return known.Association;
        }
        foreach (var device in devices)
        {
            if (device.Sap != serverSap) continue;
            foreach (var settings in device.Associations)
            {
                if (settings.ClientSap != clientSap) continue;
                var association = new ServerAssociation(device, settings);
                _associations.Add(new Known(clientSap, serverSap, association));
                return association;
            }
        }
        return null;
    }

    /// <summary>Ends one association: its HDLC link is closed or was opened anew.</summary>
    public void Reset(ushort clientSap, ushort serverSap)
    {
        foreach (var known in _associations)
        {
            if (known.Client == clientSap && known.Server == serverSap) known.Association.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var known in _associations) known.Association.Dispose();
        _associations.Clear();
    }
}
