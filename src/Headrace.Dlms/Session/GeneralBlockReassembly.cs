using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What became of a received block.</summary>
public enum GeneralBlockOutcome
{
    /// <summary>Taken; more of this window are on their way, or nothing is owed for it.</summary>
    Taken,

    /// <summary>The sender waits: what was received in sequence is to be acknowledged.</summary>
    AcknowledgementDue,

    /// <summary>The last block is in, and all before it.</summary>
    Complete,

    /// <summary>A block that was had before, whose sender waits: it did not hear the answer.</summary>
    Repeated,
}

/// <summary>Receives the blocks of general block transfers (IEC 62056-5-3, general block transfer) and joins them into the APDU they
/// carry.</summary>
/// <remarks>
/// Blocks are taken in sequence only; what comes after a lost one is dropped and asked for again by acknowledging the last good one at the
/// end of the window. Numbers run through a whole exchange, blocks without data included: those only acknowledge. A first block with other
/// data begins a transfer anew, which is how meters stream one push after another. Memory is bounded by the longest APDU.
/// </remarks>
/// <param name="maxApduLength">Longest APDU, in bytes.</param>
public sealed class GeneralBlockReassembly(int maxApduLength = 1 << 20)
{
    /// <summary>Acknowledgements in a row that brought nothing before a transfer is given up.</summary>
    public const int MaxIdleRounds = 32;

    private readonly ArrayBufferWriter<byte> _apdu = new();
    private int _firstLength;
    private int _idleBlocks;

    /// <summary>True from the last block on, until another transfer begins.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>True while blocks have come and the last has not.</summary>
    public bool IsOpen => _apdu.WrittenCount > 0 && !IsWhole;

    /// <summary>Number of the last block received in sequence; 0 before the first.</summary>
    public ushort Received { get; private set; }

    /// <summary>True for a first block that begins another transfer than the one that is known.</summary>
    public bool Begins(GeneralBlockTransfer block) =>
        block.BlockNumber == 1 && !block.BlockData.IsEmpty && Received > 0 && !RepeatsFirst(block);

    /// <summary>Takes a block in.</summary>
    /// <param name="block">The block.</param>
    /// <param name="apdu">The whole APDU where the outcome is <see cref="GeneralBlockOutcome.Complete"/>; the caller's to keep.</param>
    /// <exception cref="ProtocolException">The APDU is longer than allowed, or blocks go on without getting anywhere: what was received is
    /// given up.</exception>
    public GeneralBlockOutcome Add(GeneralBlockTransfer block, out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        if (block.BlockData.IsEmpty) return Acknowledgement(block);
        if (Begins(block)) Reset();
        if (IsWhole || block.BlockNumber != Received + 1) return OutOfSequence(block);
        if (_apdu.WrittenCount + block.BlockData.Length > maxApduLength)
        {
            Reset();
            throw new ProtocolException($"general block transfer of more than {maxApduLength} bytes");
        }
        if (!IsOpen) _firstLength = block.BlockNumber == 1 ? block.BlockData.Length : 0;
        _apdu.Write(block.BlockData.Span);
        Received = block.BlockNumber;
        _idleBlocks = 0;
        if (!block.LastBlock) return block.Streaming ? GeneralBlockOutcome.Taken : GeneralBlockOutcome.AcknowledgementDue;
        apdu = _apdu.WrittenSpan.ToArray();
        IsWhole = true;
        return GeneralBlockOutcome.Complete;
    }

    /// <summary>Joins blocks where nothing can be answered: pushes. True where <paramref name="apdu"/> is whole.</summary>
    /// <exception cref="ProtocolException">The APDU is longer than allowed.</exception>
    public bool TryAdd(GeneralBlockTransfer block, out ReadOnlyMemory<byte> apdu)
    {
        if (Add(block, out apdu) != GeneralBlockOutcome.Complete) return false;
        Reset();
        return true;
    }

    /// <summary>Gives up what has come so far; the next block is number 1.</summary>
    public void Reset()
    {
        _apdu.ResetWrittenCount();
        (Received, _firstLength, _idleBlocks, IsWhole) = (0, 0, 0, false);
    }

    /// <summary>A block without data moves the count on where no data can have been lost before it.</summary>
    private GeneralBlockOutcome Acknowledgement(GeneralBlockTransfer block)
    {
        if (block.BlockNumber > Received && (!IsOpen || block.BlockNumber == Received + 1)) Received = block.BlockNumber;
        return GeneralBlockOutcome.Taken;
    }

    private GeneralBlockOutcome OutOfSequence(GeneralBlockTransfer block)
    {
        if (++_idleBlocks > MaxIdleRounds * GeneralBlockSender.MaxWindow)
        {
            Reset();
            throw new ProtocolException("general block transfer that does not get on");
        }
        if (block.Streaming) return GeneralBlockOutcome.Taken;
        return IsWhole ? GeneralBlockOutcome.Repeated : GeneralBlockOutcome.AcknowledgementDue;
    }

    private bool RepeatsFirst(GeneralBlockTransfer block) =>
        _firstLength == block.BlockData.Length && _apdu.WrittenSpan[.._firstLength].SequenceEqual(block.BlockData.Span);
}
