using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Sends one APDU as general blocks (IEC 62056-5-3, general block transfer), window by window.</summary>
/// <remarks>All blocks of a window but its last have the streaming bit. An acknowledgement opens the next window behind the block it names:
/// where blocks were lost, that sends them again.</remarks>
public sealed class GeneralBlockSender
{
    /// <summary>Largest window, in blocks.</summary>
    public const int MaxWindow = 63;

    /// <summary>Bytes of a block around its data, at most: tag, control, two numbers, length.</summary>
    public const int BlockHead = 1 + 1 + 2 + 2 + 4;

    private readonly ReadOnlyMemory<byte> _apdu;
    private readonly int _blockSize;
    private readonly int _first;
    private readonly int _last;
    private int _next;
    private int _windowEnd;
    private int _sent;
    private int _acknowledged;
    private int _idleRounds;

    /// <summary>A transfer of which nothing has been sent.</summary>
    /// <param name="apdu">What is sent; kept until all is acknowledged.</param>
    /// <param name="maxBlockApdu">Longest APDU the receiver takes, in bytes: a block with its head.</param>
    /// <param name="numbersUsed">Last block number used in this direction; 0 for none.</param>
    /// <param name="window">Blocks the receiver takes without confirmation.</param>
    /// <exception cref="InvalidOperationException">The receiver takes too little for the blocks to get on, or they would be more than
    /// 65535.</exception>
    public GeneralBlockSender(ReadOnlyMemory<byte> apdu, int maxBlockApdu, int numbersUsed = 0, int window = 1)
    {
        if (maxBlockApdu <= BlockHead) throw new InvalidOperationException($"No general block fits {maxBlockApdu} bytes.");
        (_apdu, _blockSize, _first) = (apdu, maxBlockApdu - BlockHead, numbersUsed + 1);
        _last = numbersUsed + (apdu.Length + _blockSize - 1) / _blockSize;
        if (_last > ushort.MaxValue) throw new InvalidOperationException($"{apdu.Length} bytes are too many for blocks of {_blockSize}.");
        (_acknowledged, _sent, _next) = (numbersUsed, numbersUsed, _first);
        Open(window);
    }

    /// <summary>Number of the last block.</summary>
    public int LastNumber => _last;

    /// <summary>Number of the last block that was acknowledged, or of the last used before the first.</summary>
    public int Acknowledged => _acknowledged;

    /// <summary>All blocks are acknowledged.</summary>
    public bool IsDone => _acknowledged == _last;

    /// <summary>The next block of the window; false where it is all sent and an acknowledgement is awaited.</summary>
    /// <param name="received">The last number received from the other side, to be acknowledged by the way.</param>
    /// <param name="ownWindow">Blocks this side takes without confirmation.</param>
    /// <param name="block">The block; its data is a slice of the APDU.</param>
    public bool TryNext(ushort received, byte ownWindow, out GeneralBlockTransfer? block)
    {
        block = null;
        if (_next > _windowEnd) return false;
        // A number before the first was an acknowledgement that the other side has missed: it is given without data.
        var data = _next < _first ? default : Piece((_next - _first) * _blockSize);
        block = new GeneralBlockTransfer(_next == _last, _next < _windowEnd, ownWindow, (ushort)_next, received, data);
        _sent = Math.Max(_sent, _next++);
        return true;
    }

    /// <summary>Takes an acknowledgement: the window opens behind the block it names.</summary>
    /// <param name="number">The last block the other side has received in sequence.</param>
    /// <param name="window">Blocks it takes without confirmation.</param>
    /// <exception cref="ProtocolException">A block that was never sent, or acknowledgements that do not get on.</exception>
    public void Acknowledge(ushort number, int window)
    {
        if (number > _sent) throw new ProtocolException($"block {number} acknowledged where {_sent} was the last sent");
        if (number < _acknowledged && _acknowledged >= _first) return; // late
        if (number > _acknowledged) _idleRounds = 0;
        else Idle();
        _acknowledged = Math.Max(_acknowledged, (int)number);
        var missesNumber = number < _first - 1;
        _next = missesNumber ? _first - 1 : number + 1;
        Open(missesNumber ? window + 1 : window);
    }

    /// <summary>Sends the last window again: nothing was heard of it.</summary>
    /// <exception cref="ProtocolException">Too often.</exception>
    public void Repeat()
    {
        Idle();
        var window = _windowEnd - _acknowledged;
        _next = _acknowledged + 1;
        Open(window);
    }

    private ReadOnlyMemory<byte> Piece(int start) => _apdu.Slice(start, Math.Min(_blockSize, _apdu.Length - start));

    private void Open(int window) => _windowEnd = Math.Min(_last, _next + Math.Clamp(window, 1, MaxWindow + 1) - 1);

    private void Idle()
    {
        if (++_idleRounds > GeneralBlockReassembly.MaxIdleRounds)
            throw new ProtocolException("general block transfer that does not get on");
    }
}
