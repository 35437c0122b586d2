using System.Numerics;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>Adds up amounts of any power of ten in whole numbers and hands out the whole units; the rest is kept, so that nothing is lost
/// or made up over many small collections.</summary>
internal sealed class ExactAmount
{
    private BigInteger _rest;
    private int _exponent;

    /// <summary>Adds <paramref name="value"/> times ten to <paramref name="exponent"/> and takes the whole units out.</summary>
    public BigInteger Add(BigInteger value, int exponent)
    {
        if (exponent < _exponent)
        {
            _rest *= BigInteger.Pow(10, _exponent - exponent);
            _exponent = exponent;
        }
        _rest += value * BigInteger.Pow(10, exponent - _exponent);
        var whole = BigInteger.DivRem(_rest, BigInteger.Pow(10, -_exponent), out _rest);
        return whole;
    }

    /// <summary>An amount in the range of a double-long; beyond it, its end.</summary>
    public static int Bound(BigInteger amount) => (int)BigInteger.Min(BigInteger.Max(amount, int.MinValue), int.MaxValue);
}
