using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>What the DLMS driver needs of the head-end around it.</summary>
public sealed record DlmsPorts
{
    /// <summary>Registered meters.</summary>
    public required IMeterDirectory Meters { get; init; }

    /// <summary>Device types.</summary>
    public required IDeviceTypes Types { get; init; }

    /// <summary>Keys of the meters.</summary>
    public required IKeyVault Keys { get; init; }

    /// <summary>Counters to send with.</summary>
    public required ISendCounterStore SendCounters { get; init; }

    /// <summary>Numbers of channels.</summary>
    public required IChannelStore Channels { get; init; }

    /// <summary>Takes what meters push.</summary>
    public required IDeliverySink Sink { get; init; }

    /// <summary>Contacts and refused traffic.</summary>
    public required ISessionJournal Journal { get; init; }

    /// <summary>Local days of the utility.</summary>
    public required LocalCalendar Calendar { get; init; }

    /// <summary>Own system title of the head-end as a client: 8 bytes.</summary>
    public required ReadOnlyMemory<byte> ClientSystemTitle { get; init; }

    /// <summary>
    /// Told the number of a meter that has opened a connection and shown itself on it: it can be read now. Must not wait.
    /// </summary>
    public Action<long>? DialledIn { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
