// Prints figures of this machine; nothing here is a test. Usage: dotnet run -c Release --project bench/Headrace.Bench -- NAME
using Headrace.Bench;

return args switch
{
    ["push-decode", .. var rest] => PushDecodeBench.Run(rest),
    ["store"] => StoreBench.Run(),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine("Name one of: push-decode, store");
    return 1;
}
