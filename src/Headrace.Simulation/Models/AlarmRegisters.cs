namespace Headrace.Simulation.Models;

/// <summary>Alarm registers, filters and descriptors 1 and 2 of a meter (0-0:97.98.0, .10 and .20 and their successors).</summary>
/// <remarks>
/// A filter lets a bit through where it is set. The descriptor latches the bits that caused a push until a client writes it.
/// </remarks>
public sealed class AlarmRegisters
{
    private readonly Lock _gate = new();
    private readonly uint[] _register = new uint[2];
    private readonly uint[] _filter = [uint.MaxValue, uint.MaxValue];
    private readonly uint[] _descriptor = new uint[2];

    /// <summary>Number of registers.</summary>
    public const int Count = 2;

    /// <summary>Bit 13 of register 1: fraud attempt, such as an opened cover.</summary>
    public const uint FraudAttempt = 1u << 13;

    /// <summary>Alarm register 0 or 1.</summary>
    public uint Register(int index) { lock (_gate) return _register[index]; }

    /// <summary>Alarm filter 0 or 1.</summary>
    public uint Filter(int index) { lock (_gate) return _filter[index]; }

    /// <summary>Alarm descriptor 0 or 1.</summary>
    public uint Descriptor(int index) { lock (_gate) return _descriptor[index]; }

    /// <summary>Writes an alarm register.</summary>
    public void SetRegister(int index, uint value) { lock (_gate) _register[index] = value; }

    /// <summary>Writes an alarm filter.</summary>
    public void SetFilter(int index, uint value) { lock (_gate) _filter[index] = value; }

    /// <summary>Writes an alarm descriptor; a head-end clears it once it has seen the alarm.</summary>
    public void SetDescriptor(int index, uint value) { lock (_gate) _descriptor[index] = value; }

    /// <summary>Sets bits of a register.</summary>
    /// <returns>True where the filter lets one through that was not latched before: an alarm is to be pushed.</returns>
    public bool Raise(int index, uint bits)
    {
        lock (_gate)
        {
            _register[index] |= bits;
            var passed = bits & _filter[index];
            var isNew = (passed & ~_descriptor[index]) != 0;
            _descriptor[index] |= passed;
            return isNew;
        }
    }
}
