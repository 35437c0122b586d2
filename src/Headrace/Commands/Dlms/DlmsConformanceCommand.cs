using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Checks;
using Headrace.Dlms.Session;

namespace Headrace.Commands.Dlms;

/// <summary>
/// <c>headrace dlms conformance</c>: runs our checks of the standard against a meter. Exit code 1 where one failed.
/// </summary>
internal static class DlmsConformanceCommand
{
    public static Command Create()
    {
        var only = new Option<string[]>("--only")
        {
            Description = "Checks by id or group, such as services or security.replay.",
            AllowMultipleArgumentsPerToken = true,
        };
        var writes = new Option<bool>("--allow-writes")
        {
            Description = "Also write values of a wrong type, which the meter has to refuse.",
        };
        var secrets = new Option<bool>("--allow-wrong-secrets")
        {
            Description = "Also offer a wrong secret, which meters count and may answer with a lock-out.",
        };
        var options = new MeterOptions();
        var command = new Command("conformance", "Checks a meter against the standard. Reads only, unless more is allowed.")
        {
            only, writes, secrets
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var meter = options.Read(parsed);
            var groups = parsed.GetValue(only) ?? [];
            Check(groups);
            return await MeterConnection.TriedAsync(meter, async () =>
            {
                using var keys = MeterAssociation.Keys(meter);
                var proposed = MeterAssociation.Options(meter, await MeterConnection.CounterAsync(meter, cancellationToken));
                var target = Target(meter, proposed, keys) with
                {
                    AllowWrites = parsed.GetValue(writes),
                    AllowWrongSecrets = parsed.GetValue(secrets),
                };
                return await RunAsync(target, id => groups.Length == 0 || groups.Any(group => IsOf(id, group)), options.Json(parsed),
                    cancellationToken);
            });
        });
        return command;
    }

    private static MeterUnderTest Target(MeterAddress meter, ClientOptions proposed, SecurityKeys keys) => new()
    {
        ConnectAsync = async token =>
        {
            var connection = await MeterConnection.OpenAsync(meter, proposed, keys, token);
            return new MeterLine(connection.Channel, connection);
        },
        Options = proposed,
        Keys = keys,
        Timings = new ClientTimings(meter.Timeout, TimeSpan.FromSeconds(2)),
        IsHdlc = meter.IsHdlc,
        Hdlc = RawHdlcLine.Of(meter),
    };

    private static async Task<int> RunAsync(MeterUnderTest target, Func<string, bool> wanted, bool json,
        CancellationToken cancellationToken)
    {
        var outcomes = new List<CheckOutcome>();
        await foreach (var outcome in MeterCheckSuite.RunAsync(target, wanted, cancellationToken))
        {
            outcomes.Add(outcome);
            if (!json) Print(outcome);
        }
        if (json) Output.Print(Json(outcomes), json: true);
        else Console.WriteLine($"{Count(outcomes, CheckResult.Passed)} passed, {Count(outcomes, CheckResult.Failed)} failed, "
            + $"{Count(outcomes, CheckResult.NotApplicable)} not applicable");
        return Count(outcomes, CheckResult.Failed) == 0 ? 0 : 1;
    }

    private static void Print(CheckOutcome outcome)
    {
        var (result, expected, found) = outcome.Verdict;
        Console.WriteLine($"{Word(result),-7}  {outcome.Id,-32}  {outcome.Title}");
        if (result == CheckResult.NotApplicable) Console.WriteLine($"         {found}");
        if (result != CheckResult.Failed) return;
        Console.WriteLine($"         expected: {expected}");
        Console.WriteLine($"         found:    {found}");
        Console.WriteLine($"         {outcome.Clause}");
    }

    private static JsonObject Json(List<CheckOutcome> outcomes) => new()
    {
        ["passed"] = Count(outcomes, CheckResult.Passed),
        ["failed"] = Count(outcomes, CheckResult.Failed),
        ["not_applicable"] = Count(outcomes, CheckResult.NotApplicable),
        ["checks"] = new JsonArray([.. outcomes.Select(outcome => (JsonNode)new JsonObject
        {
            ["id"] = outcome.Id,
            ["title"] = outcome.Title,
            ["clause"] = outcome.Clause,
            ["result"] = Word(outcome.Verdict.Result),
            ["expected"] = outcome.Verdict.Expected,
            ["found"] = outcome.Verdict.Found,
        })]),
    };

    private static int Count(List<CheckOutcome> outcomes, CheckResult result) => outcomes.Count(o => o.Verdict.Result == result);

    private static string Word(CheckResult result) => result switch
    {
        CheckResult.Passed => "passed",
        CheckResult.Failed => "FAILED",
        _ => "n/a",
    };

    private static bool IsOf(string id, string group) => id == group || id.StartsWith(group + ".", StringComparison.Ordinal);

    private static void Check(string[] groups)
    {
        foreach (var group in groups)
        {
            if (!MeterCheckSuite.Ids.Any(id => IsOf(id, group)))
                throw new CommandFailure($"--only: '{group}' is no check; there are {string.Join(", ", MeterCheckSuite.Ids)}.");
        }
    }
}
