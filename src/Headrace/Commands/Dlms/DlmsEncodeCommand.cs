using System.CommandLine;
using Headrace.Dlms.Translation.Xml;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms encode</c>: the bytes of a message in XML.</summary>
internal static class DlmsEncodeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "XML as 'decode --xml' writes it; - reads standard input." };
        var command = new Command("encode", "Encodes a message in XML to hexadecimal.") { file };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(file);
            try
            {
                using var text = name == "-" ? Console.In : new StreamReader(name);
                Console.WriteLine(Convert.ToHexString(XmlTranslator.Encode(text)));
                return 0;
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure($"{name} cannot be read: {wrong.Message}", wrong);
            }
            catch (ProtocolException wrong)
            {
                throw new CommandFailure($"{name} cannot be encoded: {wrong.Message}.", wrong);
            }
        });
        return command;
    }
}
