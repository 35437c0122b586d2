using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes;

/// <summary>A client's view of one object of a server: typed attributes and methods over <see cref="ICosemAccess"/>. Classes without a proxy
/// of their own are reached through this one, as raw data.</summary>
/// <param name="server">Where the object is.</param>
/// <param name="classId">Interface class.</param>
/// <param name="logicalName">The object's name.</param>
public class CosemProxy(ICosemAccess server, ushort classId, LogicalName logicalName)
{
    /// <summary>Interface class.</summary>
    public ushort ClassId { get; } = classId;

    /// <summary>The object's name.</summary>
    public LogicalName LogicalName { get; } = logicalName;

    /// <summary>Reads an attribute as it is.</summary>
    public ValueTask<ReadResult<CosemData>> ReadAsync(sbyte attribute, CancellationToken cancellationToken) =>
        ReadAsync(attribute, data => data, cancellationToken);

    /// <summary>Writes an attribute as it is.</summary>
    public ValueTask<DataAccessResult> WriteAsync(sbyte attribute, CosemData value, CancellationToken cancellationToken) =>
        server.SetAsync(new CosemAttributeDescriptor(ClassId, LogicalName, attribute), value, cancellationToken);

    /// <summary>Invokes a method.</summary>
    /// <param name="method">Its number.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<ActionOutcome> InvokeAsync(sbyte method, CosemData? parameter, CancellationToken cancellationToken) =>
        server.ActionAsync(new CosemMethodDescriptor(ClassId, LogicalName, method), parameter, cancellationToken);

    /// <summary>Reads an attribute, or a part of it, and takes it apart.</summary>
    /// <exception cref="ProtocolException">The value has another form than the class says; the message names the attribute.</exception>
    protected async ValueTask<ReadResult<T>> ReadAsync<T>(
        sbyte attribute, Func<CosemData, T> take, CancellationToken cancellationToken, SelectiveAccess? selection = null)
    {
        var result = await server.GetAsync(new CosemAttributeDescriptor(ClassId, LogicalName, attribute), selection, cancellationToken);
        return result.Data is { } data ? ReadResult<T>.Of(Take(attribute, take, data)) : ReadResult<T>.Refused(result.Error);
    }

    /// <summary>Invokes a method that returns a value, and takes that apart.</summary>
    /// <exception cref="ProtocolException">The value is missing or has another form than the class says.</exception>
    protected async ValueTask<ReadResult<T>> InvokeAsync<T>(
        sbyte method, CosemData? parameter, Func<CosemData, T> take, CancellationToken cancellationToken)
    {
        var outcome = await InvokeAsync(method, parameter, cancellationToken);
        if (outcome.Result != ActionResult.Success) return ReadResult<T>.Refused((DataAccessResult)outcome.Result);
        return outcome.ReturnParameters is { Data: { } data }
            ? ReadResult<T>.Of(Take(method, take, data))
            : ReadResult<T>.Refused(outcome.ReturnParameters?.Error ?? DataAccessResult.OtherReason);
    }

    private T Take<T>(sbyte member, Func<CosemData, T> take, CosemData data)
    {
        try
        {
            return take(data);
        }
        catch (ProtocolException e)
        {
            throw new ProtocolException($"class {ClassId}, {LogicalName}, member {member}: {e.Message}");
        }
    }
}
