using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 122, Function control, of a server, as a client sees it (IEC 62056-6-2, 4.4).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class FunctionControlProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 122, logicalName)
{
    /// <summary>Attribute 2, activation_status: which functions are on.</summary>
    public AttributeProxy<IReadOnlyList<FunctionStatus>> ActivationStatus => Attribute(2, CosemTypes.Array<FunctionStatus>());

    /// <summary>Attribute 3, function_list: the functions, with the objects each is made of.</summary>
    public AttributeProxy<IReadOnlyList<FunctionDefinition>> Functions => Attribute(3, CosemTypes.Array<FunctionDefinition>());

    /// <summary>Method 1, set_function_status: switches functions on and off.</summary>
    public MethodProxy<IReadOnlyList<FunctionStatus>> SetStatus => Method(1, CosemTypes.Array<FunctionStatus>());

    /// <summary>Method 2, add_function: adds a function, switched off; one of that name is replaced.</summary>
    public MethodProxy<FunctionDefinition> AddFunction => Method(2, CosemTypes.Structure<FunctionDefinition>());

    /// <summary>Method 3, remove_function: removes the function of that name.</summary>
    public MethodProxy<FunctionDefinition> RemoveFunction => Method(3, CosemTypes.Structure<FunctionDefinition>());
}
