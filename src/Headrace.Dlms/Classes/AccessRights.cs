using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes;

/// <summary>What a client may do with an attribute or a method, and how requests and responses have to be protected (IEC 62056-6-2,
/// association LN version 3, <c>access_mode</c>: bits 0 to 7).</summary>
[Flags]
public enum AccessRights : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Bit 0: GET of an attribute; of a method, ACTION.</summary>
    Read = 1,
    /// <summary>Bit 1: SET of an attribute.</summary>
    Write = 2,
    /// <summary>Bit 2: the request has to be authenticated.</summary>
    AuthenticatedRequest = 4,
    /// <summary>Bit 3: the request has to be encrypted.</summary>
    EncryptedRequest = 8,
    /// <summary>Bit 4: the request has to be signed.</summary>
    SignedRequest = 16,
    /// <summary>Bit 5: the response is authenticated.</summary>
    AuthenticatedResponse = 32,
    /// <summary>Bit 6: the response is encrypted.</summary>
    EncryptedResponse = 64,
    /// <summary>Bit 7: the response is signed.</summary>
    SignedResponse = 128,
}

/// <summary>What rights allow, and how they are told in association LN version 0 to 2.</summary>
public static class AccessRightsRules
{
    private const AccessRights ReadAndWrite = AccessRights.Read | AccessRights.Write;

    /// <summary>GET, or ACTION of a method, is allowed in a message so protected.</summary>
    public static bool AllowsRead(this AccessRights rights, MessageProtection request) => rights.Allows(AccessRights.Read, request);

    /// <summary>SET is allowed in a message so protected.</summary>
    public static bool AllowsWrite(this AccessRights rights, MessageProtection request) => rights.Allows(AccessRights.Write, request);

    /// <summary>How a request has to be protected.</summary>
    public static MessageProtection OfRequests(this AccessRights rights) => MessageProtection.OfTriple((byte)rights >> 2);

    /// <summary>How the response has to be protected.</summary>
    public static MessageProtection OfResponses(this AccessRights rights) => MessageProtection.OfTriple((byte)rights >> 5);

    /// <summary>The same without the right to write; nothing where nothing else was allowed.</summary>
    public static AccessRights WithoutWrite(this AccessRights rights) =>
        (rights & AccessRights.Read) == AccessRights.None ? AccessRights.None : rights & ~AccessRights.Write;

    /// <summary>The rights that an attribute's mode of version 0 to 2 gives.</summary>
    public static AccessRights ToRights(this AttributeAccessMode mode) => mode switch
    {
        AttributeAccessMode.ReadOnly => AccessRights.Read,
        AttributeAccessMode.WriteOnly => AccessRights.Write,
        AttributeAccessMode.ReadAndWrite => ReadAndWrite,
        AttributeAccessMode.AuthenticatedReadOnly => AccessRights.Read | AccessRights.AuthenticatedRequest,
        AttributeAccessMode.AuthenticatedWriteOnly => AccessRights.Write | AccessRights.AuthenticatedRequest,
        AttributeAccessMode.AuthenticatedReadAndWrite => ReadAndWrite | AccessRights.AuthenticatedRequest,
        _ => AccessRights.None,
    };

    /// <summary>The rights that a method's mode of version 0 to 2 gives.</summary>
    public static AccessRights ToRights(this MethodAccessMode mode) => mode switch
    {
        MethodAccessMode.Access => AccessRights.Read,
        MethodAccessMode.AuthenticatedAccess => AccessRights.Read | AccessRights.AuthenticatedRequest,
        _ => AccessRights.None,
    };

    /// <summary>The nearest mode of version 0 to 2: any protection asked of requests is told as authenticated.</summary>
    public static AttributeAccessMode ToAttributeMode(this AccessRights rights)
    {
        var mode = (AttributeAccessMode)(rights & ReadAndWrite);
        return mode == AttributeAccessMode.NoAccess || rights.OfRequests().IsNone ? mode : mode + 3;
    }

    /// <summary>The nearest mode of version 0 to 2: any protection asked of requests is told as authenticated.</summary>
    public static MethodAccessMode ToMethodMode(this AccessRights rights) =>
        (rights & AccessRights.Read) == AccessRights.None ? MethodAccessMode.NoAccess
        : rights.OfRequests().IsNone ? MethodAccessMode.Access : MethodAccessMode.AuthenticatedAccess;

    private static bool Allows(this AccessRights rights, AccessRights wanted, MessageProtection request) =>
        (rights & wanted) != AccessRights.None && request.Covers(rights.OfRequests());
}
