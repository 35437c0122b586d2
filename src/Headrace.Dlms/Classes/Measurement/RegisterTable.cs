using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>What the cells of a register table are: the same attribute of objects that differ in value group E
/// (IEC 62056-6-2, Register table, table_cell_definition).</summary>
/// <param name="ClassId">Class of the objects.</param>
/// <param name="LogicalName">Their name; its group E counts for nothing.</param>
/// <param name="GroupEValues">Value group E of each cell, in order.</param>
/// <param name="AttributeIndex">The attribute.</param>
public sealed record TableCellDefinition(ushort ClassId, LogicalName LogicalName, IReadOnlyList<byte> GroupEValues, sbyte AttributeIndex)
    : ICosemStructure<TableCellDefinition>
{
    /// <inheritdoc/>
    public static TableCellDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(4);
        return new TableCellDefinition(
            items[0].AsNumber<ushort>(), items[1].AsLogicalName(), items[2].AsList(CosemTypes.AsNumber<byte>),
            items[3].AsNumber<sbyte>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.LongUnsigned(ClassId), CosemData.OctetString(LogicalName),
        CosemData.Array([.. GroupEValues.Select(CosemData.Unsigned)]), CosemData.Integer(AttributeIndex));
}

/// <summary>Class 61, Register table: homogeneous values such as harmonics (IEC 62056-6-2, Register table).</summary>
public sealed class RegisterTableObject : CosemObject
{
    private IReadOnlyList<CosemData> _cells = [];

    /// <summary>A table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">Attribute 3.</param>
    /// <param name="unit">Attribute 4, of every cell.</param>
    /// <param name="cell">The value of a cell by its value group E, read at capture.</param>
    public RegisterTableObject(LogicalName name, TableCellDefinition definition, ScalerUnit unit, Func<byte, CosemData> cell)
        : base(61, 0, name)
    {
        Definition = definition;
        WithAttribute(2, CosemTypes.Array(CosemTypes.Any), () => _cells);
        WithAttribute(3, CosemTypes.Structure<TableCellDefinition>(), () => Definition, value => (Definition, _cells) = (value, []));
        WithAttribute(4, unit.ToData());
        WithMethod(1, _ => Put([]));
        WithMethod(2, _ => Put([.. Definition.GroupEValues.Select(cell)]));
    }

    /// <summary>Attribute 3.</summary>
    public TableCellDefinition Definition { get; private set; }

    private MethodAnswer Put(IReadOnlyList<CosemData> cells)
    {
        _cells = cells;
        return MethodAnswer.Done;
    }
}

/// <summary>Class 61, Register table, of a server (IEC 62056-6-2, Register table).</summary>
public sealed class RegisterTableProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 61, logicalName)
{
    /// <summary>Attribute 2: the values captured, in the order of the definition.</summary>
    public AttributeProxy<IReadOnlyList<CosemData>> TableCellValues => Attribute(2, CosemTypes.Array(CosemTypes.Any));

    /// <summary>Attribute 3: what the cells are.</summary>
    public AttributeProxy<TableCellDefinition> TableCellDefinition => Attribute(3, CosemTypes.Structure<TableCellDefinition>());

    /// <summary>Attribute 4: scaler and unit of every cell.</summary>
    public AttributeProxy<ScalerUnit> ScalerUnit => Attribute(4, CosemTypes.ScalerUnit);

    /// <summary>Method 1: empties the table.</summary>
    public MethodProxy Reset => Command(1);

    /// <summary>Method 2: takes the values of all cells.</summary>
    public MethodProxy Capture => Command(2);
}
