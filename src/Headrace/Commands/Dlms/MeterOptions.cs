using System.CommandLine;
using Headrace.Dlms.Acse;

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
        DefaultValueFactory = _ =>
        1
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
        Description = "What is around the APDUs.",
        DefaultValueFactory = _ =>
        "wrapper"
    };
    private readonly Option<string> _auth = new("--auth")
    {
        Description = "none, low (password), or gmac (keys).",
        DefaultValueFactory = _ => "none"
    };
    private readonly Option<FileInfo?> _keys = new("--keys") { Description = "JSON file: client_system_title, guek, gak, password." };
    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds to wait for an answer.",
        DefaultValueFactory = _ =>
        30
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    /// <summary>The options.</summary>
    /// <param name="hostRequired">False where the verb can do without a meter.</param>
    public MeterOptions(bool hostRequired = true)
    {
        _host.Required = hostRequired;
        _framing.AcceptOnlyFromAmong("wrapper", "hdlc");
        _auth.AcceptOnlyFromAmong("none", "low", "gmac");
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _host, _port, _client, _server, _physical, _framing, _auth, _keys, _timeout,
            _otherContext, _json }) command.Add(option);
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
        var hdlc = parsed.GetRequiredValue(_framing) == "hdlc";
        if (port is < 1 or > ushort.MaxValue) throw new CommandFailure($"{port} is no TCP port.");
        if (client < 0 || client > (hdlc ? 127 : ushort.MaxValue)) throw new CommandFailure($"{client} is no client SAP.");
        if (server < 0 || server > (hdlc ? 0x3FFF : ushort.MaxValue)) throw new CommandFailure($"{server} is no server SAP.");
        var physical = parsed.GetValue(_physical);
        if (physical is < 0 or > 0x3FFF) throw new CommandFailure($"{physical} is no physical device.");
        if (physical is not null && !hdlc) throw new CommandFailure("--physical goes with --framing hdlc only.");
        if (timeout is < 1 or > 3600) throw new CommandFailure("--timeout takes 1 to 3600 seconds.");
        var keys = KeysFile.Read(parsed.GetValue(_keys));
        var host = parsed.GetValue(_host) ?? throw new CommandFailure("--host says where the meter listens; it is missing.");
        return new MeterAddress(host, port, client, server, hdlc, auth, keys, TimeSpan.FromSeconds(timeout))
        {
            Physical = physical,
            AcceptOtherContext = parsed.GetValue(_otherContext),
        };
    }
}

/// <summary>A meter, how to reach it and with what rights.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Client">Client SAP.</param>
/// <param name="Server">Server SAP.</param>
/// <param name="Hdlc">HDLC in place of the wrapper.</param>
/// <param name="Authentication"><c>none</c>, <c>low</c> or <c>gmac</c>.</param>
/// <param name="Keys">Keys, titles, password.</param>
/// <param name="Timeout">How long an answer is waited for.</param>
internal sealed record MeterAddress(
    string Host, int Port, int Client, int Server, bool Hdlc, string Authentication, KeysFile Keys, TimeSpan Timeout)
{
    /// <summary>The physical device behind an HDLC address; null for the short form without.</summary>
    public int? Physical { get; init; }

    /// <summary>An AARE with another application context is borne.</summary>
    public bool AcceptOtherContext { get; init; }
}
