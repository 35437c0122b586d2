using System.IO.Pipelines;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Checks;

/// <summary>What a check came to.</summary>
public enum CheckResult
{
    /// <summary>The meter does what the standard says.</summary>
    Passed,
    /// <summary>It does something else.</summary>
    Failed,
    /// <summary>The check does not fit this meter or these rights, or something it needs is missing.</summary>
    NotApplicable,
}

/// <summary>What a check found.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="Expected">What the standard asks for.</param>
/// <param name="Found">What the meter did, or why the check does not apply.</param>
public sealed record CheckVerdict(CheckResult Result, string Expected, string Found)
{
    /// <summary>Passed where it holds, else failed.</summary>
    public static CheckVerdict If(bool holds, string expected, string found) =>
        new(holds ? CheckResult.Passed : CheckResult.Failed, expected, found);

    /// <summary>The check does not fit, and why.</summary>
    public static CheckVerdict NotApplicable(string why) => new(CheckResult.NotApplicable, "", why);
}

/// <summary>One check of the suite, with what it found.</summary>
/// <param name="Id">Group and name, such as <c>services.unknown-object</c>.</param>
/// <param name="Title">What is checked, in a sentence.</param>
/// <param name="Clause">Where the standard says so.</param>
/// <param name="Verdict">What was found.</param>
public sealed record CheckOutcome(string Id, string Title, string Clause, CheckVerdict Verdict);

/// <summary>A connection to the meter that carries APDUs.</summary>
/// <param name="Channel">Not yet opened.</param>
/// <param name="Line">What has to be closed after use.</param>
public sealed record MeterLine(IApduChannel Channel, IAsyncDisposable Line);

/// <summary>A connection to the meter that carries bytes.</summary>
/// <param name="Pipe">The bytes.</param>
/// <param name="Line">What has to be closed after use.</param>
public sealed record RawLine(IDuplexPipe Pipe, IAsyncDisposable Line);

/// <summary>How single HDLC frames reach the meter.</summary>
/// <param name="ConnectAsync">Makes a connection without a link. <see cref="IOException"/> and <see cref="TimeoutException"/> where it
/// cannot be.</param>
/// <param name="Client">The client's address.</param>
/// <param name="Server">The meter's, in the length it expects.</param>
/// <param name="Timings">How long frames are waited for.</param>
public sealed record HdlcUnderTest(
    Func<CancellationToken, ValueTask<RawLine>> ConnectAsync, HdlcAddress Client, HdlcAddress Server, HdlcTimings Timings);

/// <summary>The meter that is checked, and how it is reached. Every check connects anew.</summary>
public sealed record MeterUnderTest
{
    /// <summary>Makes a connection. <see cref="IOException"/> and <see cref="TimeoutException"/> where it cannot be.</summary>
    public required Func<CancellationToken, ValueTask<MeterLine>> ConnectAsync { get; init; }

    /// <summary>How a good association is opened.</summary>
    public required ClientOptions Options { get; init; }

    /// <summary>The secrets of a good association; stay the caller's.</summary>
    public required SecurityKeys Keys { get; init; }

    /// <summary>How long answers are waited for.</summary>
    public ClientTimings Timings { get; init; } = ClientTimings.Usual;

    /// <summary>How long silence has to last to count as a refusal.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The channel is HDLC: checks of the link apply.</summary>
    public bool IsHdlc { get; init; }

    /// <summary>How single frames are sent; null where they cannot be: checks of the link that need it do not apply then.</summary>
    public HdlcUnderTest? Hdlc { get; init; }

    /// <summary>Checks may write attributes; what they write is refused by a conformant meter.</summary>
    public bool AllowWrites { get; init; }

    /// <summary>Checks may offer wrong secrets, which meters count, log, and answer with a lock-out.</summary>
    public bool AllowWrongSecrets { get; init; }

    /// <summary>Whose time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A check: what it is called and what it does.</summary>
internal sealed record MeterCheck(
    string Id, string Title, string Clause, Func<MeterUnderTest, CancellationToken, ValueTask<CheckVerdict>> RunAsync);
