using System.Collections.Concurrent;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Dlms.Data;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Finds the channel of a value of one device type. Each combination is asked of the store once; the rest is one look-up.
/// </summary>
internal sealed class ChannelMap
{
    private readonly ConcurrentDictionary<Slot, short> _channels = new();
    private readonly Dictionary<(LogicalName, sbyte), Quantity> _known = [];
    private readonly IChannelStore _store;

    /// <param name="type">The type, whose quantities tell scalers and units that a message leaves out.</param>
    /// <param name="store">Numbers the channels.</param>
    public ChannelMap(DeviceType type, IChannelStore store)
    {
        _store = store;
        var told = type.Pushes.SelectMany(p => p.Elements).Concat(type.Profiles.SelectMany(p => p.Columns)).Concat(type.Registers);
        foreach (var quantity in told)
            _known.TryAdd((LogicalName.Parse(quantity.Obis), quantity.Attribute), quantity);
    }

    /// <summary>The number of a channel.</summary>
    /// <param name="profile">The capturing profile, or null for a momentary value.</param>
    /// <param name="name">The object.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="scaler">As the message says; null takes that of the type, or 0.</param>
    /// <param name="unit">As the message says; null takes that of the type, or none.</param>
    /// <param name="decimals">Places by which a float was shifted to become a raw count.</param>
    /// <exception cref="InvalidOperationException">More channels than are believable.</exception>
    public short Of(LoadProfile? profile, LogicalName name, sbyte attribute, sbyte? scaler, byte? unit, int decimals = 0)
    {
        var slot = new Slot(Pack(name, attribute), profile?.Number ?? 0, scaler ?? short.MinValue, unit ?? -1, decimals);
        return _channels.TryGetValue(slot, out var number) ? number : Add(slot, profile, name, attribute, scaler, unit, decimals);
    }

    private short Add(Slot slot, LoadProfile? profile, LogicalName name, sbyte attribute, sbyte? scaler, byte? unit, int decimals)
    {
        var known = _known.GetValueOrDefault((name, attribute));
        var power = scaler ?? known?.Scaler ?? 0;
        var symbol = unit is { } code ? ((Unit)code).Symbol() : known?.Unit ?? "";
        var number = _store.Resolve(new ChannelKey(profile?.Obis ?? "", name.ToString(), attribute, power - decimals, symbol));
        _channels[slot] = number;
        return number;
    }

    private static ulong Pack(LogicalName name, sbyte attribute) =>
        ((ulong)name.A << 48) | ((ulong)name.B << 40) | ((ulong)name.C << 32) | ((ulong)name.D << 24)
        | ((ulong)name.E << 16) | ((ulong)name.F << 8) | unchecked((byte)attribute);

    private readonly record struct Slot(ulong Name, short Profile, short Scaler, int Unit, int Decimals);
}
