using Headrace.Dlms.Classes;

namespace Headrace.Dlms.Profiles;

/// <summary>What a client may do with an attribute, whichever version of the association class says it.</summary>
[Flags]
public enum ObjectRights
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>GET.</summary>
    Read = 1,
    /// <summary>SET.</summary>
    Write = 2,
    /// <summary>GET and SET.</summary>
    ReadWrite = Read | Write,
    /// <summary>Only in a protected message.</summary>
    Protected = 4,
}

/// <summary>Text and wire form of <see cref="ObjectRights"/>.</summary>
public static class ObjectRightsText
{
    /// <summary>
    /// From the access mode of an object list: an enumeration in versions 0 to 2 of the association class, bits in version 3 (0 read, 1
    /// write, 2 to 4 protection of the request).
    /// </summary>
    public static ObjectRights FromMode(long mode, int associationVersion)
    {
        if (associationVersion >= 3)
            return ((mode & 1) != 0 ? ObjectRights.Read : ObjectRights.None) | ((mode & 2) != 0 ? ObjectRights.Write : ObjectRights.None)
                | ((mode & 0x1C) != 0 ? ObjectRights.Protected : ObjectRights.None);
        var known = (AttributeAccessMode)(mode is >= 0 and <= 6 ? mode : 0);
        return (known.ToRights().HasFlag(AccessRights.Read) ? ObjectRights.Read : ObjectRights.None)
            | (known.ToRights().HasFlag(AccessRights.Write) ? ObjectRights.Write : ObjectRights.None)
            | (known >= AttributeAccessMode.AuthenticatedReadOnly ? ObjectRights.Protected : ObjectRights.None);
    }

    /// <summary>Reads <c>read</c>, <c>write</c>, <c>read-write</c> or <c>none</c>, with <c> protected</c> behind where it is so.</summary>
    public static bool TryParse(string text, out ObjectRights rights)
    {
        var isProtected = text.EndsWith(" protected", StringComparison.Ordinal);
        ObjectRights? found = (isProtected ? text[..^" protected".Length] : text) switch
        {
            "none" => ObjectRights.None,
            "read" => ObjectRights.Read,
            "write" => ObjectRights.Write,
            "read-write" => ObjectRights.ReadWrite,
            _ => null,
        };
        rights = (found ?? ObjectRights.None) | (isProtected ? ObjectRights.Protected : ObjectRights.None);
        return found is not null;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public static string Name(this ObjectRights rights) => (rights & ObjectRights.ReadWrite) switch
    {
        ObjectRights.Read => "read",
        ObjectRights.Write => "write",
        ObjectRights.ReadWrite => "read-write",
        _ => "none",
    } + (rights.HasFlag(ObjectRights.Protected) ? " protected" : "");
}
