using System.Buffers;
using System.Text;

namespace Headrace.Dlms.LocalExchange;

/// <summary>One message of IEC 62056-21.</summary>
/// <param name="Input">Which.</param>
/// <param name="Command">P, R, W, E or B of a command; 0 for none.</param>
/// <param name="CommandType">The digit behind it.</param>
/// <param name="Content">The address of a request, the line of an identification, the baud character of a choice, or what stands between
/// STX and ETX.</param>
public readonly record struct LocalMessage(
    LocalExchangeInput Input, char Command = '\0', char CommandType = '\0', ReadOnlyMemory<byte> Content = default)
{
    internal const byte StartOfHeader = 0x01, StartOfText = 0x02, EndOfText = 0x03, EndOfTransmission = 0x04;
    internal const byte Acknowledged = 0x06, LineFeed = 0x0A, CarriageReturn = 0x0D, NotAcknowledged = 0x15;

    /// <summary>The content as text.</summary>
    public string Text => Encoding.ASCII.GetString(Content.Span);

    /// <summary>A command with its data set; a read of type 5 is <c>R5</c> <c>1.8.0()</c>.</summary>
    public static LocalMessage Of(char command, char type, string dataSet) => new(
        command switch
        {
            'B' => LocalExchangeInput.Break,
            'P' when type == '0' => LocalExchangeInput.Operand,
            _ => LocalExchangeInput.Command,
        },
        command, type, Encoding.ASCII.GetBytes(dataSet));

    /// <summary>Writes the message, with its block check where it has one.</summary>
    public void Write(IBufferWriter<byte> output, bool softwareParity)
    {
        var bytes = new ArrayBufferWriter<byte>();
        WriteBare(bytes);
        var span = output.GetSpan(bytes.WrittenCount);
        for (var i = 0; i < bytes.WrittenCount; i++)
            span[i] = softwareParity ? SevenEvenParity.Encode(bytes.WrittenSpan[i]) : bytes.WrittenSpan[i];
        output.Advance(bytes.WrittenCount);
    }

    /// <summary>The exclusive or of everything behind the first SOH or STX up to and including ETX or EOT (ISO 1155).</summary>
    internal static byte BlockCheck(ReadOnlySpan<byte> covered)
    {
        byte check = 0;
        foreach (var character in covered) check ^= character;
        return check;
    }

    private void WriteBare(ArrayBufferWriter<byte> output)
    {
        switch (Input)
        {
            case LocalExchangeInput.Request:
                output.Write("/?"u8);
                output.Write(Content.Span);
                output.Write("!\r\n"u8);
                break;
            case LocalExchangeInput.Identification or LocalExchangeInput.IdentificationWithChoice:
                output.Write("/"u8);
                output.Write(Content.Span);
                output.Write("\r\n"u8);
                break;
            case LocalExchangeInput.ChooseReadOut or LocalExchangeInput.ChooseProgramming or LocalExchangeInput.ChooseHdlc:
                var (protocol, mode) = Input switch
                {
                    LocalExchangeInput.ChooseReadOut => ('0', '0'),
                    LocalExchangeInput.ChooseProgramming => ('0', '1'),
                    _ => ('2', '2'),
                };
                output.Write((ReadOnlySpan<byte>)[Acknowledged, (byte)protocol, Content.Span[0], (byte)mode, CarriageReturn, LineFeed]);
                break;
            case LocalExchangeInput.Acknowledge:
                output.Write((ReadOnlySpan<byte>)[Acknowledged]);
                break;
            case LocalExchangeInput.Repeat:
                output.Write((ReadOnlySpan<byte>)[NotAcknowledged]);
                break;
            default:
                WriteBlock(output);
                break;
        }
    }

    private void WriteBlock(ArrayBufferWriter<byte> output)
    {
        var isData = Input is LocalExchangeInput.Data or LocalExchangeInput.PartialData;
        if (!isData) output.Write((ReadOnlySpan<byte>)[StartOfHeader, (byte)Command, (byte)CommandType]);
        if (isData || !Content.IsEmpty) output.Write((ReadOnlySpan<byte>)[StartOfText]);
        output.Write(Content.Span);
        output.Write((ReadOnlySpan<byte>)[Input == LocalExchangeInput.PartialData ? EndOfTransmission : EndOfText]);
        output.Write((ReadOnlySpan<byte>)[BlockCheck(output.WrittenSpan[1..])]);
    }
}
