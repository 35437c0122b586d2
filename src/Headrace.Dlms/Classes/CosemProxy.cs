using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>A client's view of one object of a server: typed attributes and methods over <see cref="ICosemAccess"/>. Classes without a
/// proxy of their own are reached through this one, as raw data.</summary>
/// <param name="server">Where the object is.</param>
/// <param name="classId">Interface class.</param>
/// <param name="logicalName">The object's name.</param>
public class CosemProxy(ICosemAccess server, ushort classId, LogicalName logicalName)
{
    /// <summary>Where the object is.</summary>
    protected ICosemAccess Server { get; } = server;

    /// <summary>Interface class.</summary>
    public ushort ClassId { get; } = classId;

    /// <summary>The object's name.</summary>
    public LogicalName LogicalName { get; } = logicalName;

    /// <summary>An attribute as raw data.</summary>
    public AttributeProxy<CosemData> Attribute(sbyte attribute) => Attribute(attribute, CosemTypes.Any);

    /// <summary>A method with raw data for its parameter.</summary>
    public MethodProxy<CosemData> Method(sbyte method) => Method(method, CosemTypes.Any);

    /// <summary>Reads an attribute as it is.</summary>
    public ValueTask<ReadResult<CosemData>> ReadAsync(sbyte attribute, CancellationToken cancellationToken) =>
        Attribute(attribute).ReadAsync(cancellationToken);

    /// <summary>Writes an attribute as it is.</summary>
    public ValueTask<DataAccessResult> WriteAsync(sbyte attribute, CosemData value, CancellationToken cancellationToken) =>
        Attribute(attribute).WriteAsync(value, cancellationToken);

    /// <summary>Invokes a method.</summary>
    /// <param name="method">Its number.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<ActionOutcome> InvokeAsync(sbyte method, CosemData? parameter, CancellationToken cancellationToken) =>
        Server.ActionAsync(new CosemMethodDescriptor(ClassId, LogicalName, method), parameter, cancellationToken);

    /// <summary>An attribute of a type.</summary>
    public AttributeProxy<T> Attribute<T>(sbyte attribute, CosemType<T> type) =>
        new(Server, new CosemAttributeDescriptor(ClassId, LogicalName, attribute), type);

    /// <summary>A method whose parameter means nothing.</summary>
    protected MethodProxy Command(sbyte method) => new(Server, new CosemMethodDescriptor(ClassId, LogicalName, method));

    /// <summary>A method with a parameter of a type.</summary>
    public MethodProxy<T> Method<T>(sbyte method, CosemType<T> type) =>
        new(Server, new CosemMethodDescriptor(ClassId, LogicalName, method), type);

    /// <summary>A method with a parameter and a return value of types.</summary>
    public MethodProxy<T, TResult> Method<T, TResult>(sbyte method, CosemType<T> type, CosemType<TResult> resultType) =>
        new(Server, new CosemMethodDescriptor(ClassId, LogicalName, method), type, resultType);
}
