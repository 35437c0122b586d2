using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What an object of class 115, Token gateway, says (IEC 62056-6-2, 4.6).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record TokenGateway
{
    /// <summary>Attribute 2, token: the last token, as it came.</summary>
    public Octets Token { get; init; }

    /// <summary>Attribute 3, token_time: when it came.</summary>
    public CosemDateTime Time { get; init; } = CosemDateTime.NotSpecified;

    /// <summary>Attribute 4, token_description: what it was, in words.</summary>
    public IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>Attribute 5, token_delivery_method: how it came.</summary>
    public TokenDelivery Delivery { get; init; }

    /// <summary>Attribute 6, token_status: what became of it.</summary>
    public TokenStatus Status { get; init; } = new(TokenStatusCode.NotProcessed, []);

    /// <summary>Names the state; its secrets are left out.</summary>
    public override string ToString() => nameof(TokenGateway);
}

/// <summary>How a token came (IEC 62056-6-2, 4.6).</summary>
public enum TokenDelivery : byte
{
    /// <summary>By a head-end.</summary>
    Remote = 0,
    /// <summary>By a local port.</summary>
    Local = 1,
    /// <summary>By hand.</summary>
    Manual = 2,
}

/// <summary>What became of a token (IEC 62056-6-2, 4.6).</summary>
public enum TokenStatusCode : byte
{
    /// <summary>Its format is right.</summary>
    FormatOk = 0,
    /// <summary>It is authentic.</summary>
    AuthenticationOk = 1,
    /// <summary>It is valid.</summary>
    ValidationOk = 2,
    /// <summary>It was carried out.</summary>
    Executed = 3,
    /// <summary>Its format is wrong.</summary>
    FormatFailure = 4,
    /// <summary>It is not authentic.</summary>
    AuthenticationFailure = 5,
    /// <summary>It is not valid, or used.</summary>
    ValidationFailure = 6,
    /// <summary>It could not be carried out.</summary>
    ExecutionFailure = 7,
    /// <summary>It was received and not processed.</summary>
    NotProcessed = 8,
}

/// <summary>What became of a token (IEC 62056-6-2, 4.6).</summary>
/// <param name="Code">The outcome.</param>
/// <param name="Bits">What the token system says of it.</param>
public sealed record TokenStatus(TokenStatusCode Code, IReadOnlyList<bool> Bits) : ICosemStructure<TokenStatus>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static TokenStatus FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new TokenStatus(CosemTypes.Enum<TokenStatusCode>().FromData(items[0]), CosemTypes.BitString.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Enum<TokenStatusCode>().ToData(Code), CosemTypes.BitString.ToData(Bits));
}
