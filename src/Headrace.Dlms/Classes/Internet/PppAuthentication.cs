using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>How a device proves who it is to a PPP peer (IEC 62056-6-2, 4.9, PPP_authentication). The form follows from the protocol that
/// LCP names; types from general knowledge, not confirmed by a vector.</summary>
public abstract record PppAuthentication
{
    internal static readonly CosemType<PppAuthentication> Type =
        new(FromData, value => value.ToData(), CosemTag.NullData, CosemTag.Structure);

    private PppAuthentication()
    {
    }

    /// <summary>No authentication: null-data.</summary>
    public static PppAuthentication None { get; } = new NoAuthentication();

    /// <summary>Takes null-data, or the structure that its second element tells: octet-string PAP, unsigned CHAP, three booleans
    /// EAP.</summary>
    /// <exception cref="ProtocolException">None of these.</exception>
    public static PppAuthentication FromData(CosemData data)
    {
        if (data.IsNull) return None;
        if (data.Items.Count == 3)
        {
            var methods = data.AsStructure(3);
            return new Eap(methods[0].AsBoolean(), methods[1].AsBoolean(), methods[2].AsBoolean());
        }
        var items = data.AsStructure(2);
        var user = items[0].AsText();
        return items[1].TryGetInteger(out _)
            ? new Chap(user, items[1].AsNumber<byte>())
            : new Pap(user, SetupTypes.Octets.FromData(items[1]));
    }

    /// <summary>Makes null-data or the structure.</summary>
    public abstract CosemData ToData();

    /// <summary>Password authentication (RFC 1334).</summary>
    /// <param name="UserName">User name.</param>
    /// <param name="Password">Password.</param>
    public sealed record Pap(string UserName, Octets Password) : PppAuthentication
    {
        /// <inheritdoc/>
        public override CosemData ToData() =>
            CosemData.Structure(CosemTypes.Text.ToData(UserName), SetupTypes.Octets.ToData(Password));
    }

    /// <summary>Challenge handshake (RFC 1994).</summary>
    /// <param name="UserName">User name.</param>
    /// <param name="Algorithm">Number of the hash: 5 MD5, 6 SHA-1.</param>
    public sealed record Chap(string UserName, byte Algorithm) : PppAuthentication
    {
        /// <inheritdoc/>
        public override CosemData ToData() => CosemData.Structure(CosemTypes.Text.ToData(UserName), CosemData.Unsigned(Algorithm));
    }

    /// <summary>Extensible authentication (RFC 3748): which methods may be used.</summary>
    /// <param name="Md5Challenge">MD5 challenge.</param>
    /// <param name="OneTimePassword">One-time password.</param>
    /// <param name="GenericTokenCard">Generic token card.</param>
    public sealed record Eap(bool Md5Challenge, bool OneTimePassword, bool GenericTokenCard) : PppAuthentication
    {
        /// <inheritdoc/>
        public override CosemData ToData() => CosemData.Structure(
            CosemData.Boolean(Md5Challenge), CosemData.Boolean(OneTimePassword), CosemData.Boolean(GenericTokenCard));
    }

    private sealed record NoAuthentication : PppAuthentication
    {
        public override CosemData ToData() => CosemData.Null;
    }
}
