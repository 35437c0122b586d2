using Headrace.Storage.Tests;
using Headrace.Storage.Tests.Sqlite;

// The test of sudden death starts this program again as the process that is killed; otherwise it is the ordinary runner.
return Environment.GetEnvironmentVariable(DoomedProcess.DirectoryVariable) is { } directory
    ? await DoomedProcess.RunAsync(directory)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
