namespace Headrace.Dlms.Classes;

/// <summary>What a client may do with an attribute (IEC 62056-6-2, association LN version 0 to 2, <c>attribute_access_mode</c>).</summary>
public enum AttributeAccessMode : byte
{
    /// <summary>Nothing.</summary>
    NoAccess = 0,
    /// <summary>GET.</summary>
    ReadOnly = 1,
    /// <summary>SET.</summary>
    WriteOnly = 2,
    /// <summary>GET and SET.</summary>
    ReadAndWrite = 3,
    /// <summary>GET in an authenticated message.</summary>
    AuthenticatedReadOnly = 4,
    /// <summary>SET in an authenticated message.</summary>
    AuthenticatedWriteOnly = 5,
    /// <summary>GET and SET in an authenticated message.</summary>
    AuthenticatedReadAndWrite = 6,
}

/// <summary>What a client may do with a method (IEC 62056-6-2, association LN version 0 to 2, <c>method_access_mode</c>).</summary>
public enum MethodAccessMode : byte
{
    /// <summary>Nothing.</summary>
    NoAccess = 0,
    /// <summary>ACTION.</summary>
    Access = 1,
    /// <summary>ACTION in an authenticated message.</summary>
    AuthenticatedAccess = 2,
}

/// <summary>What the modes allow.</summary>
public static class AccessModes
{
    /// <summary>GET is allowed, in an authenticated message where <paramref name="authenticated"/>.</summary>
    public static bool AllowsRead(this AttributeAccessMode mode, bool authenticated) => mode switch
    {
        AttributeAccessMode.ReadOnly or AttributeAccessMode.ReadAndWrite => true,
        AttributeAccessMode.AuthenticatedReadOnly or AttributeAccessMode.AuthenticatedReadAndWrite => authenticated,
        _ => false,
    };

    /// <summary>SET is allowed, in an authenticated message where <paramref name="authenticated"/>.</summary>
    public static bool AllowsWrite(this AttributeAccessMode mode, bool authenticated) => mode switch
    {
        AttributeAccessMode.WriteOnly or AttributeAccessMode.ReadAndWrite => true,
        AttributeAccessMode.AuthenticatedWriteOnly or AttributeAccessMode.AuthenticatedReadAndWrite => authenticated,
        _ => false,
    };

    /// <summary>ACTION is allowed, in an authenticated message where <paramref name="authenticated"/>.</summary>
    public static bool AllowsInvoke(this MethodAccessMode mode, bool authenticated) => mode switch
    {
        MethodAccessMode.Access => true,
        MethodAccessMode.AuthenticatedAccess => authenticated,
        _ => false,
    };

    /// <summary>The same without the right to write.</summary>
    public static AttributeAccessMode WithoutWrite(this AttributeAccessMode mode) => mode switch
    {
        AttributeAccessMode.ReadAndWrite => AttributeAccessMode.ReadOnly,
        AttributeAccessMode.AuthenticatedReadAndWrite => AttributeAccessMode.AuthenticatedReadOnly,
        AttributeAccessMode.WriteOnly or AttributeAccessMode.AuthenticatedWriteOnly => AttributeAccessMode.NoAccess,
        _ => mode,
    };
}
