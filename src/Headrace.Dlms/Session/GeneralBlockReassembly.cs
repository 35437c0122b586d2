using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Joins the blocks of a general block transfer (IEC 62056-5-3, 9.4.6.13) into the APDU they carry.</summary>
/// <remarks>Meters that push stream all blocks and expect no acknowledgement; those that answer a request wait for one after each
/// window.</remarks>
/// <param name="maxApduLength">Longest APDU, in bytes.</param>
/// <param name="window">Blocks that can be received without confirmation, 1 to 63.</param>
public sealed class GeneralBlockReassembly(int maxApduLength = 1 << 20, byte window = 1)
{
    private readonly ArrayBufferWriter<byte> _apdu = new();
    private ushort _received;
    private ushort _sent;

    /// <summary>True while blocks have come and the last has not.</summary>
    public bool IsOpen => _received > 0;

    /// <summary>Takes a block in.</summary>
    /// <param name="block">The block.</param>
    /// <param name="apdu">The whole APDU, where the block was the last missing; the caller's to keep.</param>
    /// <param name="acknowledgement">What to answer; null where the sender streams on, or where nothing is owed.</param>
    /// <returns>True where <paramref name="apdu"/> is whole.</returns>
    /// <exception cref="ProtocolException">The APDU is longer than allowed; what was received is given up.</exception>
    public bool TryAdd(GeneralBlockTransfer block, out ReadOnlyMemory<byte> apdu, out GeneralBlockTransfer? acknowledgement)
    {
        (apdu, acknowledgement) = (default, null);
        if (block.BlockNumber == 1) Reset();
        var inSequence = block.BlockNumber == _received + 1;
        if (inSequence)
        {
            if (_apdu.WrittenCount + block.BlockData.Length > maxApduLength)
            {
                Reset();
                throw new ProtocolException($"general block transfer of more than {maxApduLength} bytes");
            }
            _apdu.Write(block.BlockData.Span);
            _received++;
        }
        if (inSequence && block.LastBlock)
        {
            apdu = _apdu.WrittenSpan.ToArray();
            Reset();
            return true;
        }
        // Lost blocks are asked for by acknowledging the last good one; a streaming sender is let finish its window first.
        if (!block.Streaming) acknowledgement = new GeneralBlockTransfer(true, false, window, unchecked(++_sent), _received,
            ReadOnlyMemory<byte>.Empty);
        return false;
    }

    /// <summary>Gives up what has come so far.</summary>
    public void Reset()
    {
        _apdu.ResetWrittenCount();
        (_received, _sent) = (0, 0);
    }
}
