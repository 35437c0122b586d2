using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 45, GPRS modem setup, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record GprsSetup
{
    /// <summary>Attribute 2, APN: access point name.</summary>
    public string AccessPointName { get; init; } = "";

    /// <summary>Attribute 3, PIN_code: personal identification number of the SIM; written only.</summary>
    public ushort PinCode { get; init; }

    /// <summary>Attribute 4, quality_of_service: default and requested quality.</summary>
    public GprsQuality QualityOfService { get; init; } = new(new(0, 0, 0, 0, 0), new(0, 0, 0, 0, 0));

    /// <summary>Names the state; its secrets are left out.</summary>
    public override string ToString() => nameof(GprsSetup);
}

/// <summary>A quality of service of GPRS, as numbers of 3GPP TS 24.008; 0 is as subscribed (IEC 62056-6-2, 4.7).</summary>
/// <param name="Precedence">Precedence class.</param>
/// <param name="Delay">Delay class.</param>
/// <param name="Reliability">Reliability class.</param>
/// <param name="PeakThroughput">Peak throughput class.</param>
/// <param name="MeanThroughput">Mean throughput class.</param>
public sealed record QualityElement(
    byte Precedence, byte Delay, byte Reliability, byte PeakThroughput, byte MeanThroughput)
    : ICosemStructure<QualityElement>
{
    /// <summary>Takes the structure of 5.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static QualityElement FromData(CosemData data)
    {
        var items = data.AsStructure(5);
        return new QualityElement(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]), CosemTypes.Unsigned.FromData(items[2]),
            CosemTypes.Unsigned.FromData(items[3]), CosemTypes.Unsigned.FromData(items[4]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(Precedence), CosemTypes.Unsigned.ToData(Delay), CosemTypes.Unsigned.ToData(Reliability),
        CosemTypes.Unsigned.ToData(PeakThroughput), CosemTypes.Unsigned.ToData(MeanThroughput));
}

/// <summary>Default and requested quality of service (IEC 62056-6-2, 4.7).</summary>
/// <param name="Default">The least that is taken.</param>
/// <param name="Requested">What is asked for.</param>
public sealed record GprsQuality(QualityElement Default, QualityElement Requested) : ICosemStructure<GprsQuality>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static GprsQuality FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new GprsQuality(QualityElement.FromData(items[0]), QualityElement.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(Default.ToData(), Requested.ToData());
}
