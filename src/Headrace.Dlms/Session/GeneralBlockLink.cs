using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What a received general block led to.</summary>
public enum GeneralBlockEvent
{
    /// <summary>Nothing whole yet; <see cref="GeneralBlockLink.TrySend"/> has what is to be sent.</summary>
    Continues,

    /// <summary>An APDU of the other side is whole.</summary>
    Complete,

    /// <summary>The other side gives the transfer up.</summary>
    Aborted,

    /// <summary>Of no transfer that is going on; dropped.</summary>
    Stray,
}

/// <summary>General block transfer between two sides (IEC 62056-5-3, general block transfer), seen from one: what it sends and what it
/// receives share their numbers.</summary>
/// <remarks>
/// <para>Client and server use it alike. After <see cref="Begin"/>, <see cref="Receive"/> or <see cref="Repeat"/> all that
/// <see cref="TrySend"/> gives is to be sent. Silence is noticed by the client: it calls <see cref="Repeat"/>.</para>
/// <para>Block numbers start at 1 in each direction for each exchange and are used up by mere acknowledgements too. A client
/// sets last-block in its acknowledgements, a server that will answer does not. A block with number, acknowledgement and data of nothing
/// aborts (general knowledge of the Green Book, not confirmed by a vector).</para>
/// </remarks>
/// <param name="maxApduLength">Longest APDU received, in bytes.</param>
/// <param name="window">Blocks this side takes without confirmation, 1 to 63.</param>
/// <param name="answers">This side is the server: it sends when it has received, and another first block begins another exchange.</param>
public sealed class GeneralBlockLink(int maxApduLength = 1 << 20, byte window = 1, bool answers = false)
{
    private readonly GeneralBlockReassembly _receiver = new(maxApduLength);
    private GeneralBlockSender? _sender;
    private int _numbersUsed;
    private int _peerWindow = 1;
    private int _idleAcknowledgements;
    private ushort _acknowledged;
    private bool _acknowledgementDue;

    /// <summary>The other side uses general blocks in this exchange: an answer is to go the same way.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Forgets everything: a new exchange begins. Numbers start at 1.</summary>
    public void Reset()
    {
        _receiver.Reset();
        _sender = null;
        (_numbersUsed, _peerWindow, _idleAcknowledgements, _acknowledged) = (0, 1, 0, 0);
        (_acknowledgementDue, IsActive) = (false, false);
    }

    /// <summary>Begins to send an APDU in blocks.</summary>
    /// <param name="apdu">Protected where it is to be; kept until all is acknowledged.</param>
    /// <param name="maxBlockApdu">Longest APDU the other side takes, in bytes; 0 for no limit.</param>
    /// <exception cref="InvalidOperationException">It cannot be cut into blocks that fit.</exception>
    public void Begin(ReadOnlyMemory<byte> apdu, int maxBlockApdu)
    {
        _sender = new GeneralBlockSender(apdu, maxBlockApdu == 0 ? ushort.MaxValue : maxBlockApdu, _numbersUsed, _peerWindow);
        _numbersUsed = _sender.LastNumber;
        (_acknowledgementDue, IsActive) = (false, true);
    }

    /// <summary>Forgets what was received, not what is being sent: it was a push in between.</summary>
    public void ForgetReceived() => _receiver.Reset();

    /// <summary>Takes a block in.</summary>
    /// <param name="block">The block.</param>
    /// <param name="apdu">The whole APDU where <see cref="GeneralBlockEvent.Complete"/>; the caller's to keep.</param>
    /// <exception cref="ProtocolException">Numbers that cannot be, too much data, or no progress: the exchange is over.</exception>
    public GeneralBlockEvent Receive(GeneralBlockTransfer block, out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        if (block is { BlockNumber: 0, BlockNumberAcknowledged: 0, BlockData.IsEmpty: true }) return Aborted();
        if (block.BlockNumber == 0) throw new ProtocolException("general block with number 0");
        if (block.BlockData.IsEmpty ? _sender is null : !IsActive && block.BlockNumber != 1) return GeneralBlockEvent.Stray;
        if (_receiver.Begins(block) && (answers || _sender is not { IsDone: false })) Reset();
        _peerWindow = Math.Max(1, (int)block.Window);
        var outcome = _receiver.Add(block, out apdu);
        IsActive = true;
        if (_sender is { IsDone: false } sender && Concerns(block, outcome, sender))
            sender.Acknowledge(block.BlockNumberAcknowledged, _peerWindow);
        switch (outcome)
        {
            case GeneralBlockOutcome.Complete:
                _acknowledgementDue = false;
                return GeneralBlockEvent.Complete;
            case GeneralBlockOutcome.AcknowledgementDue:
                _acknowledgementDue = true;
                break;
            case GeneralBlockOutcome.Repeated when _sender is null:
                _acknowledgementDue = true;
                break;
        }
        return GeneralBlockEvent.Continues;
    }

    /// <summary>The next block to send; false where there is none before the other side is heard again.</summary>
    /// <exception cref="ProtocolException">Acknowledgements go out and nothing new comes in: the exchange is over.</exception>
    public bool TrySend(out GeneralBlockTransfer? block)
    {
        if (_sender is not null && !_receiver.IsOpen && _sender.TryNext(_receiver.Received, window, out block))
        {
            _acknowledgementDue = false;
            return true;
        }
        block = null;
        if (!_acknowledgementDue) return false;
        _acknowledgementDue = false;
        _idleAcknowledgements = _receiver.Received == _acknowledged ? _idleAcknowledgements + 1 : 0;
        if (_idleAcknowledgements > GeneralBlockReassembly.MaxIdleRounds || _numbersUsed == ushort.MaxValue)
            throw new ProtocolException("general block transfer that does not get on");
        _acknowledged = _receiver.Received;
        block = new GeneralBlockTransfer(!answers, false, window, (ushort)++_numbersUsed, _acknowledged, ReadOnlyMemory<byte>.Empty);
        return true;
    }

    /// <summary>Nothing was heard: sends the last window or the last acknowledgement again.</summary>
    /// <returns>False where nothing is awaited in blocks.</returns>
    /// <exception cref="ProtocolException">Too often.</exception>
    public bool Repeat()
    {
        if (!_receiver.IsOpen && _sender is { IsDone: false }) _sender.Repeat();
        else if (IsActive && !_receiver.IsWhole) _acknowledgementDue = true;
        else return false;
        return true;
    }

    /// <summary>Gives the exchange up: the block that says so.</summary>
    public GeneralBlockTransfer Abort()
    {
        Reset();
        return new GeneralBlockTransfer(true, false, 0, 0, 0, ReadOnlyMemory<byte>.Empty);
    }

    private GeneralBlockEvent Aborted()
    {
        if (!IsActive) return GeneralBlockEvent.Stray;
        Reset();
        return GeneralBlockEvent.Aborted;
    }

    /// <summary>An acknowledgement counts where it brings something, in a block without data, or where the other side repeats
    /// itself.</summary>
    private static bool Concerns(GeneralBlockTransfer block, GeneralBlockOutcome outcome, GeneralBlockSender sender) =>
        block.BlockNumberAcknowledged > sender.Acknowledged
        || outcome == GeneralBlockOutcome.Repeated
        || (block.BlockData.IsEmpty && !block.Streaming);
}
