using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Checks;

/// <summary>Frames of the HDLC link that a client of the procedure never sends, and those it does, seen one by one (IEC
/// 62056-46).</summary>
internal static class HdlcChecks
{
    private const string Management = "IEC 62056-46, 6.4.4, connection management";
    private const string Parameters = "IEC 62056-46, 6.4.4.4.3, parameter negotiation";
    private const string Frames = "IEC 62056-46, 6.4.2, invalid frames and addresses";
    private const string Numbering = "IEC 62056-46, 6.4.3, numbering and acknowledgement of I frames";
    private const string Segmentation = "IEC 62056-46, segmentation";
    private const int SmallInformation = 64, SmallestInformation = 32;

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("link.parameters", "UA does not grant more than SNRM proposed.", Parameters, Probed(ParametersAsync)),
        new("link.information-length", "Information fields are no longer, and windows no wider, than was agreed.", Parameters,
            (meter, token) => LimitsAsync(meter, HdlcParameters.Both(SmallInformation, 1), token)),
        new("link.window", "A window of three frames is not exceeded.", Parameters,
            (meter, token) => LimitsAsync(meter, HdlcParameters.Both(128, 3), token)),
        new("link.segmented-request", "A request in several frames is put together.", Segmentation, SegmentedRequestAsync),
        new("link.disconnect", "DISC is answered by UA, and by DM or UA where no link is open.", Management, Probed(DisconnectAsync)),
        new("link.wrong-fcs", "A frame with a wrong FCS is not answered, and the link goes on.", Frames, Probed(WrongCheckAsync)),
        new("link.other-address", "A frame for another server is not answered.", Frames, Probed(OtherAddressAsync)),
        new("link.no-link", "An I frame without a link is answered by DM, or not at all.", Management, Probed(NoLinkAsync)),
        new("link.repeated-frame", "An I frame that is sent again is acknowledged again.", Numbering, Probed(RepeatedAsync)),
    ];

    private static Func<MeterUnderTest, CancellationToken, ValueTask<CheckVerdict>> Probed(
        Func<MeterUnderTest, HdlcUnderTest, HdlcProbe, CancellationToken, ValueTask<CheckVerdict>> check) =>
        async (meter, cancellationToken) =>
        {
            if (meter.Hdlc is not { } hdlc) return NoLine(meter);
            await using var probe = await HdlcProbe.ConnectAsync(meter, hdlc, cancellationToken);
            return await check(meter, hdlc, probe, cancellationToken);
        };

    private static CheckVerdict NoLine(MeterUnderTest meter) =>
        CheckVerdict.NotApplicable(meter.IsHdlc ? "single frames cannot be sent on this line" : "there is no HDLC link");

    private static async ValueTask<CheckVerdict> ParametersAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var proposed = HdlcParameters.Both(SmallInformation, 1);
        var answer = await probe.AskAsync(HdlcControl.SetNormalResponseMode, proposed.ToInformation(), cancellationToken);
        if (answer is not { Type: HdlcFrameType.UnnumberedAcknowledge } ua) return CheckVerdict.If(false, "UA", HdlcProbe.Words(answer));
        if (ua.Information.IsEmpty) return CheckVerdict.NotApplicable("UA has no parameters: those of the standard hold, 128 bytes and 1");
        var granted = HdlcParameters.Read(ua.Information.Span);
        var holds = granted.MaxInformationTransmit <= proposed.MaxInformationReceive && granted.WindowTransmit <= proposed.WindowReceive;
        return CheckVerdict.If(holds, $"to transmit {SmallInformation} bytes at most and a window of 1",
            $"{granted.MaxInformationTransmit} bytes and a window of {granted.WindowTransmit}");
    }

    private static async ValueTask<CheckVerdict> LimitsAsync(
        MeterUnderTest meter, HdlcParameters proposed, CancellationToken cancellationToken)
    {
        if (meter.Hdlc is not { } hdlc) return NoLine(meter);
        var tap = new HdlcTap(await hdlc.ConnectAsync(cancellationToken));
        await using (var line = await CheckLine.AssociateAsync(Over(meter, hdlc, tap, proposed), cancellationToken))
        {
            var result = await line.Client.GetAsync(line.ObjectList, cancellationToken);
            if (result.Data is null) return CheckVerdict.NotApplicable($"object_list is not read: {result.Error}");
        }
        var (longest, widest, window) = (0, 0, 0);
        foreach (var frame in tap.Frames().Where(f => f.Type == HdlcFrameType.Information))
        {
            longest = Math.Max(longest, frame.Information.Length);
            widest = Math.Max(widest, ++window);
            if (frame.Control.PollFinal) window = 0;
        }
        return CheckVerdict.If(longest <= proposed.MaxInformationReceive && widest <= proposed.WindowReceive,
            $"{proposed.MaxInformationReceive} bytes and {proposed.WindowReceive} frames at once at most",
            $"{longest} bytes and {widest} frames");
    }

    private static async ValueTask<CheckVerdict> SegmentedRequestAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (meter.Hdlc is not { } hdlc) return NoLine(meter);
        using (var association = new ClientAssociation(meter.Options, meter.Keys))
        {
            if (association.Open().Length + HdlcLlc.Request.Length <= SmallestInformation)
                return CheckVerdict.NotApplicable("the AARQ fits into one frame of the smallest size");
        }
        var proposed = HdlcParameters.Default with { MaxInformationTransmit = SmallestInformation };
        var tap = new HdlcTap(await hdlc.ConnectAsync(cancellationToken));
        await using var line = await CheckLine.ConnectAsync(Over(meter, hdlc, tap, proposed), cancellationToken);
        var opened = await line.Client.ConnectAsync(cancellationToken);
        return CheckVerdict.If(opened is Associated, $"an association by an AARQ in frames of {SmallestInformation} bytes",
            CheckLine.Words(opened));
    }

    private static async ValueTask<CheckVerdict> DisconnectAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var opened = await probe.AskAsync(HdlcControl.SetNormalResponseMode, default, cancellationToken);
        if (opened is not { Type: HdlcFrameType.UnnumberedAcknowledge }) return CheckVerdict.If(false, "UA", HdlcProbe.Words(opened));
        var closed = await probe.AskAsync(HdlcControl.Disconnect, default, cancellationToken);
        if (closed is not { Type: HdlcFrameType.UnnumberedAcknowledge })
            return CheckVerdict.If(false, "UA for DISC of an open link", HdlcProbe.Words(closed));
        var again = await probe.AskAsync(HdlcControl.Disconnect, default, cancellationToken);
        return CheckVerdict.If(again is { Type: HdlcFrameType.DisconnectedMode or HdlcFrameType.UnnumberedAcknowledge },
            "DM or UA for DISC where no link is open", HdlcProbe.Words(again));
    }

    private static async ValueTask<CheckVerdict> WrongCheckAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var opened = await probe.AskAsync(HdlcControl.SetNormalResponseMode, default, cancellationToken);
        if (opened is not { Type: HdlcFrameType.UnnumberedAcknowledge }) return CheckVerdict.If(false, "UA", HdlcProbe.Words(opened));
        var broken = await probe.AskAsync(HdlcControl.ReceiveReady(0), default, cancellationToken, brokenCheck: true);
        if (broken is not null) return CheckVerdict.If(false, "silence", HdlcProbe.Words(broken));
        var whole = await probe.AskAsync(HdlcControl.ReceiveReady(0), default, cancellationToken);
        return CheckVerdict.If(whole is { Type: HdlcFrameType.ReceiveReady }, "RR in answer to the same frame with its right FCS",
            HdlcProbe.Words(whole));
    }

    private static async ValueTask<CheckVerdict> OtherAddressAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var own = hdlc.Server;
        const int Upper = 0x5B, Lower = 0x2B;
        var other = own.Length == 1
            ? HdlcAddress.Server(own.Upper == Upper ? Upper + 1 : Upper)
            : HdlcAddress.Server(own.Upper == Upper ? Upper + 1 : Upper, own.Lower == Lower ? Lower + 1 : Lower, own.Length);
        var answer = await probe.AskAsync(HdlcControl.SetNormalResponseMode, default, cancellationToken, to: other);
        if (answer is not null) return CheckVerdict.If(false, $"silence for server {other}", HdlcProbe.Words(answer));
        var right = await probe.AskAsync(HdlcControl.SetNormalResponseMode, default, cancellationToken);
        return CheckVerdict.If(right is { Type: HdlcFrameType.UnnumberedAcknowledge }, "UA at its own address", HdlcProbe.Words(right));
    }

    private static async ValueTask<CheckVerdict> NoLinkAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var answer = await probe.AskAsync(HdlcControl.Information(0, 0, pollFinal: true), Opening(meter), cancellationToken);
        return CheckVerdict.If(answer is null or { Type: HdlcFrameType.DisconnectedMode }, "DM or silence", HdlcProbe.Words(answer));
    }

    private static async ValueTask<CheckVerdict> RepeatedAsync(
        MeterUnderTest meter, HdlcUnderTest hdlc, HdlcProbe probe, CancellationToken cancellationToken)
    {
        var opening = Opening(meter);
        var wide = HdlcParameters.Default with { MaxInformationTransmit = Math.Max(128, opening.Length) };
        var information = wide == HdlcParameters.Default ? [] : wide.ToInformation();
        var opened = await probe.AskAsync(HdlcControl.SetNormalResponseMode, information, cancellationToken);
        if (opened is not { Type: HdlcFrameType.UnnumberedAcknowledge } ua) return CheckVerdict.If(false, "UA", HdlcProbe.Words(opened));
        var most = wide.Agree(HdlcParameters.Read(ua.Information.Span)).MaxInformationTransmit;
        if (opening.Length > most) return CheckVerdict.NotApplicable($"the AARQ does not fit into one frame of {most} bytes");
        var request = HdlcControl.Information(0, 0, pollFinal: true);
        var first = await probe.AskAsync(request, opening, cancellationToken);
        while (first is { Control.PollFinal: false }) first = await probe.NextAsync(cancellationToken);
        if (first is not { Control.ReceiveSequence: 1 }) return CheckVerdict.If(false, "an answer", HdlcProbe.Words(first));
        // As if the answer had been lost: the same frame again.
        var second = await probe.AskAsync(request, opening, cancellationToken);
        var holds = second is { Type: HdlcFrameType.Information or HdlcFrameType.ReceiveReady, Control.ReceiveSequence: 1 };
        return CheckVerdict.If(holds, "an I frame or RR that acknowledges it once", HdlcProbe.Words(second));
    }

    /// <summary>An AARQ with its LLC header.</summary>
    private static byte[] Opening(MeterUnderTest meter)
    {
        using var association = new ClientAssociation(meter.Options, meter.Keys);
        return [.. HdlcLlc.Request, .. association.Open().Span];
    }

    /// <summary>The meter over a line whose frames are seen.</summary>
    private static MeterUnderTest Over(MeterUnderTest meter, HdlcUnderTest hdlc, HdlcTap tap, HdlcParameters proposed)
    {
        var link = new HdlcClientLink(hdlc.Client, hdlc.Server, new HdlcClientOptions { Proposal = proposed });
        var channel = new HdlcChannel(tap, link, hdlc.Timings, meter.Time);
        return meter with { ConnectAsync = _ => new(new MeterLine(channel, tap)) };
    }
}
