using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>Attributes and methods of a server, however they are reached: what the proxies of the interface classes stand on.</summary>
/// <remarks>A refusal is a result. What the link or the protocol breaks is an exception of the implementation.</remarks>
public interface ICosemAccess
{
    /// <summary>Reads one attribute, or a part of it.</summary>
    ValueTask<GetDataResult> GetAsync(CosemAttributeDescriptor attribute, SelectiveAccess? selection, CancellationToken cancellationToken);

    /// <summary>Writes one attribute.</summary>
    ValueTask<DataAccessResult> SetAsync(CosemAttributeDescriptor attribute, CosemData value, CancellationToken cancellationToken);

    /// <summary>Invokes a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<ActionOutcome> ActionAsync(CosemMethodDescriptor method, CosemData? parameter, CancellationToken cancellationToken);
}
