using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>An object by class and name (IEC 62056-6-2, Register activation, object_definition).</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
public sealed record ObjectDefinition(ushort ClassId, LogicalName LogicalName) : ICosemStructure<ObjectDefinition>
{
    /// <inheritdoc/>
    public static ObjectDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ObjectDefinition(items[0].AsNumber<ushort>(), items[1].AsLogicalName());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.LongUnsigned(ClassId), CosemData.OctetString(LogicalName));
}

/// <summary>Which registers count together (IEC 62056-6-2, Register activation, register_act_mask).</summary>
/// <param name="Name">The mask's name.</param>
/// <param name="Indexes">Positions in register_assignment, from 1.</param>
public sealed record RegisterActivationMask(string Name, IReadOnlyList<byte> Indexes) : ICosemStructure<RegisterActivationMask>
{
    /// <inheritdoc/>
    public static RegisterActivationMask FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new RegisterActivationMask(CosemTypes.Text.FromData(items[0]), items[1].AsList(CosemTypes.AsNumber<byte>));
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Text.ToData(Name), CosemData.Array([.. Indexes.Select(CosemData.Unsigned)]));
}

/// <summary>Class 6, Register activation: which registers of a tariff count (IEC 62056-6-2, Register activation).</summary>
public sealed class RegisterActivationObject : CosemObject
{
    private const int MaximumIndex = byte.MaxValue;

    private readonly Lock _gate = new();
    private readonly Action<string>? _activated;

    /// <summary>A register activation.</summary>
    /// <param name="name">Its name, as a rule 0-0:14.0.0.255.</param>
    /// <param name="registers">Attribute 2.</param>
    /// <param name="masks">Attribute 3.</param>
    /// <param name="activeMask">Attribute 4; empty for none.</param>
    /// <param name="activated">Told of a mask that a client made the active one.</param>
    public RegisterActivationObject(
        LogicalName name, IReadOnlyList<ObjectDefinition> registers, IReadOnlyList<RegisterActivationMask> masks, string activeMask = "",
        Action<string>? activated = null) : base(6, 0, name)
    {
        (Registers, Masks, ActiveMask, _activated) = (registers, masks, activeMask, activated);
        WithAttribute(2, CosemTypes.Array<ObjectDefinition>(), () => Registers);
        WithAttribute(3, CosemTypes.Array<RegisterActivationMask>(), () => Masks);
        WithAttribute(4, CosemTypes.Text, () => ActiveMask, Activate, wanted => wanted.Length == 0 || Find(wanted) is not null);
        WithMethod(1, CosemTypes.Structure<ObjectDefinition>(), AddRegister);
        WithMethod(2, CosemTypes.Structure<RegisterActivationMask>(), AddMask);
        WithMethod(3, CosemTypes.Text, DeleteMask);
    }

    /// <summary>The registers in question, attribute 2.</summary>
    public IReadOnlyList<ObjectDefinition> Registers { get; private set; }

    /// <summary>The masks, attribute 3.</summary>
    public IReadOnlyList<RegisterActivationMask> Masks { get; private set; }

    /// <summary>Name of the mask that holds, attribute 4; empty where none does.</summary>
    public string ActiveMask { get; private set; }

    /// <summary>The registers that count now.</summary>
    public IReadOnlyList<ObjectDefinition> ActiveRegisters => Find(ActiveMask) is { } mask
        ? [.. mask.Indexes.Where(i => i >= 1 && i <= Registers.Count).Select(i => Registers[i - 1])]
        : [];

    /// <summary>Makes a mask the active one.</summary>
    public void Activate(string mask)
    {
        ActiveMask = mask;
        _activated?.Invoke(mask);
    }

    private RegisterActivationMask? Find(string name) => Masks.FirstOrDefault(m => m.Name == name);

    private MethodAnswer AddRegister(ObjectDefinition added)
    {
        lock (_gate)
        {
            if (Registers.Count == MaximumIndex) return ActionResult.OtherReason;
            Registers = [.. Registers, added];
        }
        return MethodAnswer.Done;
    }

    /// <summary>A mask of the same name is replaced.</summary>
    private MethodAnswer AddMask(RegisterActivationMask added)
    {
        lock (_gate)
        {
            if (added.Indexes.Any(i => i < 1 || i > Registers.Count) || Masks.Count == MaximumIndex) return ActionResult.OtherReason;
            Masks = [.. Masks.Where(m => m.Name != added.Name), added];
        }
        return MethodAnswer.Done;
    }

    private MethodAnswer DeleteMask(string name)
    {
        lock (_gate)
        {
            if (Find(name) is null) return ActionResult.ObjectUndefined;
            if (ActiveMask == name) return ActionResult.TemporaryFailure;
            Masks = [.. Masks.Where(m => m.Name != name)];
        }
        return MethodAnswer.Done;
    }
}

/// <summary>Class 6, Register activation, of a server (IEC 62056-6-2, Register activation).</summary>
public sealed class RegisterActivationProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 6, logicalName)
{
    /// <summary>Attribute 2: the registers in question.</summary>
    public AttributeProxy<IReadOnlyList<ObjectDefinition>> RegisterAssignment => Attribute(2, CosemTypes.Array<ObjectDefinition>());

    /// <summary>Attribute 3: the masks.</summary>
    public AttributeProxy<IReadOnlyList<RegisterActivationMask>> MaskList => Attribute(3, CosemTypes.Array<RegisterActivationMask>());

    /// <summary>Attribute 4: name of the mask that holds.</summary>
    public AttributeProxy<string> ActiveMask => Attribute(4, CosemTypes.Text);

    /// <summary>Method 1: appends a register.</summary>
    public MethodProxy<ObjectDefinition> AddRegister => Method(1, CosemTypes.Structure<ObjectDefinition>());

    /// <summary>Method 2: adds a mask, or replaces the one of its name.</summary>
    public MethodProxy<RegisterActivationMask> AddMask => Method(2, CosemTypes.Structure<RegisterActivationMask>());

    /// <summary>Method 3: deletes a mask by its name.</summary>
    public MethodProxy<string> DeleteMask => Method(3, CosemTypes.Text);
}
