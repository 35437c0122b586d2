using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>General block transfer on the server's side: joins requests, gives answers window by window.</summary>
internal sealed class ServerBlocks(int maxApduLength, byte window)
{
    private readonly GeneralBlockLink _link = new(maxApduLength, window, answers: true);

    /// <summary>Forgets a transfer.</summary>
    public void Reset() => _link.Reset();

    /// <summary>Takes a block in; true where it made a request whole.</summary>
    /// <exception cref="ProtocolException">Malformed, or blocks that break the procedure: the transfer is over.</exception>
    public bool TryJoin(ReadOnlyMemory<byte> apdu, out ReadOnlyMemory<byte> request)
    {
        request = default;
        try
        {
            return XdlmsApdu.Decode(apdu) is GeneralBlockTransfer block
                && _link.Receive(block, out request) == GeneralBlockEvent.Complete;
        }
        catch (ProtocolException)
        {
            _link.Reset();
            throw;
        }
    }

    /// <summary>Begins to give an answer; false where it cannot be cut into so small blocks.</summary>
    public bool TryBegin(ReadOnlySpan<byte> answer, int maxPdu, bool asRequested)
    {
        if (!asRequested) _link.Reset();
        try
        {
            _link.Begin(answer.ToArray(), maxPdu);
            return true;
        }
        catch (InvalidOperationException)
        {
            _link.Reset();
            return false;
        }
    }

    /// <summary>Writes the next block or acknowledgement; false where the client is to be heard first.</summary>
    public bool WriteNext(IBufferWriter<byte> output)
    {
        try
        {
            if (!_link.TrySend(out var block)) return false;
            block!.WriteTo(output);
            return true;
        }
        catch (ProtocolException)
        {
            _link.Reset();
            output.Write(ServerRefusals.Other);
            return true;
        }
    }
}
