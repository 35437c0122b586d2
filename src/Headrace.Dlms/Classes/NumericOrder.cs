using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>Compares values of any number type, as thresholds and sorted profiles do.</summary>
internal static class NumericOrder
{
    /// <summary>Compares two numbers; false where one is none.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <param name="order">Below, at or above zero as the one is less, equal or more.</param>
    internal static bool TryCompare(CosemData left, CosemData right, out int order)
    {
        order = 0;
        if (IsFloat(left) || IsFloat(right))
        {
            if (!(IsFloat(left) || TryExact(left, out _)) || !(IsFloat(right) || TryExact(right, out _))) return false;
            order = left.AsDouble().CompareTo(right.AsDouble());
            return true;
        }
        if (!TryExact(left, out var a) || !TryExact(right, out var b)) return false;
        order = a.CompareTo(b);
        return true;
    }

    /// <summary>True for every number type.</summary>
    internal static bool IsNumber(CosemData value) => IsFloat(value) || TryExact(value, out _);

    /// <summary>How far a number is from zero; not a number counts as nothing.</summary>
    internal static double Magnitude(CosemData value) => IsNumber(value) ? Math.Abs(value.AsDouble()) : 0;

    private static bool IsFloat(CosemData value) => value.Tag is CosemTag.Float32 or CosemTag.Float64;

    private static bool TryExact(CosemData value, out decimal exact)
    {
        var found = value.TryGetInteger(out var number);
        exact = number;
        if (found || value.Tag != CosemTag.Long64Unsigned) return found;
        exact = value.AsUnsigned();
        return true;
    }
}
