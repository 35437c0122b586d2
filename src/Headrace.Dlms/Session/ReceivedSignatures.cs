using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>The messages received last that were signed and not ciphered: they have no counter, and each is taken once. A server's
/// connections share it.</summary>
/// <remarks>The last <see cref="Most"/> are remembered; what is older could be sent again. Where that matters, the security policy has to
/// ask for authentication too.</remarks>
internal sealed class ReceivedSignatures
{
    /// <summary>Messages that are remembered.</summary>
    public const int Most = 4096;

    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _inOrder = [];

    /// <summary>Takes a message, by the first bytes of a hash of what was signed.</summary>
    /// <exception cref="ProtectionException">It came before.</exception>
    public void Accept(ulong message)
    {
        lock (_gate)
        {
            if (!_known.Add(message)) throw new ProtectionException(ProtectionFailure.Replayed, "a signed message that came before");
            _inOrder.Enqueue(message);
            if (_inOrder.Count > Most) _known.Remove(_inOrder.Dequeue());
        }
    }
}
