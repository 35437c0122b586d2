using System.CommandLine;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms</c>: look into DLMS/COSEM telegrams, and work with a meter directly.</summary>
internal static class DlmsCommand
{
    public static Command Create() => new("dlms", "Decodes DLMS/COSEM telegrams and works with meters directly.")
    {
        DlmsDecodeCommand.Create(),
        DlmsEncodeCommand.Create(),
        DlmsAssociateCommand.Create(),
        DlmsReadCommand.Create(),
        DlmsWriteCommand.Create(),
        DlmsInvokeCommand.Create(),
        DlmsProfileCommand.Create(),
        DlmsObjectsCommand.Create(),
        DlmsProfilesCommand.Create(),
        DlmsCompareCommand.Create(),
        DlmsConformanceCommand.Create(),
        DlmsMonitorCommand.Create(),
    };
}
