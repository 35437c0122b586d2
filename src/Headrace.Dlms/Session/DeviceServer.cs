using Headrace.Dlms.Classes;

namespace Headrace.Dlms.Session;

/// <summary>The logical devices behind one connection, reached by wrapper ports or HDLC addresses: finds the association of client and
/// server SAP.</summary>
/// <remarks>One for each connection; the devices are shared.</remarks>
public sealed class DeviceServer(params IReadOnlyList<LogicalDevice> devices) : IDisposable
{
    private readonly Dictionary<(ushort Client, ushort Server), ServerAssociation> _associations = [];

    /// <summary>Serves one APDU of a client. Empty where nothing is to be answered: nobody is there under that SAP, or the service is
    /// unconfirmed.</summary>
    /// <param name="clientSap">Source port.</param>
    /// <param name="serverSap">Destination port.</param>
    /// <param name="apdu">The APDU.</param>
    public ReadOnlyMemory<byte> Handle(ushort clientSap, ushort serverSap, ReadOnlyMemory<byte> apdu) =>
        Find(clientSap, serverSap) is { } association ? association.Handle(apdu) : default;

    /// <summary>The association of a client with a logical device; null where the device does not know the client.</summary>
    public ServerAssociation? Find(ushort clientSap, ushort serverSap)
    {
        if (_associations.TryGetValue((clientSap, serverSap), out var known)) return known;
        var device = devices.FirstOrDefault(d => d.Sap == serverSap);
        var settings = device?.Associations.FirstOrDefault(a => a.ClientSap == clientSap);
        if (settings is null) return null;
        return _associations[(clientSap, serverSap)] = new ServerAssociation(device!, settings);
    }

    /// <summary>Ends one association: its HDLC link is closed or was opened anew.</summary>
    public void Reset(ushort clientSap, ushort serverSap)
    {
        if (_associations.TryGetValue((clientSap, serverSap), out var known)) known.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var association in _associations.Values) association.Dispose();
        _associations.Clear();
    }
}
