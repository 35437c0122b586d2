using System.CommandLine;
using System.Globalization;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Security;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary>The options of every verb that speaks to a meter directly.</summary>
internal sealed class MeterOptions
{
    private readonly Option<string?> _host = new("--host") { Description = "Where the meter or its gateway listens." };
    private readonly Option<int> _port = new("--port") { Description = "TCP port.", DefaultValueFactory = _ => 4059 };
    private readonly Option<int?> _client = new("--client") { Description = "Client SAP; 16 for --auth none, else 1, where not given." };
    private readonly Option<int> _server = new("--server")
    {
        Description = "Server SAP, the logical device.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<int?> _physical = new("--physical")
    {
        Description = "With --framing hdlc, the physical device, the lower part of the address; none where not given.",
    };
    private readonly Option<bool> _otherContext = new("--accept-other-context")
    {
        Description = "Bear that the meter names another application context in its answer.",
    };
    private readonly Option<string> _framing = new("--framing")
    {
        Description = "What is around the APDUs over TCP; hdlc is the same as --transport hdlc-tcp.",
        DefaultValueFactory = _ => "wrapper",
    };
    private readonly Option<string> _transport = new("--transport")
    {
        Description = "How the meter is reached; serial takes the device as --host, such as /dev/ttyUSB0.",
        DefaultValueFactory = _ => "tcp",
    };
    private readonly Option<int> _baud = new("--baud")
    {
        Description = "Bits per second of --transport serial.",
        DefaultValueFactory = _ => 9600,
    };
    private readonly Option<bool> _signOn = new("--sign-on")
    {
        Description = "With --transport serial, sign on by IEC 62056-21 mode E first, as optical ports want it.",
    };
    private readonly TlsOptions _tls = new();
    private readonly ProtectionOptions _protection = new();
    private readonly Option<string?> _gateway = new("--gateway")
    {
        Description = "NETWORK:ADDRESS of a meter behind a gateway; the address as text, or in hexadecimal behind 0x.",
    };
    private readonly Option<int> _suite = new("--suite") { Description = "Security suite, 0 to 2.", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _shortNames = new("--short-names") { Description = "The meter is addressed by short names." };
    private readonly Option<string> _auth = new("--auth")
    {
        Description = "none, low (password), gmac (keys), or another high-level mechanism.",
        DefaultValueFactory = _ => "none",
    };
    private readonly Option<FileInfo?> _keys = new("--keys") { Description = "JSON file of keys, titles and passwords." };
    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds to wait for an answer.",
        DefaultValueFactory = _ => 30,
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    /// <summary>The options.</summary>
    /// <param name="hostRequired">False where the verb can do without a meter.</param>
    public MeterOptions(bool hostRequired = true)
    {
        _host.Required = hostRequired;
        _framing.AcceptOnlyFromAmong("wrapper", "hdlc");
        _auth.AcceptOnlyFromAmong("none", "low", "gmac", "md5", "sha1", "sha256", "ecdsa");
        _transport.AcceptOnlyFromAmong("tcp", "udp", "tls", "hdlc-tcp", "serial");
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _host, _port, _transport, _baud, _signOn, _framing, _gateway, _client, _server,
            _physical, _auth, _suite, _keys, _shortNames, _timeout, _otherContext, _json }) command.Add(option);
        _protection.AddTo(command);
        _tls.AddTo(command);
    }

    private static GatewayAddress? Gateway(string? text)
    {
        if (text is null) return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && byte.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var network))
        {
            var address = text[(colon + 1)..];
            if (!address.StartsWith("0x", StringComparison.Ordinal))
                return GatewayAddress.Of(address) with { NetworkId = network };
            if (HexText.TryParse(address, out var octets)) return new GatewayAddress(network, octets);
        }
        throw new CommandFailure($"--gateway: '{text}' is not NETWORK:ADDRESS such as 0:12345678.");
    }

    /// <summary>A mechanism as the standard calls it.</summary>
    public static string MechanismName(AuthenticationMechanism mechanism) => mechanism switch
    {
        AuthenticationMechanism.Lowest => "lowest",
        AuthenticationMechanism.LowLevel => "low",
        AuthenticationMechanism.HighLevelManufacturer => "high, manufacturer's (2)",
        AuthenticationMechanism.HighLevelMd5 => "high, MD5 (3)",
        AuthenticationMechanism.HighLevelSha1 => "high, SHA-1 (4)",
        AuthenticationMechanism.HighLevelGmac => "high, GMAC (5)",
        AuthenticationMechanism.HighLevelSha256 => "high, SHA-256 (6)",
        _ => "high, ECDSA (7)",
    };

    /// <summary>True where JSON is asked for.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>What the options say, checked.</summary>
    public MeterAddress Read(ParseResult parsed)
    {
        var auth = parsed.GetRequiredValue(_auth);
        var client = parsed.GetValue(_client) ?? (auth == "none" ? MeterConnection.PublicClient : 1);
        var server = parsed.GetRequiredValue(_server);
        var port = parsed.GetRequiredValue(_port);
        var timeout = parsed.GetRequiredValue(_timeout);
        var transport = parsed.GetRequiredValue(_transport);
        if (transport == "tcp" && parsed.GetRequiredValue(_framing) == "hdlc") transport = "hdlc-tcp";
        var hdlc = transport is "hdlc-tcp" or "serial";
        var suite = parsed.GetRequiredValue(_suite);
        if (suite is < 0 or > 2) throw new CommandFailure("--suite takes 0, 1 or 2.");
        if (parsed.GetRequiredValue(_baud) is < 50 or > 4_000_000) throw new CommandFailure("--baud takes 50 to 4000000.");
        if (port is < 1 or > ushort.MaxValue) throw new CommandFailure($"{port} is no TCP port.");
        if (client < 0 || client > (hdlc ? 127 : ushort.MaxValue)) throw new CommandFailure($"{client} is no client SAP.");
        if (server < 0 || server > (hdlc ? 0x3FFF : ushort.MaxValue)) throw new CommandFailure($"{server} is no server SAP.");
        var physical = parsed.GetValue(_physical);
        if (physical is < 0 or > 0x3FFF) throw new CommandFailure($"{physical} is no physical device.");
        if (physical is not null && !hdlc) throw new CommandFailure("--physical goes with HDLC only.");
        if (timeout is < 1 or > 3600) throw new CommandFailure("--timeout takes 1 to 3600 seconds.");
        var keys = KeysFile.Read(parsed.GetValue(_keys));
        var host = parsed.GetValue(_host) ?? throw new CommandFailure("--host says where the meter listens; it is missing.");
        var signOn = parsed.GetValue(_signOn);
        if (signOn && transport != "serial") throw new CommandFailure("--sign-on goes with --transport serial.");
        var meter = new MeterAddress(host, port, client, server, transport, auth, keys, TimeSpan.FromSeconds(timeout))
        {
            Physical = physical,
            BaudRate = parsed.GetRequiredValue(_baud),
            Suite = (SecuritySuite)suite,
            Gateway = Gateway(parsed.GetValue(_gateway)),
            ShortNames = parsed.GetValue(_shortNames),
            AcceptOtherContext = parsed.GetValue(_otherContext),
            SignsOn = signOn,
            Tls = _tls.Read(parsed, transport == "tls", keys),
        };
        return _protection.Read(parsed, meter);
    }
}
