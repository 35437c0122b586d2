using System.Buffers;

namespace Headrace.Dlms.Session;

/// <summary>Buffers in which answers are made, kept by thread so that an idle association holds none.</summary>
internal static class ScratchBuffer
{
    private const int FirstSize = 2048;
    private const int LargestKept = 64 * 1024;
    private const int Most = 4;

    [ThreadStatic]
    private static Stack<ArrayBufferWriter<byte>>? _free;

    /// <summary>An empty buffer; the caller gives it back.</summary>
    public static ArrayBufferWriter<byte> Rent() => _free is { Count: > 0 } free ? free.Pop() : new ArrayBufferWriter<byte>(FirstSize);

    /// <summary>Takes a buffer back. What grew large is let go.</summary>
    public static void Return(ArrayBufferWriter<byte> buffer)
    {
        _free ??= new Stack<ArrayBufferWriter<byte>>(Most);
        if (buffer.Capacity > LargestKept || _free.Count >= Most) return;
        buffer.Clear(); // wipes it: it may have held what was deciphered
        _free.Push(buffer);
    }
}
