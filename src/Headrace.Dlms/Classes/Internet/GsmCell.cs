using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Network and channel of a cell, which version 0 of GSM diagnostic has not (IEC 62056-6-2, 4.7).</summary>
/// <param name="CountryCode">Mobile country code.</param>
/// <param name="NetworkCode">Mobile network code.</param>
/// <param name="Channel">Absolute radio channel number.</param>
public sealed record GsmNetwork(ushort CountryCode, ushort NetworkCode, uint Channel);

/// <summary>The cell a modem uses (IEC 62056-6-2, 4.7, GSM diagnostic, cell_info).</summary>
/// <param name="CellId">Number of the cell; 16 bits in version 0.</param>
/// <param name="LocationId">Location or tracking area code.</param>
/// <param name="SignalQuality">0 is -113 dBm or less, 31 is -51 dBm or more, 99 not known.</param>
/// <param name="BitErrorRate">0 to 7 as 3GPP TS 45.008 RXQUAL, 99 not known.</param>
/// <param name="Network">Network and channel; null in version 0.</param>
public sealed record GsmCell(uint CellId, ushort LocationId, byte SignalQuality, byte BitErrorRate, GsmNetwork? Network)
    : ICosemStructure<GsmCell>
{
    /// <summary>Signal strength, in dBm; null where not known.</summary>
    public int? SignalStrength => SignalQuality <= 31 ? -113 + 2 * SignalQuality : null;

    /// <summary>Takes the structure of 7, or that of 4 of version 0.</summary>
    /// <exception cref="ProtocolException">Neither, or a number out of range.</exception>
    public static GsmCell FromData(CosemData data)
    {
        var items = data.Items.Count == 4 ? data.AsStructure(4) : data.AsStructure(7);
        var network = items.Count == 4 ? null
            : new GsmNetwork(items[4].AsNumber<ushort>(), items[5].AsNumber<ushort>(), items[6].AsNumber<uint>());
        return new GsmCell(
            items[0].AsNumber<uint>(), items[1].AsNumber<ushort>(), items[2].AsNumber<byte>(), items[3].AsNumber<byte>(), network);
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => Network is { } network
        ? CosemData.Structure(
            CosemData.DoubleLongUnsigned(CellId), CosemData.LongUnsigned(LocationId), CosemData.Unsigned(SignalQuality),
            CosemData.Unsigned(BitErrorRate), CosemData.LongUnsigned(network.CountryCode), CosemData.LongUnsigned(network.NetworkCode),
            CosemData.DoubleLongUnsigned(network.Channel))
        : CosemData.Structure(
            CosemData.LongUnsigned(unchecked((ushort)CellId)), CosemData.LongUnsigned(LocationId), CosemData.Unsigned(SignalQuality),
            CosemData.Unsigned(BitErrorRate));
}

/// <summary>A cell in the neighbourhood (IEC 62056-6-2, 4.7, GSM diagnostic, adjacent_cells).</summary>
/// <param name="CellId">Number of the cell; 16 bits in version 0.</param>
/// <param name="SignalQuality">0 is -113 dBm or less, 31 is -51 dBm or more, 99 not known.</param>
public sealed record AdjacentCell(uint CellId, byte SignalQuality) : ICosemStructure<AdjacentCell>
{
    /// <summary>The form of version 0, with a long-unsigned for the cell.</summary>
    internal static readonly CosemType<AdjacentCell> OfVersion0 = new(
        FromData,
        cell => CosemData.Structure(CosemData.LongUnsigned(unchecked((ushort)cell.CellId)), CosemData.Unsigned(cell.SignalQuality)),
        CosemTag.Structure);

    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="ProtocolException">Not such a structure, or a number out of range.</exception>
    public static AdjacentCell FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new AdjacentCell(items[0].AsNumber<uint>(), items[1].AsNumber<byte>());
    }

    /// <summary>Makes the structure of version 1 and later.</summary>
    public CosemData ToData() => CosemData.Structure(CosemData.DoubleLongUnsigned(CellId), CosemData.Unsigned(SignalQuality));
}
