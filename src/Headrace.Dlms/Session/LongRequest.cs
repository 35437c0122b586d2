using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>A long request that comes block by block; it counts as protected as the weakest of its messages.</summary>
/// <param name="objects">What the first block was protected by, and the longest value taken.</param>
internal sealed class LongRequest(ServerObjects objects)
{
    private readonly BlockJoin _blocks = new(objects.Settings.MaxValueSize);
    private MessageProtection _weakest = objects.Protection;

    /// <summary>The last block taken; 0 before the first.</summary>
    public uint Last => _blocks.Last;

    /// <summary>What has come so far.</summary>
    public ReadOnlyMemory<byte> Joined => _blocks.Joined;

    /// <summary>Takes a block; false where it is the one before again, whose answer was lost.</summary>
    /// <exception cref="ProtocolException">A block out of order, too much in all, or blocks without end and data.</exception>
    public bool TryAdd(uint number, ReadOnlySpan<byte> raw)
    {
        objects.Weaken(_weakest);
        _weakest = objects.Protection;
        return _blocks.TryAdd(number, raw);
    }

    /// <summary>The values that the blocks of a list join to.</summary>
    /// <exception cref="ProtocolException">They do not.</exception>
    public CosemData[] ReadValues()
    {
        var reader = new ApduReader(Joined, ApduTolerance.None);
        var values = reader.ReadDataList();
        reader.Wire.ExpectEnd();
        return values;
    }
}
