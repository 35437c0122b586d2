using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>What a demand register shows at one moment.</summary>
/// <param name="CurrentAverage">Average of the period that runs, attribute 2.</param>
/// <param name="LastAverage">Average of the last period, attribute 3.</param>
/// <param name="Status">Attribute 5.</param>
/// <param name="CaptureTime">When the last average was taken, attribute 6.</param>
/// <param name="StartTime">When the running period began, attribute 7.</param>
public sealed record DemandState(CosemData CurrentAverage, CosemData LastAverage, CosemData Status, CosemDateTime CaptureTime,
    CosemDateTime StartTime);

/// <summary>Class 5, Demand register (IEC 62056-6-2, Demand register). It shows what the device averages.</summary>
public sealed class DemandRegisterObject : CosemObject
{
    /// <summary>A demand register whose state is computed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">Its state now.</param>
    /// <param name="unit">Scaler and unit of both averages.</param>
    /// <param name="period">Length of one period; whole seconds.</param>
    /// <param name="periods">Number of periods of a sliding window; 1 for a block.</param>
    /// <param name="reset">Method 1; null where it is not there.</param>
    /// <param name="nextPeriod">Method 2; null where it is not there.</param>
    public DemandRegisterObject(
        LogicalName name, Func<DemandState> state, ScalerUnit unit, TimeSpan period, ushort periods = 1, Func<MethodAnswer>? reset = null,
        Func<MethodAnswer>? nextPeriod = null) : base(5, 0, name)
    {
        WithAttribute(2, () => state().CurrentAverage);
        WithAttribute(3, () => state().LastAverage);
        WithAttribute(4, unit.ToData());
        WithAttribute(5, () => state().Status);
        WithAttribute(6, () => CosemData.OctetString(state().CaptureTime));
        WithAttribute(7, () => CosemData.OctetString(state().StartTime));
        WithAttribute(8, CosemData.DoubleLongUnsigned((uint)period.TotalSeconds));
        WithAttribute(9, CosemData.LongUnsigned(periods));
        if (reset is not null) WithMethod(1, _ => reset());
        if (nextPeriod is not null) WithMethod(2, _ => nextPeriod());
    }

    /// <summary>A demand register over a computation that is told the load.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="demand">The computation.</param>
    /// <param name="unit">Scaler and unit of both averages.</param>
    /// <param name="now">The device's time.</param>
    public DemandRegisterObject(LogicalName name, SlidingDemand demand, ScalerUnit unit, Func<DateTimeOffset> now)
        : this(name, () => demand.StateAt(now()), unit, demand.Period, demand.Periods,
            () => Done(() => demand.Reset(now())), () => Done(() => demand.NextPeriod(now())))
    {
    }

    private static MethodAnswer Done(Action action)
    {
        action();
        return MethodAnswer.Done;
    }
}

/// <summary>Averages a load over periods, in blocks or in a window that slides by one period (IEC 62056-6-2, Demand register). It has no
/// time of its own: it is told. Safe for several callers at once.</summary>
/// <param name="period">Length of one period; whole seconds.</param>
/// <param name="periods">Periods that the last average is over.</param>
/// <param name="start">When the first period begins.</param>
public sealed class SlidingDemand(TimeSpan period, ushort periods, DateTimeOffset start)
{
    private readonly Lock _gate = new();
    private readonly Queue<double> _closed = new(); // quantity of each closed period, load times seconds
    private double _load;
    private double _quantity;
    private DateTimeOffset _told = start;
    private DateTimeOffset _begin = start;
    private DateTimeOffset _captured = start;
    private double _last;

    /// <summary>Length of one period.</summary>
    public TimeSpan Period { get; } = period;

    /// <summary>Periods that the last average is over.</summary>
    public ushort Periods { get; } = Math.Max((ushort)1, periods);

    /// <summary>Tells that the load has another value from now on, in the register's unit.</summary>
    public void LoadIs(double load, DateTimeOffset now)
    {
        lock (_gate)
        {
            Advance(now);
            _load = load;
        }
    }

    /// <summary>Closes the period that runs before its time.</summary>
    public void NextPeriod(DateTimeOffset now)
    {
        lock (_gate)
        {
            Advance(now);
            if (now > _begin) Close(now);
        }
    }

    /// <summary>Forgets all averages and starts a period.</summary>
    public void Reset(DateTimeOffset now)
    {
        lock (_gate)
        {
            Advance(now);
            _closed.Clear();
            (_quantity, _last, _begin, _captured) = (0, 0, now, now);
        }
    }

    /// <summary>What the register shows; values are double-long, rounded.</summary>
    public DemandState StateAt(DateTimeOffset now)
    {
        lock (_gate)
        {
            Advance(now);
            var window = (_closed.Sum() - (_closed.Count == Periods ? _closed.Peek() : 0) + _quantity) / (Period.TotalSeconds * Periods);
            return new DemandState(Rounded(window), Rounded(_last), CosemData.Unsigned(0), CosemDateTime.From(_captured),
                CosemDateTime.From(_begin));
        }
    }

    private static CosemData Rounded(double value) =>
        CosemData.DoubleLong((int)Math.Clamp(Math.Round(value), int.MinValue, int.MaxValue));

    private void Advance(DateTimeOffset now)
    {
        // After a long silence only the periods of the window matter: the load was the same throughout.
        if (now - _begin > Period * (Periods + 2L))
        {
            var skipped = (long)((now - _begin) / Period) - Periods - 1;
            _closed.Clear();
            (_begin, _quantity) = (_begin + Period * skipped, 0);
            _told = _begin;
        }
        while (now - _begin >= Period)
        {
            Accumulate(_begin + Period);
            Close(_begin + Period);
        }
        Accumulate(now);
    }

    private void Accumulate(DateTimeOffset until)
    {
        if (until <= _told) return;
        _quantity += _load * (until - _told).TotalSeconds;
        _told = until;
    }

    private void Close(DateTimeOffset at)
    {
        _closed.Enqueue(_quantity);
        while (_closed.Count > Periods) _closed.Dequeue();
        (_last, _quantity, _captured, _begin) = (_closed.Sum() / (Period.TotalSeconds * Periods), 0, at, at);
    }
}
