using Headrace.Dlms.Acse;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Commands.Dlms;

/// <summary>What is proposed to a meter, and the secrets for it, from options and keys file.</summary>
internal static class MeterAssociation
{
    // "HRD" and a number: what the tool calls itself where the keys file does not say.
    private static readonly byte[] OwnTitle = [0x48, 0x52, 0x44, 0, 0, 0, 0, 1];

    /// <summary>Messages are ciphered: with GMAC and ECDSA.</summary>
    public static bool IsCiphered(MeterAddress meter) => meter.Authentication is "gmac" or "ecdsa";

    /// <summary>What is proposed.</summary>
    public static ClientOptions Options(MeterAddress meter, NextInvocationCounter counter)
    {
        var options = new ClientOptions
        {
            Authentication = meter.Authentication switch
            {
                "low" => AuthenticationMechanism.LowLevel,
                "gmac" => AuthenticationMechanism.HighLevelGmac,
                "md5" => AuthenticationMechanism.HighLevelMd5,
                "sha1" => AuthenticationMechanism.HighLevelSha1,
                "sha256" => AuthenticationMechanism.HighLevelSha256,
                "ecdsa" => AuthenticationMechanism.HighLevelEcdsa,
                _ => AuthenticationMechanism.Lowest,
            },
            AcseTolerance = meter.AcceptOtherContext ? AcseTolerance.OtherContext : AcseTolerance.None,
        };
        if (meter.Authentication is "gmac" or "sha256" or "ecdsa")
        {
            options = options with
            {
                SystemTitle = meter.Keys.Translation.ClientSystemTitle ?? OwnTitle,
                ServerSystemTitle = meter.Keys.Translation.SystemTitle ?? [],
            };
        }
        if (IsCiphered(meter))
        {
            options = options with
            {
                Ciphering = meter.Keys.Translation.DedicatedKey is null ? ClientCiphering.Global : ClientCiphering.Dedicated,
                Protection = SecurityControl.Of(meter.Suite, authenticated: true, encrypted: true),
                InvocationCounter = counter,
                GeneralProtection = meter.Protection == "general-glo",
                Party = ProtectionOptions.Party(meter),
            };
        }
        return meter.ShortNames ? options.ByShortNames() : options;
    }

    /// <summary>The secrets; the caller disposes of them.</summary>
    public static SecurityKeys Keys(MeterAddress meter)
    {
        switch (meter.Authentication)
        {
            case "none":
                return new SecurityKeys();
            case "gmac" or "ecdsa":
                return CipheringKeys(meter);
            default:
                return SecurityKeys.OfSecret(meter.Keys.Password ?? throw new CommandFailure(
                    $"--auth {meter.Authentication} needs a password in the file named by --keys."));
        }
    }

    private static SecurityKeys CipheringKeys(MeterAddress meter)
    {
        var known = meter.Keys.Translation;
        if (known.GlobalUnicastEncryptionKey is not { } encryption || known.AuthenticationKey is not { } authentication)
            throw new CommandFailure($"--auth {meter.Authentication} needs guek and gak in the file named by --keys.");
        var size = ApduCipher.KeySize(meter.Suite);
        if (encryption.Length != size || authentication.Length != size)
            throw new CommandFailure($"guek and gak in the file named by --keys need {size} bytes each in suite {(int)meter.Suite}.");
        var keys = new SecurityKeys(encryption, authentication);
        if (known.DedicatedKey is { } dedicated) keys.WithDedicated(dedicated);
        try
        {
            ProtectionOptions.AddKeys(meter, keys);
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }
}
