using System.CommandLine;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Commands.Dlms;

/// <summary>The options of how services are wrapped, and the keys they need from the keys file.</summary>
internal sealed class ProtectionOptions
{
    private readonly Option<string> _protection = new("--protection")
    {
        Description = "How services are wrapped: service (glo-, or ded- with a dedicated key), general-glo, general-ciphering, "
            + "general-signing.",
        DefaultValueFactory = _ => "service",
    };
    private readonly Option<string?> _key = new("--party-key")
    {
        Description = "The key of general-ciphering: identified, wrapped, one-pass or static-unified; identified in suite 0 and one-pass "
            + "in suites 1 and 2 where not given.",
    };

    public ProtectionOptions()
    {
        _protection.AcceptOnlyFromAmong("service", "general-glo", "general-ciphering", "general-signing");
        _key.AcceptOnlyFromAmong("identified", "wrapped", "one-pass", "static-unified");
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_protection);
        command.Add(_key);
    }

    /// <summary>The meter with what the options say, checked.</summary>
    public MeterAddress Read(ParseResult parsed, MeterAddress meter)
    {
        var protection = parsed.GetRequiredValue(_protection);
        var key = parsed.GetValue(_key);
        if (protection != "service" && !MeterAssociation.IsCiphered(meter))
            throw new CommandFailure("--protection goes with --auth gmac or ecdsa.");
        if (key is not null && protection != "general-ciphering")
            throw new CommandFailure("--party-key goes with --protection general-ciphering.");
        if (meter.Suite == SecuritySuite.Suite0 && (protection == "general-signing" || key is "one-pass" or "static-unified"))
            throw new CommandFailure("Signatures and agreed keys need --suite 1 or 2.");
        return meter with
        {
            Protection = protection,
            PartyKey = key switch
            {
                "identified" => PartyKey.GlobalUnicast,
                "wrapped" => PartyKey.Wrapped,
                "one-pass" => PartyKey.OnePass,
                "static-unified" => PartyKey.StaticUnified,
                _ => null,
            },
        };
    }

    /// <summary>Protection between parties; null for that of the association alone.</summary>
    public static PartyProtection? Party(MeterAddress meter) => meter.Protection switch
    {
        "general-ciphering" => new PartyProtection { Ciphering = KeyOf(meter) },
        "general-signing" => new PartyProtection { Signed = true },
        _ => null,
    };

    /// <summary>Adds what ECDSA, signatures and agreed or wrapped keys need.</summary>
    /// <exception cref="CommandFailure">It is not in the keys file, or of another curve than the suite's.</exception>
    public static void AddKeys(MeterAddress meter, SecurityKeys keys)
    {
        var key = meter.Protection == "general-ciphering" ? KeyOf(meter) : PartyKey.Unnamed;
        if (meter.Authentication == "ecdsa" || meter.Protection == "general-signing" || key == PartyKey.OnePass)
        {
            keys.WithSignatureKey(Elliptic(meter, "signature_key", 1)).WithPeerSignatureKey(Elliptic(meter, "server_signature_key", 2));
        }
        if (key is PartyKey.OnePass or PartyKey.StaticUnified)
            keys.WithAgreementKey(Elliptic(meter, "agreement_key", 1)).WithPeerAgreementKey(Elliptic(meter, "server_agreement_key", 2));
        if (key == PartyKey.Wrapped) keys.With(KeyId.Master, Given(meter, "kek", ApduCipher.KeySize(meter.Suite)));
    }

    private static PartyKey KeyOf(MeterAddress meter) =>
        meter.PartyKey ?? (meter.Suite == SecuritySuite.Suite0 ? PartyKey.GlobalUnicast : PartyKey.OnePass);

    private static byte[] Elliptic(MeterAddress meter, string name, int coordinates) => meter.Suite == SecuritySuite.Suite0
        ? throw new CommandFailure($"--auth {meter.Authentication} needs --suite 1 or 2.")
        : Given(meter, name, coordinates * EllipticKeys.CoordinateSize(meter.Suite));

    private static byte[] Given(MeterAddress meter, string name, int size)
    {
        if (!meter.Keys.Translation.Others.TryGetValue(name, out var key))
            throw new CommandFailure(
                $"{name} is missing in the file named by --keys ({size} bytes, private keys alone, public ones x and y).");
        return key.Length == size
            ? key
            : throw new CommandFailure($"{name} in the file named by --keys needs {size} bytes in suite {(int)meter.Suite}.");
    }
}
