namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>Makes broken inputs out of good ones, the same ones for the same seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> seeds)
{
    private const int MaxLength = 4096;
    private static readonly byte[] Nasty = [0x00, 0x01, 0x02, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x85, 0xFE, 0xFF, 0x09, 0x13, 0xDB, 0xE0];
    private readonly Random _random = new(seed);

    /// <summary>The next input: one to four changes to one of the seeds, or, seldom, noise.</summary>
    public byte[] Next()
    {
        if (_random.Next(20) == 0) return Noise(_random.Next(0, 64));
        var bytes = seeds[_random.Next(seeds.Count)].ToArray();
        for (var changes = _random.Next(1, 5); changes > 0; changes--) bytes = Change(bytes);
        return bytes.Length <= MaxLength ? bytes : bytes[..MaxLength];
    }

    private byte[] Change(byte[] bytes)
    {
        if (bytes.Length == 0) return Noise(4);
        var at = _random.Next(bytes.Length);
        switch (_random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1:
                bytes[at] = Nasty[_random.Next(Nasty.Length)];
                return bytes;
            case 2:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. Noise(_random.Next(1, 9)), .. bytes[at..]];
            case 5:
                var end = Math.Min(bytes.Length, at + _random.Next(1, 9));
                return [.. bytes[..at], .. bytes[end..]];
            case 6:
                var part = bytes[at..Math.Min(bytes.Length, at + _random.Next(1, 40))];
                return [.. bytes[..at], .. part, .. bytes[at..]];
            default:
                var other = seeds[_random.Next(seeds.Count)];
                return [.. bytes[..at], .. other.AsSpan(Math.Min(other.Length, _random.Next(other.Length + 1)))];
        }
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }
}
