using System.Buffers;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Takes the rows of a profile buffer apart while its blocks are still coming.</summary>
internal sealed class ProfileRows(int maxPendingBytes)
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private int _consumed;
    private int? _expected;
    private int _read;
    private EncodedValue.Measured _measured;
    private long _packedValues = CosemReader.FreePackedValues;

    /// <summary>Appends a block.</summary>
    /// <exception cref="ProtocolException">One row is longer than allowed.</exception>
    public void Append(ReadOnlySpan<byte> raw)
    {
        if (_consumed > 0)
        {
            var rest = _pending.WrittenSpan[_consumed..].ToArray();
            _pending.ResetWrittenCount();
            _pending.Write(rest);
            _consumed = 0;
        }
        if (_pending.WrittenCount + raw.Length > maxPendingBytes)
            throw new ProtocolException($"a profile row of more than {maxPendingBytes} bytes");
        _pending.Write(raw);
    }

    /// <summary>The next row; false where it has not all come yet.</summary>
    /// <exception cref="ProtocolException">Not an array of rows.</exception>
    public bool TryRead(out CosemData row)
    {
        row = CosemData.Null;
        var left = _pending.WrittenSpan[_consumed..];
        if (_expected is null)
        {
            if (!EncodedValue.TryReadArrayHeader(left, out var count, out var header)) return false;
            _expected = count;
            _consumed += header;
            left = left[header..];
        }
        if (_read == _expected)
        {
            if (!left.IsEmpty) throw new ProtocolException($"{left.Length} bytes after the last row of a profile");
            return false;
        }
        if (!EncodedValue.TryMeasure(left, ref _measured, out var length)) return false;
        _packedValues += length * CosemReader.PackedValuesPerByte;
        var reader = new CosemReader(left[..length]) { PackedValues = _packedValues };
        row = CosemDataCodec.Read(ref reader);
        _packedValues = reader.PackedValues;
        _consumed += length;
        _read++;
        return true;
    }

    /// <summary>Checks that all rows announced have come.</summary>
    /// <exception cref="ProtocolException">The last row is cut short, or rows are missing.</exception>
    public void ExpectEnd()
    {
        if (_read != _expected) throw new ProtocolException($"a profile of {_expected ?? 0} rows ended after {_read}");
    }
}
