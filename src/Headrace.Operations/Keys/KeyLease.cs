using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Headrace.Core.Keys;

namespace Headrace.Operations.Keys;

/// <summary>Plain keys of one meter in one array, wiped on disposal; empty from then on.</summary>
internal sealed class KeyLease(int bytes) : IKeyLease
{
    // Pinned, so that the collector leaves no copy behind when it moves things.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
    private Places _places;
    private int _used;

    public Span<byte> Add(KeyKind kind, int length)
    {
        if ((uint)kind >= Places.Count) throw new CryptographicException($"Key kind {(int)kind} is not known.");
        _places[(int)kind] = (_used, length);
        _used += length;
        return _bytes.AsSpan(_used - length, length);
    }

    public bool Has(KeyKind kind) => !Get(kind).IsEmpty;

    public ReadOnlySpan<byte> Get(KeyKind kind)
    {
        if ((uint)kind >= Places.Count) return [];
        var (start, length) = _places[(int)kind];
        return _bytes.AsSpan(start, length);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _places = default;
    }

    [InlineArray(Count)]
    private struct Places
    {
        public const int Count = 6;
        private (int Start, int Length) _first;
    }
}
