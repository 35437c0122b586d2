using System.Runtime.CompilerServices;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

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

    /// <summary>Reads the buffer of a profile, or any array, row by row: as they arrive where the way there can, else at once.</summary>
    /// <exception cref="DlmsRefusalException">The server gives a reason in place of rows.</exception>
    async IAsyncEnumerable<CosemData> ReadProfileAsync(
        CosemAttributeDescriptor attribute, SelectiveAccess? selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var result = await GetAsync(attribute, selection, cancellationToken);
        if (result.Data is not { } rows) throw new DlmsRefusalException($"The server refused: {result.Error.Name()}.", null, result.Error);
        foreach (var row in rows.AsArray()) yield return row;
    }
}
