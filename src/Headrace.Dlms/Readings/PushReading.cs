using Headrace.Dlms.Data;

namespace Headrace.Dlms.Readings;

/// <summary>How a push body says what its values are.</summary>
public enum PushLayout
{
    /// <summary>It does not: values in an agreed order, and no template was given. There are no readings.</summary>
    Positional,

    /// <summary>
    /// Its first element is the push_object_list that names the others (Push setup, class 40, attribute 2 captured by itself).
    /// </summary>
    SelfDescribing,

    /// <summary>Logical names stand beside the values, in structures of their own or in one flat list.</summary>
    Named,

    /// <summary>The order is that of the template of the device type.</summary>
    Template,
}

/// <summary>One value out of a push or a profile row, with what is known about it.</summary>
/// <remarks>Strings point into the message buffer and are valid as long as that is not used again.</remarks>
public struct PushReading : IEquatable<PushReading>
{
    /// <summary>Interface class; 0 where the message names none (layouts with bare logical names).</summary>
    public ushort ClassId { get; set; }

    /// <summary>The object.</summary>
    public LogicalName LogicalName { get; set; }

    /// <summary>The attribute; 2, the value, where the message names none.</summary>
    public sbyte Attribute { get; set; }

    /// <summary>0 for the whole attribute, n for its nth element.</summary>
    public ushort DataIndex { get; set; }

    /// <summary>The value as sent, not scaled.</summary>
    public ReadingValue Value { get; set; }

    /// <summary>Power of ten of the value, from the message or the template; null where neither says.</summary>
    public sbyte? Scaler { get; set; }

    /// <summary>Unit code of scaler_unit, from the message or the template; null where neither says.</summary>
    public byte? Unit { get; set; }

    /// <summary>
    /// When the value was captured, as the meter's clock says: the clock element of the row or body, else the date-time of the
    /// notification; null where there is neither. Wildcards and a missing deviation are kept as sent.
    /// </summary>
    public CosemDateTime? Time { get; set; }

    /// <summary>Row of the profile buffer the value came in, from 0; -1 for a value outside of a buffer.</summary>
    public int Row { get; set; }

    /// <inheritdoc/>
    public readonly bool Equals(PushReading other) =>
        ClassId == other.ClassId && LogicalName == other.LogicalName && Attribute == other.Attribute
        && DataIndex == other.DataIndex && Value == other.Value && Scaler == other.Scaler && Unit == other.Unit && Time == other.Time
        && Row == other.Row;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is PushReading other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(ClassId, LogicalName, Attribute, Value, Time, Row);

    /// <summary>Equal in every field.</summary>
    public static bool operator ==(PushReading left, PushReading right) => left.Equals(right);

    /// <summary>Different in some field.</summary>
    public static bool operator !=(PushReading left, PushReading right) => !left.Equals(right);

    /// <summary>Object, attribute and value in one line.</summary>
    public override readonly string ToString() => $"{LogicalName} attribute {Attribute}: {Value}";
}
