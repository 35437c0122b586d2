using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Payment;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Payment;

public sealed class PaymentClassTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:19.40.0.255");
    private static readonly CosemDateTime Now = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Classes => [111, 112, 113, 115, 116];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId) =>
        await ClassCheck.AgreesAsync(Object(classId), (server, name) => classId switch
        {
            111 => new AccountProxy(server, name),
            112 => new CreditProxy(server, name),
            113 => new ChargeProxy(server, name),
            115 => new TokenGatewayProxy(server, name),
            _ => new StsAttributesProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId) => ClassCheck.StandsBrokenValues(Object(classId), classId);

    [Fact]
    public async Task A_token_is_handed_on_and_its_outcome_is_returned_and_kept()
    {
        var seen = new List<string>();
        var gateway = new TokenGatewayObject(Name, new TokenGateway(), (token, delivery) =>
        {
            seen.Add($"{token.Length} {delivery}");
            return token.Length == 20
                ? new TokenOutcome(new TokenStatus(TokenStatusCode.Executed, [true, false]), ["credit 10"])
                : new TokenOutcome(new TokenStatus(TokenStatusCode.AuthenticationFailure, []), []);
        }, () => Now);
        await using var line = await ObjectLine.OpenAsync(gateway);
        var proxy = new TokenGatewayProxy(line.Client, Name);
        var status = (await proxy.Enter.InvokeAsync("12345678901234567890"u8.ToArray(), Cancel)).Value;
        Assert.Equal(TokenStatusCode.Executed, status.Code);
        Assert.Equal([true, false], status.Bits);
        Assert.Equal(["credit 10"], (await proxy.Description.ReadAsync(Cancel)).Value);
        Assert.Equal(Now, (await proxy.Time.ReadAsync(Cancel)).Value);
        Assert.Equal(TokenStatusCode.AuthenticationFailure, gateway.Enter("1"u8.ToArray(), TokenDelivery.Manual).Code);
        Assert.Equal(TokenDelivery.Manual, (await proxy.Delivery.ReadAsync(Cancel)).Value);
        Assert.Equal(TokenStatusCode.FormatFailure, gateway.Enter(new byte[257], TokenDelivery.Local).Code);
        Assert.Equal(TokenStatusCode.FormatFailure, gateway.Enter(default, TokenDelivery.Local).Code);
        Assert.Equal(["20 Remote", "1 Manual"], seen);
        Assert.Equal(ActionResult.TypeUnmatched, gateway.Invoke(1, CosemData.Unsigned(1)).Result);
    }

    // Luhn by hand over 60072700000000009x, from the right: x, 9 doubled is 9, eight zeros, 7, 2 doubled is 4, 7, 0, 0, 6 doubled is 3.
    [Fact]
    public void A_primary_account_number_has_one_right_check_digit() =>
        Assert.Equal([0], Enumerable.Range(0, 11).Where(d => new MeterPan(600_727, 9, (byte)d).IsValid));

    [Fact]
    public void A_credit_says_when_it_is_low_and_refuses_what_overflows()
    {
        var credit = new CreditObject(Name, new Credit { Amount = 100, WarningThreshold = 50, PresetAmount = 500 });
        Assert.False(credit.IsLow);
        Assert.Equal(ActionResult.Success, credit.Invoke(1, CosemData.DoubleLong(-60)).Result);
        Assert.True(credit.IsLow);
        Assert.Equal(ActionResult.OtherReason, credit.Invoke(1, CosemData.DoubleLong(int.MaxValue)).Result);
        Assert.Equal(40, credit.State.Amount);
        Assert.Equal(ActionResult.Success, credit.Invoke(2, CosemData.DoubleLong(-7)).Result);
        Assert.Equal(-7, credit.State.Amount);
        Assert.Equal(ActionResult.TypeUnmatched, credit.Invoke(2, CosemData.Long(1)).Result);
        credit.Renew();
        Assert.Equal(500, credit.State.Amount);
    }

    [Fact]
    public void Prices_are_prepared_by_index_and_become_active_on_command()
    {
        var charge = new ChargeObject(Name, new Charge());
        Assert.Equal(ActionResult.TemporaryFailure, charge.Invoke(2, CosemData.Integer(0)).Result);
        CosemData Prices(params (byte Index, short Price)[] prices) => CosemData.Array(
            [.. prices.Select(p => new ChargeTableElement(new[] { p.Index }, p.Price).ToData())]);
        Assert.Equal(ActionResult.Success, charge.Invoke(1, Prices((1, 10), (2, 20))).Result);
        Assert.Equal(ActionResult.Success, charge.Invoke(1, Prices((2, 25))).Result);
        Assert.Empty(charge.State.Active.Table);
        Assert.Equal(ActionResult.Success, charge.Invoke(2, CosemData.Integer(0)).Result);
        Assert.Equal([10, 25], charge.State.Active.Table.Select(e => (int)e.ChargePerUnit));
        Assert.Equal(ActionResult.Success, charge.Invoke(5, CosemData.DoubleLong(1000)).Result);
        Assert.Equal(ActionResult.Success, charge.Invoke(4, CosemData.DoubleLong(-300)).Result);
        Assert.Equal(700, charge.State.TotalRemaining);
        Assert.Equal(ActionResult.TypeUnmatched, charge.Invoke(1, CosemData.Array(CosemData.Unsigned(1))).Result);
    }

    private static CosemObject Object(int classId) => classId switch
    {
        111 => new AccountObject(Name, new Account
        {
            Currency = new Currency("EUR", -2, CurrencyUnit.Monetary),
            CreditCharges = [new CreditChargeConfiguration(Credit, Charge, CollectionConfiguration.WhileDisconnected)],
            TokenShares = [new TokenGatewayConfiguration(Credit, 100)],
        }, [new CreditObject(Credit, new Credit { Amount = 10 })], [new ChargeObject(Charge, new Charge())], () => Now),
        112 => new CreditObject(Name, new Credit { Configuration = CreditConfiguration.AcceptsTokens | CreditConfiguration.Resettable }),
        113 => new ChargeObject(Name, new Charge
        {
            Active = new UnitCharge(new(3, -2), new(3, Credit, 2), [new ChargeTableElement(new byte[] { 1 }, 25)]),
        }),
        115 => new TokenGatewayObject(Name,
            new TokenGateway { Description = ["none"], Status = new TokenStatus(TokenStatusCode.FormatOk, [true]) },
            (_, _) => new TokenOutcome(new TokenStatus(TokenStatusCode.NotProcessed, []), []), () => Now),
        _ => new StsAttributesObject(Name, new StsAttributes { MeterPan = new MeterPan(600_727, 9, 1), CarrierTypes = [2] }),
    };

    private static LogicalName Credit => LogicalName.Parse("0-0:19.10.0.255");

    private static LogicalName Charge => LogicalName.Parse("0-0:19.20.0.255");
}
