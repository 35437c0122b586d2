using System.Numerics;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Payment;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Payment;

/// <summary>An account in cents with a token credit, an emergency credit of 500 that has to be confirmed and paid back, a tariff, a
/// standing charge and a debt.</summary>
public sealed class AccountTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly LogicalName Name = LogicalName.Parse("0-0:19.0.0.255");
    private static readonly byte[] Day = [1];
    private static readonly byte[] Night = [2];

    private readonly CreditObject _token = new(LogicalName.Parse("0-0:19.10.0.255"), new Credit
    {
        Priority = 1,
        Configuration = CreditConfiguration.AcceptsTokens,
    });

    private readonly CreditObject _emergency = new(LogicalName.Parse("0-0:19.10.1.255"), new Credit
    {
        Kind = CreditKind.Emergency,
        Priority = 2,
        Amount = 500,
        PresetAmount = 500,
        AvailableThreshold = 100,
        Configuration = CreditConfiguration.RequiresConfirmation | CreditConfiguration.RequiresRepayment,
    });

    // 25.5 cents for a kWh by day, 12.3 by night: prices in tenths of a cent.
    private readonly ChargeObject _tariff = new(LogicalName.Parse("0-0:19.20.0.255"), new Charge
    {
        Configuration = ChargeConfiguration.Continuous,
        Active = new UnitCharge(new(3, -3), new(3, LogicalName.Parse("1-0:1.8.0.255"), 2), [new(Day, 255), new(Night, 123)]),
    });

    private readonly ChargeObject _standing = new(LogicalName.Parse("0-0:19.20.1.255"), new Charge
    {
        Kind = ChargeKind.Time,
        Configuration = ChargeConfiguration.Continuous,
        Period = 86_400,
        Active = Fixed(30),
    });

    private readonly ChargeObject _debt = new(LogicalName.Parse("0-0:19.20.2.255"), new Charge
    {
        Kind = ChargeKind.Payment,
        Configuration = ChargeConfiguration.PercentageBased,
        Proportion = 2500,
        TotalRemaining = 400,
    });

    private readonly AccountObject _account;

    public AccountTests() => _account = new AccountObject(Name, new Account
    {
        Currency = new Currency("EUR", -2, CurrencyUnit.Monetary),
        LowCreditThreshold = 200,
    }, [_token, _emergency], [_tariff, _standing, _debt], () => At(0));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_opened_closed_and_made_new_in_that_order()
    {
        await using var line = await ObjectLine.OpenAsync(_account, _token, _emergency);
        var proxy = new AccountProxy(line.Client, Name);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.Close.InvokeAsync(Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Activate.InvokeAsync(Cancel));
        Assert.Equal(At(0), (await proxy.ActivationTime.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.Reset.InvokeAsync(Cancel));
        Assert.True(_account.TopUp(1000, At(1)));
        Assert.Equal(ActionResult.Success, await proxy.Close.InvokeAsync(Cancel));
        Assert.False(_account.TopUp(1000, At(1)));
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.Equal(AccountStatus.New, (await proxy.ModeAndStatus.ReadAsync(Cancel)).Value.Status);
        Assert.Equal(0, (await proxy.AggregatedDebt.ReadAsync(Cancel)).Value);
    }

    [Fact]
    public void An_account_opens_and_closes_at_its_times()
    {
        _account.Set(13, CosemData.OctetString(At(1)));
        _account.Set(14, CosemData.OctetString(At(10)));
        _account.Tick(At(0.9));
        Assert.False(_account.IsActive);
        _account.Tick(At(1));
        Assert.True(_account.IsActive);
        _account.Tick(At(10));
        Assert.False(_account.IsActive);
    }

    [Fact]
    public void A_payment_pays_its_part_of_the_debt_until_nothing_remains()
    {
        Open();
        Assert.True(_account.TopUp(1000, At(0)));
        Assert.Equal((250, 150), (_debt.State.TotalPaid, _debt.State.TotalRemaining));
        Assert.Equal(750, _token.State.Amount);
        Assert.Equal(150, _account.Figures.AggregatedDebt);
        Assert.True(_account.TopUp(1000, At(0)));
        Assert.Equal((400, 0), (_debt.State.TotalPaid, _debt.State.TotalRemaining));
        Assert.Equal(1600, _token.State.Amount);
    }

    [Fact]
    public void What_payments_pay_is_bounded_for_each_period()
    {
        Open();
        _account.Set(18, CosemData.LongUnsigned(300));
        _account.Set(19, CosemData.DoubleLong(86_400));
        _account.TopUp(1000, At(0));
        _account.TopUp(1000, At(0.5));
        Assert.Equal(300, _debt.State.TotalPaid);
        _account.TopUp(1000, At(1));
        Assert.Equal(400, _debt.State.TotalPaid);
    }

    [Fact]
    public void Consumption_is_charged_exactly_over_any_number_of_collections()
    {
        Open();
        _account.TopUp(100_000, At(0));
        var before = _token.State.Amount;
        var random = new Random(7);
        BigInteger tenths = 0;
        for (var i = 0; i < 500; i++)
        {
            var (tariff, price) = random.Next(2) == 0 ? (Day, 255) : (Night, 123);
            var wattHours = random.Next(0, 300);
            _account.CollectConsumption(_tariff, tariff, wattHours, 0, At(i));
            tenths += (BigInteger)wattHours * price;
        }
        Assert.Equal((int)(tenths / 10_000), before - _token.State.Amount);
        Assert.Equal(before - _token.State.Amount, _tariff.State.TotalPaid);
    }

    [Fact]
    public void Time_is_charged_for_every_whole_period()
    {
        Open();
        _account.TopUp(1000, At(0));
        var before = _token.State.Amount;
        _account.Tick(At(0));
        Assert.Equal(before, _token.State.Amount);
        _account.Tick(At(0.9));
        Assert.Equal(before, _token.State.Amount);
        _account.Tick(At(3.5));
        Assert.Equal(before - 90, _token.State.Amount);
        Assert.Equal(At(3), _standing.State.LastCollectionTime);
        _account.Tick(At(4));
        Assert.Equal(before - 120, _token.State.Amount);
        Assert.Equal(ActionResult.Success, _standing.Invoke(3, CosemData.Integer(0)).Result);
        Assert.Equal(before - 150, _token.State.Amount);
    }

    [Fact]
    public async Task Emergency_credit_is_offered_confirmed_spent_and_paid_back()
    {
        await using var line = await ObjectLine.OpenAsync(_account, _token, _emergency);
        var (account, emergency) = (new AccountProxy(line.Client, Name), new CreditProxy(line.Client, _emergency.LogicalName));
        await account.Activate.InvokeAsync(Cancel);
        _account.TopUp(1000, At(0));
        Assert.Equal((CreditStatus.InUse, CreditStatus.Enabled), (_token.State.Status, _emergency.State.Status));
        Assert.Equal(ActionResult.TemporaryFailure, await emergency.Invoke.InvokeAsync(Cancel));
        Spend(700);
        Assert.Equal(50, _token.State.Amount);
        Assert.Equal(CreditStatus.Selectable, (await emergency.Status.ReadAsync(Cancel)).Value);
        Assert.Equal(CurrentCreditStatus.InCredit | CurrentCreditStatus.LowCredit | CurrentCreditStatus.NextCreditSelectable,
            (await account.CreditStatus.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await emergency.Invoke.InvokeAsync(Cancel));
        Assert.Equal(CreditStatus.Invoked, _emergency.State.Status);
        Assert.Equal(550, (await account.AvailableCredit.ReadAsync(Cancel)).Value);
        Spend(250);
        Assert.Equal((0, 300), (_token.State.Amount, _emergency.State.Amount));
        Assert.Equal((CreditStatus.Exhausted, CreditStatus.InUse), (_token.State.Status, _emergency.State.Status));
        Assert.Equal(2, (await account.CreditInUse.ReadAsync(Cancel)).Value);
        Assert.True(_account.Figures.Status.HasFlag(CurrentCreditStatus.SelectableCreditInUse));
        Assert.Equal(200, (await account.AmountToClear.ReadAsync(Cancel)).Value);
        _debt.Update(s => s with { TotalRemaining = 0 });
        Assert.True(_account.TopUp(1000, At(1)));
        Assert.Equal((800, 500), (_token.State.Amount, _emergency.State.Amount));
        Assert.Equal((CreditStatus.InUse, CreditStatus.Enabled), (_token.State.Status, _emergency.State.Status));
        Assert.Equal(0, _account.Figures.AmountToClear);
    }

    [Fact]
    public void Out_of_credit_goes_below_the_limit_and_has_to_be_cleared_with_the_threshold_on_top()
    {
        Open();
        _debt.Update(s => s with { TotalRemaining = 0 });
        _account.Set(7, CosemData.DoubleLong(50));
        _account.TopUp(100, At(0));
        Spend(130);
        Assert.Equal(-30, _token.State.Amount);
        Assert.Equal(CreditStatus.Exhausted, _token.State.Status);
        Assert.Equal(80, _account.Figures.AmountToClear);
        Assert.Equal(0, _account.Figures.CreditInUse);
        Assert.True(_account.Figures.Status.HasFlag(CurrentCreditStatus.OutOfCredit));
        _account.TopUp(100, At(0));
        Assert.Equal((70, CreditStatus.InUse), (_token.State.Amount, _token.State.Status));
    }

    [Fact]
    public void A_charge_is_taken_only_from_credits_configured_for_it_and_for_what_holds_of_the_supply()
    {
        Open();
        _account.TopUp(1000, At(0));
        var pair = new CreditChargeConfiguration(_token.LogicalName, _tariff.LogicalName, CollectionConfiguration.None);
        Assert.Equal(DataAccessResult.Success, _account.Set(11, CosemData.Array(pair.ToData())));
        Assert.Equal(255, _account.CollectConsumption(_tariff, Day, 10, 3, At(0)));
        Assert.Equal(0, _account.CollectConsumption(_tariff, Day, 10, 3, At(0), CollectionConfiguration.WhileDisconnected));
        _account.Tick(At(0));
        _account.Tick(At(5));
        Assert.Equal(0, _standing.State.TotalPaid);
        var foreign = pair with { Credit = Name };
        Assert.Equal(DataAccessResult.OtherReason, _account.Set(11, CosemData.Array(foreign.ToData())));
    }

    [Fact]
    public void Tokens_are_shared_as_configured_and_nothing_is_lost_by_rounding()
    {
        Open();
        _debt.Update(s => s with { TotalRemaining = 0 });
        _emergency.Update(s => s with { Configuration = CreditConfiguration.AcceptsTokens, Amount = 0 });
        CosemData Shares(params (LogicalName Credit, byte Percent)[] shares) =>
            CosemData.Array([.. shares.Select(s => new TokenGatewayConfiguration(s.Credit, s.Percent).ToData())]);
        Assert.Equal(DataAccessResult.Success, _account.Set(12, Shares((_token.LogicalName, 67), (_emergency.LogicalName, 33))));
        Assert.Equal(DataAccessResult.OtherReason, _account.Set(12, Shares((_token.LogicalName, 67), (_emergency.LogicalName, 34))));
        _account.TopUp(101, At(0));
        Assert.Equal((68, 33), (_token.State.Amount, _emergency.State.Amount));
    }

    [Fact]
    public void A_payment_that_cannot_be_kept_changes_nothing()
    {
        Assert.False(_account.TopUp(1, At(0)));
        Open();
        Assert.False(_account.TopUp(0, At(0)));
        _token.Update(s => s with { Amount = int.MaxValue - 5 });
        Assert.False(_account.TopUp(6, At(0)));
        Assert.Equal(0, _debt.State.TotalPaid);
        _token.Update(s => s with { Configuration = CreditConfiguration.None, Amount = 0 });
        Assert.False(_account.TopUp(6, At(0)));
    }

    [Fact]
    public void New_prices_hold_from_their_time_on()
    {
        Open();
        _account.TopUp(10_000, At(0));
        _tariff.Set(6, (_tariff.State.Active with { Table = [new(Day, 1000)] }).ToData());
        _tariff.Set(7, CosemData.OctetString(At(2)));
        _account.Tick(At(1));
        Assert.Equal(255, _account.CollectConsumption(_tariff, Day, 10, 3, At(1)));
        _account.Tick(At(2));
        Assert.Equal(1000, _account.CollectConsumption(_tariff, Day, 10, 3, At(2)));
        Assert.Equal(CosemDateTime.NotSpecified, _tariff.State.ActivationTime);
    }

    [Fact]
    public void The_money_of_random_payments_and_consumption_adds_up()
    {
        Open();
        var random = new Random(20261120);
        long paidIn = 0;
        for (var i = 0; i < 2000; i++)
        {
            if (random.Next(5) == 0)
            {
                var amount = random.Next(1, 2000);
                Assert.True(_account.TopUp(amount, At(i)));
                paidIn += amount;
            }
            else
            {
                _account.CollectConsumption(_tariff, random.Next(2) == 0 ? Day : Night, random.Next(0, 4000), 0, At(i));
            }
            if (random.Next(10) == 0) _emergency.Invoke(3, CosemData.Integer(0));
            _account.Tick(At(i));
            long held = _token.State.Amount + _emergency.State.Amount - 500;
            Assert.Equal(paidIn, held + _tariff.State.TotalPaid + _standing.State.TotalPaid + _debt.State.TotalPaid);
            Assert.True(new[] { _token, _emergency }.Count(c => c.State.Status == CreditStatus.InUse) <= 1);
        }
    }

    private static UnitCharge Fixed(short cents) =>
        new(new ChargePerUnitScaling(0, -2), new CommodityReference(0, default, 0), [new ChargeTableElement(Day, cents)]);

    private static CosemDateTime At(double days) => CosemDateTime.From(Start.AddDays(days));

    private void Open() => Assert.Equal(ActionResult.Success, _account.Invoke(1, CosemData.Integer(0)).Result);

    // At a cent for a Wh.
    private void Spend(int cents)
    {
        _tariff.Update(s => s with { Active = s.Active with { Scaling = new(0, -2), Table = [new(Day, 1)] } });
        Assert.Equal(cents, _account.CollectConsumption(_tariff, Day, cents, 0, At(0)));
    }
}
