using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Wrapper;

namespace Headrace.Simulation.Models;

/// <summary>Pushes of a meter as they go over TCP or UDP: wrapper, general-glo-ciphering, data-notification.</summary>
public static class PushFrame
{
    /// <summary>Source wPort: the management logical device.</summary>
    public const ushort ServerSap = 1;

    /// <summary>Destination wPort: the client that takes pushes, 102.</summary>
    public const ushort PushClientSap = 0x66;

    /// <summary>Makes a push under the next invocation counter of the meter. What is made first must be sent first.</summary>
    /// <param name="meter">The sender.</param>
    /// <param name="kind">What the push carries.</param>
    /// <param name="rowEnds">
    /// The profile rows it carries are those of the intervals which ended then, oldest first; momentary and alarm pushes carry none.
    /// </param>
    public static byte[] Make(E450 meter, PushKind kind, IReadOnlyList<DateTimeOffset> rowEnds)
    {
        var invokeId = LongInvokeIdAndPriority.Of((uint)(meter.Clock.UtcNow.ToUnixTimeMilliseconds() & 0x00FF_FFFF));
        var notification = new DataNotification(invokeId, meter.Clock.Now, meter.PushBody(kind, rowEnds));
        var frame = new ArrayBufferWriter<byte>(160);
        WrapperFrame.Write(frame, ServerSap, PushClientSap, meter.Security.ProtectPush(notification.Encode()));
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>The body of a push: logical device name, push setup, clock, and what its kind carries.</summary>
    /// <param name="meter">The sender.</param>
    /// <param name="kind">What the push carries.</param>
    /// <param name="rowEnds">
    /// The profile rows it carries are those of the intervals which ended then, oldest first; momentary and alarm pushes carry none.
    /// </param>
    public static CosemData PushBody(this E450 meter, PushKind kind, IReadOnlyList<DateTimeOffset> rowEnds)
    {
        var now = meter.Clock.UtcNow;
        CosemData[] head =
        [
            CosemData.OctetString(meter.Identity.LogicalDeviceName.Span),
            CosemData.OctetString(ObisNames.PushSetup(kind)),
            CosemData.OctetString(meter.Clock.At(now)),
        ];
        CosemData[] values = kind switch
        {
            PushKind.Interval => [Rows(rowEnds, meter.LoadProfile1.Row)],
            PushKind.Daily => [Rows(rowEnds, meter.LoadProfile2.Row)],
            PushKind.Momentary => [meter.ImportPower(now), meter.ExportPower(now), meter.Voltage(1, now), meter.Current(1, now)],
            _ => [CosemData.DoubleLongUnsigned(meter.Alarms.Descriptor(0))],
        };
        return CosemData.Structure([.. head, .. values]);
    }

    private static CosemData Rows(IReadOnlyList<DateTimeOffset> ends, Func<DateTimeOffset, IReadOnlyList<CosemData>> row) =>
        CosemData.Array([.. ends.Select(end => CosemData.Structure([.. row(end)]))]);
}
