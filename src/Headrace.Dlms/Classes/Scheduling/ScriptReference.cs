using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>A script of a script table (IEC 62056-6-2, Register monitor, action_item; the same in schedules and limiters).</summary>
/// <param name="ScriptTable">The script table.</param>
/// <param name="Selector">The script in it; 0 for none.</param>
public sealed record ScriptReference(LogicalName ScriptTable, ushort Selector) : ICosemStructure<ScriptReference>
{
    private const ushort ScriptTableClass = 9;
    private const sbyte Execute = 1;

    /// <summary>No script.</summary>
    public static ScriptReference None { get; } = new(default, 0);

    /// <inheritdoc/>
    public static ScriptReference FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ScriptReference(items[0].AsLogicalName(), items[1].AsNumber<ushort>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.OctetString(ScriptTable), CosemData.LongUnsigned(Selector));

    /// <summary>Runs the script, as the device itself; does nothing where there is none to run.</summary>
    public MethodAnswer RunOn(LogicalDevice device) => Selector == 0
        ? MethodAnswer.Done
        : device.InvokeInternally(ScriptTableClass, ScriptTable, Execute, CosemData.LongUnsigned(Selector));
}

/// <summary>An attribute of an object (IEC 62056-6-2, Register monitor, value_definition; the same in limiters and parameter
/// monitors).</summary>
/// <param name="ClassId">Interface class.</param>
/// <param name="LogicalName">The object.</param>
/// <param name="AttributeIndex">The attribute.</param>
public sealed record ValueDefinition(ushort ClassId, LogicalName LogicalName, sbyte AttributeIndex) : ICosemStructure<ValueDefinition>
{
    /// <inheritdoc/>
    public static ValueDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ValueDefinition(items[0].AsNumber<ushort>(), items[1].AsLogicalName(), items[2].AsNumber<sbyte>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(ClassId), CosemData.OctetString(LogicalName), CosemData.Integer(AttributeIndex));

    /// <summary>The value now; null-data where the device has none.</summary>
    public CosemData ReadFrom(LogicalDevice device) =>
        Measurement.Capturing.Read(device, new CaptureObjectDefinition(ClassId, LogicalName, AttributeIndex, 0));
}
