using System.Globalization;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Profiles;

/// <summary>A logical name in which a star stands for any value of a group, such as <c>0-*:24.1.0.255</c>.</summary>
/// <param name="Name">The name, with 0 in the groups that vary.</param>
/// <param name="Varying">The groups that vary: bit 0 for A.</param>
public readonly record struct LogicalNamePattern(LogicalName Name, byte Varying)
{
    private const string Separators = "-:...";

    /// <summary>True where there is one name only.</summary>
    public bool IsExact => Varying == 0;

    /// <summary>Reads the form <c>0-*:24.1.0.255</c>.</summary>
    public static bool TryParse(string text, out LogicalNamePattern pattern)
    {
        pattern = default;
        Span<byte> groups = stackalloc byte[LogicalName.Size];
        byte varying = 0;
        var rest = text.AsSpan();
        for (var i = 0; i < LogicalName.Size; i++)
        {
            var end = i < LogicalName.Size - 1 ? rest.IndexOf(Separators[i]) : rest.Length;
            if (end < 0) return false;
            var group = rest[..end];
            if (group is "*") varying |= (byte)(1 << i);
            else if (!byte.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out groups[i])) return false;
            rest = rest[Math.Min(rest.Length, end + 1)..];
        }
        pattern = new LogicalNamePattern(LogicalName.FromBytes(groups), varying);
        return true;
    }

    /// <summary>True where the name has the groups that do not vary.</summary>
    public bool Matches(LogicalName name)
    {
        Span<byte> mine = stackalloc byte[LogicalName.Size];
        Span<byte> theirs = stackalloc byte[LogicalName.Size];
        Name.CopyTo(mine);
        name.CopyTo(theirs);
        for (var i = 0; i < LogicalName.Size; i++)
        {
            if ((Varying >> i & 1) == 0 && mine[i] != theirs[i]) return false;
        }
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var groups = Name.ToArray();
        var varying = Varying;
        return string.Concat(groups.Select((group, i) =>
            ((varying >> i & 1) != 0 ? "*" : group.ToString(CultureInfo.InvariantCulture)) + (i < Separators.Length ? Separators[i] : "")));
    }
}
