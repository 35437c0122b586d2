namespace Headrace.Dlms.Tests;

/// <summary>Tests that measure the memory of the process: no other runs meanwhile, since what it holds would count too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeProcess
{
    public const string Name = "memory of the whole process";
}
