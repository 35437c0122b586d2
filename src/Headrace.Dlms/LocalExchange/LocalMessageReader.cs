using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>What came of looking for a message.</summary>
public enum LocalReading
{
    /// <summary>It is not there yet.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>One that is broken, by block check, parity or form, and was taken off: it may be asked for again.</summary>
    Broken,
}

/// <summary>Finds messages of IEC 62056-21 in a stream of bytes.</summary>
/// <param name="maxLength">Longest message, in characters; a read-out of many profiles may have a hundred thousand.</param>
/// <param name="softwareParity">The line carries eight bits, the eighth of which is the parity.</param>
public sealed class LocalMessageReader(int maxLength = 256 * 1024, bool softwareParity = false)
{
    private const int ChoiceLength = 6;
    private const int MaxLine = 128;

    private int _scanned;

    /// <summary>Bytes that belonged to no message: wake-up characters, noise.</summary>
    public long NoiseBytes { get; private set; }

    /// <summary>An ACK begins the choice of a mode and is followed by five characters; else it stands alone.</summary>
    public bool ExpectsChoice { get; set; }

    /// <summary>Forgets how far a message was looked through: what was held of it is gone.</summary>
    public void Reset() => _scanned = 0;

    /// <summary>Takes the next message off <paramref name="input"/>.</summary>
    /// <exception cref="ProtocolException">Longer than allowed.</exception>
    public LocalReading Read(ref ReadOnlySequence<byte> input, out LocalMessage message)
    {
        message = default;
        while (!input.IsEmpty)
        {
            var first = (byte)(input.FirstSpan[0] & (softwareParity ? 0x7F : 0xFF));
            switch (first)
            {
                case (byte)'/':
                    return ReadLine(ref input, out message);
                case LocalMessage.StartOfHeader or LocalMessage.StartOfText:
                    return ReadBlock(ref input, out message);
                case LocalMessage.Acknowledged when ExpectsChoice:
                    return ReadChoice(ref input, out message);
                case LocalMessage.Acknowledged or LocalMessage.NotAcknowledged:
                    input = input.Slice(1);
                    message = new LocalMessage(
                        first == LocalMessage.Acknowledged ? LocalExchangeInput.Acknowledge : LocalExchangeInput.Repeat);
                    return LocalReading.Message;
                default:
                    NoiseBytes++;
                    input = input.Slice(1);
                    break;
            }
        }
        return LocalReading.Incomplete;
    }

    private LocalReading ReadLine(ref ReadOnlySequence<byte> input, out LocalMessage message)
    {
        message = default;
        if (!TryTake(ref input, Find(input, LocalMessage.LineFeed, MaxLine), 0, out var line, out var sound))
            return LocalReading.Incomplete;
        if (!sound || line.Length < 3 || line[^2] != LocalMessage.CarriageReturn) return LocalReading.Broken;
        var content = line.AsMemory(1..^2);
        if (content.Span is not [(byte)'?', .., (byte)'!'])
        {
            try
            {
                var kind = MeterIdentification.Parse(content.Span).Mode is LocalExchangeMode.C or LocalExchangeMode.E
                    ? LocalExchangeInput.IdentificationWithChoice
                    : LocalExchangeInput.Identification;
                message = new LocalMessage(kind, Content: content);
                return LocalReading.Message;
            }
            catch (ProtocolException)
            {
                return LocalReading.Broken;
            }
        }
        message = new LocalMessage(LocalExchangeInput.Request, Content: content[1..^1]);
        return LocalReading.Message;
    }

    private LocalReading ReadChoice(ref ReadOnlySequence<byte> input, out LocalMessage message)
    {
        message = default;
        if (!TryTake(ref input, input.Length < ChoiceLength ? -1 : ChoiceLength - 1, 0, out var choice, out var sound))
            return LocalReading.Incomplete;
        if (!sound || choice[4] != LocalMessage.CarriageReturn || choice[5] != LocalMessage.LineFeed) return LocalReading.Broken;
        LocalExchangeInput? chosen = (choice[1], choice[3]) switch
        {
            ((byte)'0', (byte)'0') => LocalExchangeInput.ChooseReadOut,
            ((byte)'0', (byte)'1') => LocalExchangeInput.ChooseProgramming,
            ((byte)'2', (byte)'2') => LocalExchangeInput.ChooseHdlc,
            _ => null,
        };
        if (chosen is null) return LocalReading.Broken;
        message = new LocalMessage(chosen.Value, Content: choice.AsMemory(2, 1));
        return LocalReading.Message;
    }

    private LocalReading ReadBlock(ref ReadOnlySequence<byte> input, out LocalMessage message)
    {
        message = default;
        var end = Find(input, LocalMessage.EndOfText, maxLength, LocalMessage.EndOfTransmission);
        if (!TryTake(ref input, end, 1, out var block, out var sound)) return LocalReading.Incomplete;
        if (!sound || LocalMessage.BlockCheck(block.AsSpan(1..^1)) != block[^1]) return LocalReading.Broken;
        var body = block.AsMemory(1..^2);
        var isPartial = block[^2] == LocalMessage.EndOfTransmission;
        if (block[0] == LocalMessage.StartOfText)
        {
            message = new LocalMessage(isPartial ? LocalExchangeInput.PartialData : LocalExchangeInput.Data, Content: body);
            return LocalReading.Message;
        }
        if (body.Length < 2 || (body.Length > 2 && body.Span[2] != LocalMessage.StartOfText)) return LocalReading.Broken;
        var (command, type) = ((char)body.Span[0], (char)body.Span[1]);
        if (!(command is 'P' or 'R' or 'W' or 'E' or 'B') || !char.IsAsciiDigit(type)) return LocalReading.Broken;
        message = LocalMessage.Of(command, type, "") with { Content = body.Length > 3 ? body[3..] : default };
        return LocalReading.Message;
    }

    /// <summary>Where a character stands, with or without its parity bit; -1 where it is not there yet.</summary>
    private int Find(in ReadOnlySequence<byte> input, byte character, int limit, byte? other = null)
    {
        var mask = (byte)(softwareParity ? 0x7F : 0xFF);
        if (_scanned > input.Length) _scanned = 0;
        var position = _scanned;
        foreach (var segment in input.Slice(_scanned))
        {
            foreach (var onWire in segment.Span)
            {
                var found = (byte)(onWire & mask);
                if (position > 0 && (found == character || found == other)) return position;
                if (++position <= limit) continue;
                _scanned = 0;
                throw new ProtocolException($"message of more than {limit} characters");
            }
        }
        _scanned = position;
        return -1;
    }

    /// <summary>Takes a message off, up to and including a position and some characters behind it, without parity.</summary>
    private bool TryTake(ref ReadOnlySequence<byte> input, int end, int behind, out byte[] message, out bool sound)
    {
        (message, sound) = ([], true);
        if (end < 0 || input.Length <= end + behind) return false;
        _scanned = 0;
        message = input.Slice(0, end + behind + 1).ToArray();
        input = input.Slice(message.Length);
        if (!softwareParity) return true;
        for (var i = 0; i < message.Length; i++)
        {
            sound &= SevenEvenParity.TryDecode(message[i], out var character);
            message[i] = character;
        }
        return true;
    }
}
