using Headrace.Core.Metering;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Tests.Metrology;

public sealed class ConnectionPointTests
{
    private static readonly LocalCalendar Berlin = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
    private static readonly DateTimeOffset Summer = new(2026, 7, 10, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Registers_never_fall_and_the_rates_always_sum_to_the_total()
    {
        for (var seed = 1UL; seed <= 12; seed++)
        {
            var point = new ConnectionPoint(seed, Berlin);
            var last = point.EnergyAt(Summer);
            for (var at = Summer; at < Summer.AddDays(3); at = at.AddSeconds(97))
            {
                var now = point.EnergyAt(at);
                Assert.True(now.ImportRate1 >= last.ImportRate1 && now.ImportRate2 >= last.ImportRate2);
                Assert.True(now.ExportRate1 >= last.ExportRate1 && now.ExportRate2 >= last.ExportRate2);
                Assert.Equal(now.Import, now.ImportRate1 + now.ImportRate2);
                last = now;
            }
        }
    }

    [Fact]
    public void The_energy_of_an_interval_is_the_sum_of_power_over_it()
    {
        var point = new ConnectionPoint(7, Berlin);
        for (var hour = 0; hour < 72; hour++)
        {
            var from = Summer.AddHours(hour);
            long wattMinutes = 0;
            for (var minute = 0; minute < 60; minute++) wattMinutes += Math.Max(0, point.PowerAt(from.AddMinutes(minute)));
            var energy = point.EnergyAt(from.AddHours(1)).Import - point.EnergyAt(from).Import;
            Assert.InRange(energy, (wattMinutes / 60) - 2, (wattMinutes / 60) + 2);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_values_in_whatever_order_they_are_asked_for()
    {
        var (forward, backward) = (new ConnectionPoint(42, Berlin), new ConnectionPoint(42, Berlin));
        var times = Enumerable.Range(0, 400).Select(i => Summer.AddHours(i * 13 % 4_000)).ToArray();
        var first = times.Order().ToDictionary(t => t, t => (forward.EnergyAt(t), forward.PowerAt(t)));
        foreach (var time in times.Reverse()) Assert.Equal(first[time], (backward.EnergyAt(time), backward.PowerAt(time)));
        Assert.NotEqual(forward.EnergyAt(Summer), new ConnectionPoint(43, Berlin).EnergyAt(Summer));
    }

    [Fact]
    public void Rates_change_at_six_and_at_ten_in_the_evening_local_time_also_where_the_clock_changes()
    {
        foreach (var day in new DateOnly[] { new(2026, 3, 29), new(2026, 6, 1), new(2026, 10, 25) })
        {
            var point = new ConnectionPoint(5, Berlin);
            var six = Berlin.ToUtc(day.ToDateTime(new TimeOnly(6, 0)));
            var ten = Berlin.ToUtc(day.ToDateTime(new TimeOnly(22, 0)));
            Assert.Equal((2, 1, 1, 2),
                (point.RateAt(six.AddSeconds(-1)), point.RateAt(six), point.RateAt(ten.AddSeconds(-1)), point.RateAt(ten)));
            var (midnight, atSix, atTen) = (point.EnergyAt(Berlin.StartOf(day)), point.EnergyAt(six), point.EnergyAt(ten));
            var next = point.EnergyAt(Berlin.StartOf(day.AddDays(1)));
            Assert.Equal(midnight.ImportRate1, atSix.ImportRate1);
            Assert.True(atSix.ImportRate2 > midnight.ImportRate2);
            Assert.Equal(atSix.ImportRate2, atTen.ImportRate2);
            Assert.True(atTen.ImportRate1 > atSix.ImportRate1);
            Assert.Equal(atTen.ImportRate1, next.ImportRate1);
        }
    }

    [Fact]
    public void Days_of_23_and_25_hours_join_without_a_seam()
    {
        var point = new ConnectionPoint(9, Berlin);
        foreach (var day in new DateOnly[] { new(2026, 3, 29), new(2026, 10, 25) })
        {
            var range = Berlin.RangeOf(day);
            Assert.Equal(day.Month == 3 ? 92 : 100, (range.To - range.From) / TimeSpan.FromMinutes(15));
            var before = point.EnergyAt(range.To.AddSeconds(-1));
            var after = point.EnergyAt(range.To);
            Assert.InRange(after.Import - before.Import, 0, 20);
        }
    }

    [Fact]
    public void Plain_households_use_two_to_five_megawatt_hours_a_year_and_most_in_the_evening()
    {
        var from = new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var years = new List<double>();
        long evening = 0, night = 0;
        for (var seed = 1UL; seed <= 200; seed++)
        {
            var point = new ConnectionPoint(seed, Berlin);
            if (point.Household is not { HeatPumpWatts: 0, ChargerWatts: 0, SolarPeakWatts: 0 }) continue;
            years.Add((point.EnergyAt(from.AddDays(365)).Import - point.EnergyAt(from).Import) / 1e6);
            evening += point.EnergyAt(from.AddHours(20)).Import - point.EnergyAt(from.AddHours(17)).Import;
            night += point.EnergyAt(from.AddHours(4)).Import - point.EnergyAt(from.AddHours(1)).Import;
        }

        TestContext.Current.SendDiagnosticMessage($"MWh a year: least {years.Min():F2}, mean {years.Average():F2}, " +
            $"most {years.Max():F2}; evening to night {(double)evening / night:F2}");
        Assert.InRange(years.Average(), 2.5, 4.0);
        Assert.InRange(years.Min(), 1.5, 2.5);
        Assert.InRange(years.Max(), 3.5, 5.5);
        Assert.True(evening > 2 * night);
    }

    [Fact]
    public void A_solar_plant_exports_by_day_and_never_by_night()
    {
        var seed = Enumerable.Range(1, 200).First(s => Household.Of((ulong)s).SolarPeakWatts > 0);
        var point = new ConnectionPoint((ulong)seed, Berlin);
        var midnight = Berlin.StartOf(new DateOnly(2026, 6, 20));
        Assert.Equal(point.EnergyAt(midnight).Export, point.EnergyAt(midnight.AddHours(4)).Export);
        Assert.True(point.EnergyAt(midnight.AddHours(17)).Export > point.EnergyAt(midnight.AddHours(8)).Export + 2_000);
        var year = point.EnergyAt(midnight).Export - point.EnergyAt(midnight.AddDays(-365)).Export;
        Assert.InRange(year, 1_000_000, 12_000_000);
    }

    [Fact]
    public void While_the_contactor_is_open_the_registers_stand_still()
    {
        var point = new ConnectionPoint(3, Berlin);
        var before = point.EnergyAt(Summer);
        var undisturbed = point.EnergyAt(Summer.AddHours(2)).Import - point.EnergyAt(Summer.AddHours(1)).Import;
        point.Disconnect(Summer);
        Assert.True(point.IsDisconnected);
        Assert.Equal(before, point.EnergyAt(Summer.AddHours(1)));
        Assert.Equal(0, point.PowerAt(Summer.AddMinutes(30)));
        point.Reconnect(Summer.AddHours(1));
        Assert.InRange(point.EnergyAt(Summer.AddHours(2)).Import - before.Import, undisturbed - 2, undisturbed + 2);
        Assert.Equal(before, point.EnergyAt(Summer));
    }

    [Fact]
    public void Interruptions_lie_inside_one_quarter_and_are_a_few_each_year()
    {
        var found = 0;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var point = new ConnectionPoint(seed, Berlin);
            for (var day = new DateOnly(2026, 1, 1); day < new DateOnly(2027, 1, 1); day = day.AddDays(1))
            {
                if (point.Interruptions.On(day) is not { } interruption) continue;
                found++;
                Assert.Equal(interruption.From.Ticks / TimeSpan.FromMinutes(15).Ticks,
                    interruption.To.Ticks / TimeSpan.FromMinutes(15).Ticks);
                Assert.Equal(0, point.PowerAt(interruption.From));
                Assert.Equal(point.EnergyAt(interruption.From), point.EnergyAt(interruption.To));
            }
        }

        Assert.InRange(found, 40, 130);
    }

    [Fact]
    public void Voltage_is_near_230_and_current_follows_power()
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var point = new ConnectionPoint(seed, Berlin);
            var supply = new Supply(seed, point);
            for (var i = 0; i < 500; i++)
            {
                var at = Summer.AddMinutes(i * 17);
                if (point.InterruptionAt(at) is not null) continue;
                Assert.InRange(supply.Decivolts(1, at), 2_150, 2_450);
                var apparent = Enumerable.Range(1, 3).Sum(p => supply.Decivolts(p, at) * supply.Centiamperes(p, at) / 1_000.0);
                Assert.InRange(apparent * 0.96, (Math.Abs(point.PowerAt(at)) * 0.97) - 8, (Math.Abs(point.PowerAt(at)) * 1.03) + 8);
                Assert.InRange(Supply.Centihertz(at), 4_990, 5_010);
            }
        }
    }
}
