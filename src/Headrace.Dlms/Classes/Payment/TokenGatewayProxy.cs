using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Class 115, Token gateway, of a server, as a client sees it (IEC 62056-6-2, 4.6).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class TokenGatewayProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 115, logicalName)
{
    /// <summary>Attribute 2, token: the last token, as it came.</summary>
    public AttributeProxy<Octets> Token => Attribute(2, SetupTypes.Octets);

    /// <summary>Attribute 3, token_time: when it came.</summary>
    public AttributeProxy<CosemDateTime> Time => Attribute(3, CosemTypes.DateTime);

    /// <summary>Attribute 4, token_description: what it was, in words.</summary>
    public AttributeProxy<IReadOnlyList<string>> Description => Attribute(4, CosemTypes.Array(CosemTypes.Text));

    /// <summary>Attribute 5, token_delivery_method: how it came.</summary>
    public AttributeProxy<TokenDelivery> Delivery => Attribute(5, CosemTypes.Enum<TokenDelivery>());

    /// <summary>Attribute 6, token_status: what became of it.</summary>
    public AttributeProxy<TokenStatus> Status => Attribute(6, CosemTypes.Structure<TokenStatus>());

    /// <summary>Method 1, enter: hands a token over; returns what became of it.</summary>
    public MethodProxy<Octets, TokenStatus> Enter => Method(1, SetupTypes.Octets, CosemTypes.Structure<TokenStatus>());
}
