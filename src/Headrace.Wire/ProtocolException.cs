namespace Headrace.Wire;

/// <summary>The peer's bytes break a rule of the protocol. Never "wait for more": framing comes before decoding.</summary>
/// <param name="rule">What was expected and what was found, without secrets and without the whole message.</param>
/// <param name="position">Offset in bytes of the offence in the message at hand, or -1 where no single place is to blame.</param>
/// <param name="inner">The cause where another layer found it.</param>
public class ProtocolException(string rule, int position = -1, Exception? inner = null)
    : Exception(position < 0 ? rule : $"{rule} at byte {position.ToString(System.Globalization.CultureInfo.InvariantCulture)}", inner)
{
    /// <summary>Offset in bytes of the offence, or -1.</summary>
    public int Position { get; } = position;
}
