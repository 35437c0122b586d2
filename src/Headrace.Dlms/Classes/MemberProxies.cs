using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes;

/// <summary>One attribute of an object of a server, typed: <c>await register.ScalerUnit.ReadAsync(token)</c>.</summary>
/// <typeparam name="T">What its value is taken for.</typeparam>
/// <param name="server">Where the object is.</param>
/// <param name="descriptor">Class, object and attribute.</param>
/// <param name="type">How the value stands in it.</param>
public readonly struct AttributeProxy<T>(ICosemAccess server, CosemAttributeDescriptor descriptor, CosemType<T> type)
{
    /// <summary>Class, object and attribute.</summary>
    public CosemAttributeDescriptor Descriptor => descriptor;

    /// <summary>Reads it.</summary>
    /// <exception cref="ProtocolException">The value has another form than the class says; the message names the attribute.</exception>
    public ValueTask<ReadResult<T>> ReadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <summary>Reads it, or a part of it.</summary>
    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public async ValueTask<ReadResult<T>> ReadAsync(SelectiveAccess? selection, CancellationToken cancellationToken)
    {
        var attribute = descriptor;
        var take = type.FromData;
        var result = await server.GetAsync(attribute, selection, cancellationToken);
        return result.Data is { } data
            ? ReadResult<T>.Of(Member.Take(attribute.ClassId, attribute.LogicalName, attribute.AttributeId, take, data))
            : ReadResult<T>.Refused(result.Error);
    }

    /// <summary>Writes it.</summary>
    public ValueTask<DataAccessResult> WriteAsync(T value, CancellationToken cancellationToken) =>
        server.SetAsync(descriptor, type.ToData(value), cancellationToken);
}

/// <summary>A method without a parameter of meaning, of an object of a server; integer 0 is sent, as the standard has it.</summary>
/// <param name="server">Where the object is.</param>
/// <param name="descriptor">Class, object and method.</param>
public readonly struct MethodProxy(ICosemAccess server, CosemMethodDescriptor descriptor)
{
    /// <summary>Class, object and method.</summary>
    public CosemMethodDescriptor Descriptor => descriptor;

    /// <summary>Invokes it.</summary>
    public async ValueTask<ActionResult> InvokeAsync(CancellationToken cancellationToken) =>
        (await server.ActionAsync(descriptor, CosemData.Integer(0), cancellationToken)).Result;
}

/// <summary>A method of an object of a server, with its parameter typed.</summary>
/// <typeparam name="T">What the parameter is made of.</typeparam>
/// <param name="server">Where the object is.</param>
/// <param name="descriptor">Class, object and method.</param>
/// <param name="type">How the parameter stands in it.</param>
public readonly struct MethodProxy<T>(ICosemAccess server, CosemMethodDescriptor descriptor, CosemType<T> type)
{
    /// <summary>Class, object and method.</summary>
    public CosemMethodDescriptor Descriptor => descriptor;

    /// <summary>Invokes it.</summary>
    public async ValueTask<ActionResult> InvokeAsync(T parameter, CancellationToken cancellationToken) =>
        (await server.ActionAsync(descriptor, type.ToData(parameter), cancellationToken)).Result;
}

/// <summary>A method of an object of a server that returns a value.</summary>
/// <typeparam name="T">What the parameter is made of.</typeparam>
/// <typeparam name="TResult">What is returned.</typeparam>
/// <param name="server">Where the object is.</param>
/// <param name="descriptor">Class, object and method.</param>
/// <param name="type">How the parameter stands in it.</param>
/// <param name="resultType">How the value stands in the return parameters.</param>
public readonly struct MethodProxy<T, TResult>(
    ICosemAccess server, CosemMethodDescriptor descriptor, CosemType<T> type, CosemType<TResult> resultType)
{
    /// <summary>Class, object and method.</summary>
    public CosemMethodDescriptor Descriptor => descriptor;

    /// <summary>Invokes it.</summary>
    /// <exception cref="ProtocolException">The value has another form than the class says.</exception>
    public async ValueTask<ReadResult<TResult>> InvokeAsync(T parameter, CancellationToken cancellationToken)
    {
        var method = descriptor;
        var take = resultType.FromData;
        var outcome = await server.ActionAsync(method, type.ToData(parameter), cancellationToken);
        if (outcome.Result != ActionResult.Success) return ReadResult<TResult>.Refused((DataAccessResult)outcome.Result);
        return outcome.ReturnParameters is { Data: { } data }
            ? ReadResult<TResult>.Of(Member.Take(method.ClassId, method.LogicalName, method.MethodId, take, data))
            : ReadResult<TResult>.Refused(outcome.ReturnParameters?.Error ?? DataAccessResult.OtherReason);
    }
}

/// <summary>What the members share.</summary>
internal static class Member
{
    /// <summary>Takes a value apart; a wrong shape names the member.</summary>
    internal static T Take<T>(ushort classId, LogicalName name, sbyte member, Func<CosemData, T> take, CosemData data)
    {
        try
        {
            return take(data);
        }
        catch (ProtocolException e)
        {
            throw new ProtocolException($"class {classId}, {name}, member {member}: {e.Message}", inner: e);
        }
    }
}
