using System.Buffers;
using System.Text;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>What a meter shows and does on its local port.</summary>
public sealed record LocalExchangeDevice
{
    /// <summary>Who it is and what it can do.</summary>
    public required MeterIdentification Identification { get; init; }

    /// <summary>Its address; a request with an empty one is for it too.</summary>
    public string Address { get; init; } = "";

    /// <summary>The data read-out, without STX and block check: lines of data sets, CR LF after each, <c>!</c> CR LF at the end.</summary>
    public Func<string> ReadOut { get; init; } = () => "!\r\n";

    /// <summary>What P0 gives the client to make its password of; without brackets.</summary>
    public string Operand { get; init; } = "";

    /// <summary>Whether a password is right, to be compared in constant time. The type is 1 or 2, the password without brackets.</summary>
    public Func<char, string, bool> Password { get; init; } = (_, _) => false;

    /// <summary>Reads; the data set asked for as <c>1.8.0()</c>, the answer as <c>(123*kWh)</c>; null where there is none such. The type
    /// is the digit of the command.</summary>
    public Func<char, string, string?> Read { get; init; } = (_, _) => null;

    /// <summary>Writes or executes, after the password; false where that is refused.</summary>
    public Func<char, char, string, bool> Write { get; init; } = (_, _, _) => false;

    /// <summary>Reading needs the password too.</summary>
    public bool ReadNeedsPassword { get; init; }

    /// <summary>The line carries eight bits; seven bits with even parity are made by software.</summary>
    public bool SoftwareParity { get; init; }
}

/// <summary>The meter's side of IEC 62056-21, modes A, B, C and the start of E. Bytes in, bytes out; time-outs and the speed of the line
/// belong to the caller.</summary>
/// <param name="device">What stands behind.</param>
public sealed class LocalExchangeServer(LocalExchangeDevice device)
{
    private const int MaxMessageLength = 4096;
    private const int MaxWrongPasswords = 3;

    private readonly LocalMessageReader _reader = new(MaxMessageLength, device.SoftwareParity);
    private LocalMessage _last;
    private bool _trusted;
    private int _wrongPasswords;

    /// <summary>Where the exchange stands. <see cref="LocalExchangeState.Hdlc"/>: the line is HDLC's once the output is sent.</summary>
    public LocalExchangeState State { get; private set; }

    /// <summary>The speed the line has to have for what comes in next.</summary>
    public int BaudRate { get; private set; } = LocalBaudRate.SignOn;

    /// <summary>Bytes of the last output that go out before the speed changes to <see cref="BaudRate"/>; the rest goes after. At most all
    /// of it.</summary>
    public int SentAtFormerSpeed { get; private set; }

    /// <summary>Messages that were broken, not for this device, or did not fit the state.</summary>
    public long StrayMessages { get; private set; }

    /// <summary>Forgets the exchange: the client was silent for too long, or the line broke.</summary>
    public void Reset()
    {
        (State, BaudRate, _trusted) = (LocalExchangeState.SignedOff, LocalBaudRate.SignOn, false);
        _reader.Reset();
    }

    /// <summary>Serves the next whole message of the input and takes it off; false where there is none yet.</summary>
    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        SentAtFormerSpeed = 0;
        if (State == LocalExchangeState.Hdlc || input.IsEmpty) return false;
        try
        {
            _reader.ExpectsChoice = State == LocalExchangeState.Identified;
            switch (_reader.Read(ref input, out var message))
            {
                case LocalReading.Incomplete:
                    return false;
                case LocalReading.Broken:
                    StrayMessages++;
                    if (State is LocalExchangeState.Programming or LocalExchangeState.Partial)
                        Write(new LocalMessage(LocalExchangeInput.Repeat), output);
                    return true;
                default:
                    Serve(message, output);
                    return true;
            }
        }
        catch (ProtocolException)
        {
            StrayMessages++;
            input = input.Slice(input.End);
            Reset();
            return true;
        }
    }

    private void Serve(in LocalMessage message, IBufferWriter<byte> output)
    {
        if (LocalExchangeTable.Next(State, message.Input) is not { } next
            || message.Input is LocalExchangeInput.Data or LocalExchangeInput.Operand
            || (message.Input == LocalExchangeInput.Request && !IsForUs(message.Text))
            || (message.Input == LocalExchangeInput.ChooseHdlc && !device.Identification.OffersHdlc))
        {
            StrayMessages++;
            return;
        }
        State = next;
        switch (message.Input)
        {
            case LocalExchangeInput.Request:
                Identify(output);
                break;
            case LocalExchangeInput.ChooseReadOut or LocalExchangeInput.ChooseProgramming:
                BaudRate = LocalBaudRate.Of((char)message.Content.Span[0]) ?? LocalBaudRate.SignOn;
                if (next == LocalExchangeState.ReadOut) SendReadOut(output);
                else Answer(LocalMessage.Of('P', '0', $"({device.Operand})"), output);
                break;
            case LocalExchangeInput.ChooseHdlc:
                SentAtFormerSpeed = Answer(message, output);
                BaudRate = LocalBaudRate.Of((char)message.Content.Span[0]) ?? LocalBaudRate.SignOn;
                break;
            case LocalExchangeInput.Command:
                Command(message, output);
                break;
            case LocalExchangeInput.Repeat:
                Answer(_last, output);
                break;
            default:
                if (next == LocalExchangeState.SignedOff) Reset();
                break;
        }
    }

    private void Identify(IBufferWriter<byte> output)
    {
        (BaudRate, _trusted) = (LocalBaudRate.SignOn, false);
        var who = device.Identification;
        var waits = who.Mode is LocalExchangeMode.C or LocalExchangeMode.E;
        var message = new LocalMessage(
            waits ? LocalExchangeInput.IdentificationWithChoice : LocalExchangeInput.Identification, Content: who.Encode().AsMemory(1..^2));
        SentAtFormerSpeed = Answer(message, output);
        if (waits) return;
        BaudRate = who.BaudRate;
        SendReadOut(output);
    }

    private void SendReadOut(IBufferWriter<byte> output) =>
        Answer(new LocalMessage(LocalExchangeInput.Data, Content: Encoding.ASCII.GetBytes(device.ReadOut())), output);

    private void Command(in LocalMessage message, IBufferWriter<byte> output)
    {
        switch (message.Command)
        {
            case 'P':
                Enter(message, output);
                break;
            case 'R' when _trusted || !device.ReadNeedsPassword:
                Answer(Data(device.Read(message.CommandType, message.Text) ?? "(ERROR)"), output);
                break;
            case 'W' or 'E' when _trusted && device.Write(message.Command, message.CommandType, message.Text):
                Answer(new LocalMessage(LocalExchangeInput.Acknowledge), output);
                break;
            default:
                Answer(Data("(ERROR)"), output);
                break;
        }
    }

    private void Enter(in LocalMessage message, IBufferWriter<byte> output)
    {
        _trusted = device.Password(message.CommandType, message.Text.TrimStart('(').TrimEnd(')'));
        _wrongPasswords = _trusted ? 0 : _wrongPasswords + 1;
        if (_trusted)
        {
            Answer(new LocalMessage(LocalExchangeInput.Acknowledge), output);
        }
        else if (_wrongPasswords >= MaxWrongPasswords)
        {
            _wrongPasswords = 0;
            Answer(LocalMessage.Of('B', '0', ""), output);
            Reset();
        }
        else
        {
            Answer(Data("(ERROR)"), output);
        }
    }

    private bool IsForUs(string address) =>
        address.Length == 0 || string.Equals(address.TrimStart('0'), device.Address.TrimStart('0'), StringComparison.Ordinal);

    private static LocalMessage Data(string dataSet) => new(LocalExchangeInput.Data, Content: Encoding.ASCII.GetBytes(dataSet));

    /// <summary>Sends what moves the exchange on, and keeps it for NAK; returns the bytes written.</summary>
    private int Answer(in LocalMessage message, IBufferWriter<byte> output)
    {
        State = LocalExchangeTable.Next(State, message.Input) ?? State;
        _last = message;
        return Write(message, output);
    }

    private int Write(in LocalMessage message, IBufferWriter<byte> output)
    {
        var bytes = new ArrayBufferWriter<byte>();
        message.Write(bytes, device.SoftwareParity);
        output.Write(bytes.WrittenSpan);
        return bytes.WrittenCount;
    }
}
