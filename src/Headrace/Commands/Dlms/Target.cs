using System.Globalization;
using Headrace.Dlms.Data;

namespace Headrace.Commands.Dlms;

/// <summary>What a verb is about, as it is written on the command line: CLASS/OBIS/NUMBER.</summary>
internal static class Target
{
    /// <summary>An attribute, such as 3/1-0:1.8.0.255/2.</summary>
    public static CosemAttributeDescriptor Attribute(string text) => TryParse(text, out var classId, out var name, out var number)
        ? new CosemAttributeDescriptor(classId, name, number)
        : throw new CommandFailure($"'{text}' is not CLASS/OBIS/ATTR, such as 3/1-0:1.8.0.255/2.");

    /// <summary>A method, such as 70/0-0:96.3.10.255/1.</summary>
    public static CosemMethodDescriptor Method(string text) => TryParse(text, out var classId, out var name, out var number)
        ? new CosemMethodDescriptor(classId, name, number)
        : throw new CommandFailure($"'{text}' is not CLASS/OBIS/METHOD, such as 70/0-0:96.3.10.255/1.");

    /// <summary>A logical name alone.</summary>
    public static LogicalName Name(string text) => LogicalName.TryParse(text, out var name)
        ? name
        : throw new CommandFailure($"'{text}' is no logical name such as 1-0:99.1.0.255.");

    private static bool TryParse(string text, out ushort classId, out LogicalName name, out sbyte number)
    {
        (classId, name, number) = (0, default, 0);
        var parts = text.Split('/');
        return parts.Length == 3 && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out classId)
            && LogicalName.TryParse(parts[1], out name)
            && sbyte.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
