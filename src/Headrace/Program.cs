using System.CommandLine;
using Headrace.Commands;
using Headrace.Commands.Catalogue;
using Headrace.Commands.Devices;
using Headrace.Commands.Dlms;

var root = new RootCommand("Headrace: an open advanced-metering suite.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    SimulateCommand.Create(),
    DeviceCommand.Create(),
    ReadingsCommand.Create(),
    DlmsCommand.Create(),
    CatalogueCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
    });
}
catch (CommandFailure failure)
{
    await Console.Error.WriteLineAsync("headrace: " + failure.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
