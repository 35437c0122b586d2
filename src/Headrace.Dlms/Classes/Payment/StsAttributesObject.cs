using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 116, IEC 62055-41 attributes, of a server (IEC 62056-6-2, 4.6).</summary>
public sealed class StsAttributesObject : StateObject<StsAttributes>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public StsAttributesObject(LogicalName name, StsAttributes state)
        : base(116, 0, name, state)
    {
        Keep(2, CosemTypes.Structure<MeterPan>(), s => s.MeterPan);
        Keep(3, CosemTypes.Text, s => s.Commodity);
        Keep(4, CosemTypes.Array(CosemTypes.Unsigned), s => s.CarrierTypes);
        Keep(5, CosemTypes.Unsigned, s => s.EncryptionAlgorithm);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.SupplyGroupCode);
        Keep(7, CosemTypes.Unsigned, s => s.TariffIndex);
        Keep(8, CosemTypes.Unsigned, s => s.KeyRevision);
        Keep(9, CosemTypes.Unsigned, s => s.KeyType);
        Keep(10, CosemTypes.Unsigned, s => s.KeyExpiry);
        Keep(11, CosemTypes.Unsigned, s => s.KeyChangeTokens);
        Keep(12, CosemTypes.Text, s => s.CertificateNumber);
    }
}
