using Headrace.Wire;

namespace Headrace.Dlms.Security;

/// <summary>Why the protection of a message was not accepted.</summary>
public enum ProtectionFailure
{
    /// <summary>The tag does not match: another key, another sender, or altered octets.</summary>
    NotAuthentic,

    /// <summary>The signature does not match the message, or has another length than the curve's.</summary>
    InvalidSignature,

    /// <summary>The originator is not the peer nor a party known, or the message is for somebody else.</summary>
    WrongSystemTitle,

    /// <summary>Another suite than the association has.</summary>
    WrongSuite,

    /// <summary>A key is named or needed that is not known here.</summary>
    UnknownKey,

    /// <summary>A wrapped key that does not unwrap, or to another length than the suite's.</summary>
    WrappedKey,

    /// <summary>Key agreement with a point off the curve, a wrong length, or parameters that are not known.</summary>
    AgreedKey,

    /// <summary>The invocation counter was used before.</summary>
    Replayed,

    /// <summary>Less protection than the association or the security policy asks for.</summary>
    TooLittle,

    /// <summary>The content is compressed (V.44), which is not undone here.</summary>
    Compressed,

    /// <summary>More layers, or layers in another order, than there can be.</summary>
    Layers,

    /// <summary>The clear service tag in front and the service inside differ.</summary>
    OtherService,
}

/// <summary>A message whose protection is wrong: see <see cref="Failure"/>. Holds no key and no content.</summary>
/// <param name="failure">What is wrong.</param>
/// <param name="rule">The same in words.</param>
/// <param name="inner">The cause where another layer found it.</param>
public sealed class ProtectionException(ProtectionFailure failure, string rule, Exception? inner = null)
    : ProtocolException(rule, -1, inner)
{
    /// <summary>What is wrong.</summary>
    public ProtectionFailure Failure { get; } = failure;
}
