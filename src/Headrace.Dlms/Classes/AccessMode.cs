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
