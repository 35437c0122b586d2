namespace Headrace.Core.Metering;

/// <summary>What a value means: which attribute of which object, captured by which profile, in which unit.</summary>
/// <param name="Profile">OBIS code of the capturing profile, such as <c>1-0:99.1.0.255</c>; empty for a register's momentary value.</param>
/// <param name="Obis">OBIS code of the quantity, such as <c>1-0:1.8.0.255</c>.</param>
/// <param name="Attribute">COSEM attribute index, 2 for the value of a register.</param>
/// <param name="Scaler">Power of ten that turns the raw count into the unit.</param>
/// <param name="Unit">Unit symbol such as <c>Wh</c> or <c>V</c>; empty where none is known.</param>
public readonly record struct ChannelKey(string Profile, string Obis, int Attribute, int Scaler, string Unit);

/// <summary>A numbered <see cref="ChannelKey"/>. The number is the head-end's own and the same for all meters.</summary>
public sealed record Channel(short Number, ChannelKey Key)
{
    /// <summary>The quantity in the channel's unit.</summary>
    /// <param name="raw">Raw count as stored.</param>
    public decimal Scale(long raw)
    {
        decimal value = raw;
        for (var i = 0; i < Math.Min(Key.Scaler, 9); i++) value *= 10;
        for (var i = 0; i > Math.Max(Key.Scaler, -18); i--) value /= 10;
        return value;
    }
}
