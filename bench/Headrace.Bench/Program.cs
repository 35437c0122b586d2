// Prints figures of this machine; nothing here is a test. Usage: dotnet run -c Release --project bench/Headrace.Bench -- NAME
using Headrace.Bench;

return args switch
{
    ["push-decode", .. var rest] => PushDecodeBench.Run(rest),
    ["ingest-sqlite"] => await IngestBench.RunAsync(),
    ["dlms-get"] => await GetBench.RunAsync(),
    ["dlms-profile"] => await ProfileBench.RunAsync(),
    ["dlms-sign"] => SignBench.Run(),
    ["dlms-associations"] => await AssociationsBench.RunAsync(),
    ["store"] => StoreBench.Run(),
    ["demo-at-rest"] => await DemoBench.RunAsync(1000),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine(
        "Name one of: push-decode, dlms-get, dlms-profile, dlms-sign, dlms-associations, ingest-sqlite, store, demo-at-rest");
    return 1;
}
