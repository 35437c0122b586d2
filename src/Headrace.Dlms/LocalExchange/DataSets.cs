using System.Text;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>A value in brackets, <c>value*unit</c>.</summary>
/// <param name="Value">As the meter wrote it.</param>
/// <param name="Unit">Empty where it has none.</param>
public readonly record struct LocalValue(string Value, string Unit = "")
{
    /// <summary>As on the line, without brackets.</summary>
    public override string ToString() => Unit.Length == 0 ? Value : $"{Value}*{Unit}";
}

/// <summary>One data set, <c>address(value*unit)(value*unit)...</c> (IEC 62056-21, 6.3.11 and 6.5).</summary>
/// <param name="Address">A reduced OBIS code such as <c>1.8.0</c>, or a maker's own; empty where the one before it holds on.</param>
/// <param name="Values">One or more; several are the columns of a maximum, or the rows of a profile.</param>
public sealed record LocalDataSet(string Address, IReadOnlyList<LocalValue> Values)
{
    /// <summary>As on the line.</summary>
    public override string ToString() => Address + string.Concat(Values.Select(v => $"({v})"));

    /// <summary>Reads the data sets of a block: of a read-out up to the <c>!</c> that ends it, or of an answer.</summary>
    /// <param name="block">What stands between STX and ETX.</param>
    /// <exception cref="ProtocolException">A bracket is missing, an address without value, or a control character within.</exception>
    public static IReadOnlyList<LocalDataSet> Parse(ReadOnlySpan<byte> block)
    {
        var sets = new List<LocalDataSet>();
        var position = 0;
        while (position < block.Length && block[position] != (byte)'!')
        {
            if (block[position] is (byte)'\r' or (byte)'\n')
            {
                position++;
                continue;
            }
            sets.Add(ReadSet(block, ref position));
        }
        return sets;
    }

    private static LocalDataSet ReadSet(ReadOnlySpan<byte> block, ref int position)
    {
        var address = ReadUntil(block, ref position, (byte)'(');
        var values = new List<LocalValue>();
        while (position < block.Length && block[position] == (byte)'(')
        {
            position++;
            var text = ReadUntil(block, ref position, (byte)')');
            position++;
            var star = text.IndexOf('*', StringComparison.Ordinal);
            values.Add(star < 0 ? new LocalValue(text) : new LocalValue(text[..star], text[(star + 1)..]));
        }
        return new LocalDataSet(address, values);
    }

    private static string ReadUntil(ReadOnlySpan<byte> block, ref int position, byte end)
    {
        var start = position;
        while (position < block.Length && block[position] != end)
        {
            if (block[position] is < 0x20 or > 0x7E or (byte)'(' or (byte)')')
                throw new ProtocolException($"data set with {block[position]:X2} where '{(char)end}' was expected", position);
            position++;
        }
        if (position == block.Length) throw new ProtocolException($"data set without '{(char)end}'", position);
        return Encoding.ASCII.GetString(block[start..position]);
    }
}
