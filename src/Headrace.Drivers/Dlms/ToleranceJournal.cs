using System.Collections.Concurrent;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>Says in the log when a tolerance is used: the first time for each device type, so that a fleet of a million does not drown
/// it.</summary>
internal sealed class ToleranceJournal(ILogger log)
{
    private readonly ConcurrentDictionary<(string Type, string What), bool> _told = new();

    /// <summary>A meter did what its type names.</summary>
    public void Note(Meter meter, string what)
    {
        if (_told.TryAdd((meter.DeviceType, what), true)) Log.Tolerated(log, meter.DeviceType, what, meter.Serial);
    }

    /// <summary>A meter's push did what its type names.</summary>
    public void Note(Meter meter, ApduTolerance borne)
    {
        for (var bit = 1; borne != ApduTolerance.None && bit <= (int)ApduTolerance.All; bit <<= 1)
        {
            if (((int)borne & bit) != 0) Note(meter, DlmsTolerances.NameOf((ApduTolerance)bit));
        }
    }
}
