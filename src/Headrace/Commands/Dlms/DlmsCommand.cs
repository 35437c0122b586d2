using System.CommandLine;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms</c>: look into DLMS/COSEM telegrams, and read a meter directly.</summary>
internal static class DlmsCommand
{
    public static Command Create() => new("dlms", "Decodes DLMS/COSEM telegrams and reads meters directly.")
    {
        DlmsDecodeCommand.Create(),
        DlmsReadCommand.Create(),
        DlmsProfileCommand.Create(),
        DlmsObjectsCommand.Create(),
    };
}
