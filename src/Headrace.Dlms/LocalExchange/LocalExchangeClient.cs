using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>How a client speaks.</summary>
public sealed record LocalExchangeOptions
{
    /// <summary>The line carries eight bits; seven bits with even parity are made by software.</summary>
    public bool SoftwareParity { get; init; }

    /// <summary>Longest message taken, in characters, and longest answer of several blocks.</summary>
    public int MaxMessageLength { get; init; } = 256 * 1024;

    /// <summary>Drop what repeats the message sent last: an optical head that hears itself.</summary>
    public bool DropEcho { get; init; }

    /// <summary>How often a broken message is asked for again, and NAK is answered by the message once more.</summary>
    public int Repetitions { get; init; } = 3;
}

/// <summary>The client's side of IEC 62056-21, modes A, B, C and the start of E. Bytes in, bytes out; time-outs and the speed of the line
/// belong to the caller.</summary>
/// <param name="options">How to speak.</param>
public sealed class LocalExchangeClient(LocalExchangeOptions options)
{
    private readonly LocalMessageReader _reader = new(options.MaxMessageLength, options.SoftwareParity);
    private readonly ArrayBufferWriter<byte> _sent = new();
    private LocalMessage _last;
    private int _repetitions;
    private bool _echoPending;

    /// <summary>Where the exchange stands.</summary>
    public LocalExchangeState State { get; private set; }

    /// <summary>Who the meter is, once it has said so.</summary>
    public MeterIdentification? Meter { get; private set; }

    /// <summary>The speed the line has to have from the end of what was sent and received so far.</summary>
    public int BaudRate { get; private set; } = LocalBaudRate.SignOn;

    /// <summary>Messages that did not fit the state and were dropped.</summary>
    public long StrayMessages { get; private set; }

    /// <summary>Own messages heard again and dropped.</summary>
    public long EchoesDropped { get; private set; }

    internal int MaxMessageLength => options.MaxMessageLength;

    /// <summary>Signs on, <c>/?address!</c>. The identification follows.</summary>
    /// <param name="address">The meter's, at most 32 letters, digits and blanks; empty where it is alone.</param>
    /// <param name="output">Where the message goes.</param>
    public void Request(string address, IBufferWriter<byte> output)
    {
        if (address.Length > 32 || !address.All(c => char.IsAsciiLetterOrDigit(c) || c == ' '))
            throw new ArgumentException("A device address has at most 32 letters, digits and blanks.", nameof(address));
        BaudRate = LocalBaudRate.SignOn;
        Send(new LocalMessage(LocalExchangeInput.Request, Content: System.Text.Encoding.ASCII.GetBytes(address)), output);
    }

    /// <summary>Chooses what a meter of mode C or E is to do next, at the speed it offers.</summary>
    /// <param name="choice"><see cref="LocalExchangeInput.ChooseReadOut"/>, <see cref="LocalExchangeInput.ChooseProgramming"/> or
    /// <see cref="LocalExchangeInput.ChooseHdlc"/>.</param>
    /// <param name="output">Where the message goes.</param>
    /// <param name="baudCharacter">Another speed than offered; null for that.</param>
    /// <exception cref="InvalidOperationException">The meter has not been identified, or does not wait for a choice.</exception>
    public void Choose(LocalExchangeInput choice, IBufferWriter<byte> output, char? baudCharacter = null)
    {
        var character = baudCharacter ?? Meter?.BaudCharacter ?? '0';
        Send(new LocalMessage(choice, Content: new[] { (byte)character }), output);
        if (choice != LocalExchangeInput.ChooseHdlc) BaudRate = LocalBaudRate.Of(character) ?? LocalBaudRate.SignOn;
    }

    /// <summary>Sends a command of programming mode, such as <c>P1 (password)</c>, <c>R5 1.8.0()</c>, <c>W5 0.9.1(120000)</c>.</summary>
    /// <exception cref="InvalidOperationException">Programming mode is not reached, or a command is unanswered.</exception>
    public void Send(char command, char type, string dataSet, IBufferWriter<byte> output) =>
        Send(LocalMessage.Of(command, type, dataSet), output);

    /// <summary>Acknowledges a read-out, or a block of an answer to get the next.</summary>
    public void Acknowledge(IBufferWriter<byte> output) => Send(new LocalMessage(LocalExchangeInput.Acknowledge), output);

    /// <summary>Signs off, <c>B0</c>. Nothing follows.</summary>
    public void Break(IBufferWriter<byte> output) => Send(LocalMessage.Of('B', '0', ""), output);

    /// <summary>Sends the last message again, after silence.</summary>
    public void OnTimeout(IBufferWriter<byte> output) => Write(_last, output);

    /// <summary>Takes the next message off the input. A broken one is asked for again into <paramref name="output"/>, a refused one sent
    /// again.</summary>
    /// <returns>False where the input holds none yet.</returns>
    /// <exception cref="ProtocolException">Longer than allowed, or broken or refused time after time.</exception>
    public bool TryReceive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output, out LocalMessage message)
    {
        message = default;
        while (DropEcho(ref input))
        {
            _reader.ExpectsChoice = State == LocalExchangeState.Confirming;
            switch (_reader.Read(ref input, out message))
            {
                case LocalReading.Incomplete:
                    return false;
                case LocalReading.Broken:
                    Again(output, "broken");
                    break;
                default:
                    if (Take(message, output)) return true;
                    break;
            }
        }
        return false;
    }

    private bool Take(in LocalMessage message, IBufferWriter<byte> output)
    {
        if (message.Input == LocalExchangeInput.Repeat && State is LocalExchangeState.Commanded or LocalExchangeState.Operand
            && _repetitions < options.Repetitions)
        {
            _repetitions++;
            Write(_last, output);
            return false;
        }
        if (LocalExchangeTable.Next(State, message.Input) is not { } next || message.Input == LocalExchangeInput.Request)
        {
            StrayMessages++;
            return false;
        }
        (State, _repetitions) = (next, 0);
        switch (message.Input)
        {
            case LocalExchangeInput.Identification or LocalExchangeInput.IdentificationWithChoice:
                Meter = MeterIdentification.Parse(message.Content.Span);
                if (Meter.Mode == LocalExchangeMode.B) BaudRate = Meter.BaudRate;
                break;
            case LocalExchangeInput.ChooseHdlc:
                BaudRate = LocalBaudRate.Of((char)message.Content.Span[0]) ?? BaudRate;
                break;
        }
        return true;
    }

    /// <summary>A broken identification is asked for by the request, anything else by NAK.</summary>
    private void Again(IBufferWriter<byte> output, string what)
    {
        if (++_repetitions > options.Repetitions) throw new ProtocolException($"the message stays {what}");
        if (State is LocalExchangeState.Requested or LocalExchangeState.Confirming) Write(_last, output);
        else if (State != LocalExchangeState.SignedOff) Write(new LocalMessage(LocalExchangeInput.Repeat), output);
    }

    private void Send(in LocalMessage message, IBufferWriter<byte> output)
    {
        State = LocalExchangeTable.Next(State, message.Input)
            ?? throw new InvalidOperationException($"{message.Input} does not fit the state {State}.");
        (_last, _repetitions) = (message, 0);
        Write(message, output);
    }

    private void Write(in LocalMessage message, IBufferWriter<byte> output)
    {
        _sent.ResetWrittenCount();
        message.Write(_sent, options.SoftwareParity);
        _echoPending = options.DropEcho;
        output.Write(_sent.WrittenSpan);
    }

    /// <summary>Drops an echo that is whole; false where it may be on its way, or there is nothing to read.</summary>
    private bool DropEcho(ref ReadOnlySequence<byte> input)
    {
        if (!_echoPending) return !input.IsEmpty;
        var length = (int)Math.Min(input.Length, _sent.WrittenCount);
        if (!input.Slice(0, length).ToArray().AsSpan().SequenceEqual(_sent.WrittenSpan[..length]))
        {
            _echoPending = false;
            return !input.IsEmpty;
        }
        if (length < _sent.WrittenCount) return false;
        input = input.Slice(length);
        (_echoPending, EchoesDropped) = (false, EchoesDropped + 1);
        return !input.IsEmpty;
    }
}
