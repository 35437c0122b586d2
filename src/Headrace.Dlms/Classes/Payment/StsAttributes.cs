using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an object of class 116, IEC 62055-41 attributes, says (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record StsAttributes
{
    /// <summary>Attribute 2, meter_PAN: primary account number of the meter.</summary>
    public MeterPan MeterPan { get; init; } = new(0, 0, 0);

    /// <summary>Attribute 3, commodity: what is sold.</summary>
    public string Commodity { get; init; } = "";

    /// <summary>Attribute 4, token_carrier_types: token carriers taken: 1 magnetic card, 2 numeric, 7 and 8 virtual.</summary>
    public IReadOnlyList<byte> CarrierTypes { get; init; } = [];

    /// <summary>Attribute 5, encryption_algorithm: 7 STA, 9 DEA, 11 MISTY1.</summary>
    public byte EncryptionAlgorithm { get; init; }

    /// <summary>Attribute 6, supply_group_code: supply group, six digits.</summary>
    public uint SupplyGroupCode { get; init; }

    /// <summary>Attribute 7, tariff_index: tariff, two digits.</summary>
    public byte TariffIndex { get; init; }

    /// <summary>Attribute 8, key_revision_number: revision of the key, 1 to 9.</summary>
    public byte KeyRevision { get; init; }

    /// <summary>Attribute 9, key_type: 0 initialization, 1 default, 2 unique, 3 common.</summary>
    public byte KeyType { get; init; }

    /// <summary>Attribute 10, key_expiry_number: after which token identifiers the key is no more good.</summary>
    public byte KeyExpiry { get; init; }

    /// <summary>Attribute 11, no_of_KCT_supported: key change tokens taken for one key.</summary>
    public byte KeyChangeTokens { get; init; }

    /// <summary>Attribute 12, STS_certificate_no: certificate of the meter.</summary>
    public string CertificateNumber { get; init; } = "";
}

/// <summary>Primary account number of a meter (IEC 62056-6-2, 4.6; IEC 62055-41).</summary>
/// <param name="Issuer">Issuer identification number, six digits.</param>
/// <param name="DecoderReference">Decoder reference number, 11 or 13 digits.</param>
/// <param name="CheckDigit">Check digit over both.</param>
public sealed record MeterPan(uint Issuer, ulong DecoderReference, byte CheckDigit) : ICosemStructure<MeterPan>
{
    /// <summary>Whether the check digit is that of the digits before it (ISO/IEC 7812, Luhn).</summary>
    public bool IsValid
    {
        get
        {
            var digits = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Issuer}{DecoderReference:D11}{CheckDigit}");
            var sum = 0;
            for (var i = 0; i < digits.Length; i++)
            {
                var digit = digits[^(i + 1)] - '0';
                if (i % 2 == 1) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
                sum += digit;
            }
            return CheckDigit <= 9 && sum % 10 == 0;
        }
    }

    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static MeterPan FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new MeterPan(
            CosemTypes.DoubleLongUnsigned.FromData(items[0]), SetupTypes.Long64Unsigned.FromData(items[1]),
            CosemTypes.Unsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.DoubleLongUnsigned.ToData(Issuer), SetupTypes.Long64Unsigned.ToData(DecoderReference),
        CosemTypes.Unsigned.ToData(CheckDigit));
}
