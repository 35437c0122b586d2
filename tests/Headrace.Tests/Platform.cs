// The program is tested as it is run: on Linux, with its file modes and signals.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
