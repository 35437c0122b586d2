// Prints figures of this machine; nothing here is a test. Usage: dotnet run -c Release --project bench/Headrace.Bench -- NAME
return args switch
{
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine("Name one of: (none yet)");
    return 1;
}
