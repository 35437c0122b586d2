using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 116, IEC 62055-41 attributes, of a server, as a client sees it (IEC 62056-6-2, 4.6).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class StsAttributesProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 116, logicalName)
{
    /// <summary>Attribute 2, meter_PAN: primary account number of the meter.</summary>
    public AttributeProxy<MeterPan> MeterPan => Attribute(2, CosemTypes.Structure<MeterPan>());

    /// <summary>Attribute 3, commodity: what is sold.</summary>
    public AttributeProxy<string> Commodity => Attribute(3, CosemTypes.Text);

    /// <summary>Attribute 4, token_carrier_types: token carriers taken: 1 magnetic card, 2 numeric, 7 and 8 virtual.</summary>
    public AttributeProxy<IReadOnlyList<byte>> CarrierTypes => Attribute(4, CosemTypes.Array(CosemTypes.Unsigned));

    /// <summary>Attribute 5, encryption_algorithm: 7 STA, 9 DEA, 11 MISTY1.</summary>
    public AttributeProxy<byte> EncryptionAlgorithm => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, supply_group_code: supply group, six digits.</summary>
    public AttributeProxy<uint> SupplyGroupCode => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, tariff_index: tariff, two digits.</summary>
    public AttributeProxy<byte> TariffIndex => Attribute(7, CosemTypes.Unsigned);

    /// <summary>Attribute 8, key_revision_number: revision of the key, 1 to 9.</summary>
    public AttributeProxy<byte> KeyRevision => Attribute(8, CosemTypes.Unsigned);

    /// <summary>Attribute 9, key_type: 0 initialization, 1 default, 2 unique, 3 common.</summary>
    public AttributeProxy<byte> KeyType => Attribute(9, CosemTypes.Unsigned);

    /// <summary>Attribute 10, key_expiry_number: after which token identifiers the key is no more good.</summary>
    public AttributeProxy<byte> KeyExpiry => Attribute(10, CosemTypes.Unsigned);

    /// <summary>Attribute 11, no_of_KCT_supported: key change tokens taken for one key.</summary>
    public AttributeProxy<byte> KeyChangeTokens => Attribute(11, CosemTypes.Unsigned);

    /// <summary>Attribute 12, STS_certificate_no: certificate of the meter.</summary>
    public AttributeProxy<string> CertificateNumber => Attribute(12, CosemTypes.Text);
}
