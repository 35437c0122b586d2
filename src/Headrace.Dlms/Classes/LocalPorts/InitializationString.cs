using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>A command that sets a modem up, and the answer it should give (IEC 62056-6-2, 4.7, modem configuration).</summary>
/// <param name="Request">The command.</param>
/// <param name="Response">The answer expected.</param>
/// <param name="Delay">Milliseconds after the answer; null in version 0, which has none.</param>
public sealed record InitializationString(string Request, string Response, ushort? Delay) : ICosemStructure<InitializationString>
{
    /// <summary>Takes the structure of 3, or that of 2 of version 0.</summary>
    /// <exception cref="ProtocolException">Neither, or a number out of range.</exception>
    public static InitializationString FromData(CosemData data)
    {
        var items = data.Items.Count == 2 ? data.AsStructure(2) : data.AsStructure(3);
        return new InitializationString(items[0].AsText(), items[1].AsText(), items.Count == 3 ? items[2].AsNumber<ushort>() : null);
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => Delay is { } delay
        ? CosemData.Structure(CosemTypes.Text.ToData(Request), CosemTypes.Text.ToData(Response), CosemData.LongUnsigned(delay))
        : CosemData.Structure(CosemTypes.Text.ToData(Request), CosemTypes.Text.ToData(Response));
}
