using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Payment;

/// <summary>What a token came to: its status and what it was.</summary>
/// <param name="Status">Outcome and bits of the token system.</param>
/// <param name="Description">What it was, in words; may be empty.</param>
public sealed record TokenOutcome(TokenStatus Status, IReadOnlyList<string> Description);

/// <summary>Checks tokens and carries them out: the port to the token system, STS or another. Called for one token at a time.</summary>
/// <param name="token">The token as it came.</param>
/// <param name="delivery">How it came.</param>
public delegate TokenOutcome AcceptToken(ReadOnlyMemory<byte> token, TokenDelivery delivery);

/// <summary>Class 115, Token gateway, of a server (IEC 62056-6-2, 4.6).</summary>
public sealed class TokenGatewayObject : StateObject<TokenGateway>
{
    /// <summary>The longest token taken, in bytes; a longer one is a format failure.</summary>
    public const int MaximumToken = 256;

    private static readonly TokenOutcome TooLong = new(new TokenStatus(TokenStatusCode.FormatFailure, []), []);
    private readonly Lock _gate = new();
    private readonly AcceptToken _accept;
    private readonly Func<CosemDateTime> _now;

    /// <summary>A gateway to a token system.</summary>
    /// <param name="name">Its name, as a rule 0-0:19.40.0.255.</param>
    /// <param name="state">What it says at first.</param>
    /// <param name="accept">Checks tokens and carries them out.</param>
    /// <param name="now">The device's time.</param>
    public TokenGatewayObject(LogicalName name, TokenGateway state, AcceptToken accept, Func<CosemDateTime> now) : base(115, 0, name, state)
    {
        (_accept, _now) = (accept, now);
        Keep(2, SetupTypes.Octets, s => s.Token);
        Keep(3, CosemTypes.DateTime, s => s.Time);
        Keep(4, CosemTypes.Array(CosemTypes.Text), s => s.Description);
        Keep(5, CosemTypes.Enum<TokenDelivery>(), s => s.Delivery);
        Keep(6, CosemTypes.Structure<TokenStatus>(), s => s.Status);
        WithMethod(1, SetupTypes.Octets, token => new MethodAnswer(ActionResult.Success, Enter(token, TokenDelivery.Remote).ToData()));
    }

    /// <summary>Takes a token, hands it on and notes what became of it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="delivery">How it came.</param>
    public TokenStatus Enter(Octets token, TokenDelivery delivery)
    {
        lock (_gate)
        {
            var outcome = token.Length is 0 or > MaximumToken ? TooLong : _accept(token.Bytes, delivery);
            Write(s => s with
            {
                Token = token.Length > MaximumToken ? default : token,
                Time = _now(),
                Description = outcome.Description,
                Delivery = delivery,
                Status = outcome.Status,
            });
            return outcome.Status;
        }
    }
}
