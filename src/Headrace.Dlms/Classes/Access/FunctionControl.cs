using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>What an object of class 122, Function control, says (IEC 62056-6-2, 4.4).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record FunctionControl
{
    /// <summary>Attribute 2, activation_status: which functions are on.</summary>
    public IReadOnlyList<FunctionStatus> ActivationStatus { get; init; } = [];

    /// <summary>Attribute 3, function_list: the functions, with the objects each is made of.</summary>
    public IReadOnlyList<FunctionDefinition> Functions { get; init; } = [];
}

/// <summary>Whether a function is on (IEC 62056-6-2, 4.4).</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Active">It is on.</param>
public sealed record FunctionStatus(string Name, bool Active) : ICosemStructure<FunctionStatus>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static FunctionStatus FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new FunctionStatus(CosemTypes.Text.FromData(items[0]), CosemTypes.Boolean.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(CosemTypes.Text.ToData(Name), CosemTypes.Boolean.ToData(Active));
}

/// <summary>An object that a function is made of (IEC 62056-6-2, 4.4).</summary>
/// <param name="ClassId">Class of the object; 0 for none.</param>
/// <param name="LogicalName">The object.</param>
public sealed record FunctionObject(ushort ClassId, LogicalName LogicalName) : ICosemStructure<FunctionObject>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static FunctionObject FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new FunctionObject(CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.LogicalName.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(ClassId), CosemTypes.LogicalName.ToData(LogicalName));
}

/// <summary>A function and its objects (IEC 62056-6-2, 4.4).</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Objects">The objects.</param>
public sealed record FunctionDefinition(string Name, IReadOnlyList<FunctionObject> Objects) : ICosemStructure<FunctionDefinition>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static FunctionDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new FunctionDefinition(CosemTypes.Text.FromData(items[0]), CosemTypes.Array<FunctionObject>().FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Text.ToData(Name), CosemTypes.Array<FunctionObject>().ToData(Objects));
}
