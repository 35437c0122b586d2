using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Class 3, Register, of a server (IEC 62056-6-2, 4.3.2).</summary>
public sealed class RegisterProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 3, logicalName)
{
    /// <summary>Attribute 2: the value as the meter counts it, without its scaler.</summary>
    public ValueTask<ReadResult<CosemData>> ReadValueAsync(CancellationToken cancellationToken) => ReadAsync(2, cancellationToken);

    /// <summary>Attribute 3: what the value is multiplied with, and its unit.</summary>
    public ValueTask<ReadResult<ScalerUnit>> ReadScalerUnitAsync(CancellationToken cancellationToken) =>
        ReadAsync(3, ScalerUnit.FromData, cancellationToken);

    /// <summary>Method 1: sets the value to its default.</summary>
    public ValueTask<ActionOutcome> ResetAsync(CancellationToken cancellationToken) =>
        InvokeAsync(1, CosemData.Integer(0), cancellationToken);
}
