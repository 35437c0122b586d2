using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Checks;

/// <summary>The HDLC link below the association (IEC 62056-46).</summary>
internal static class LinkChecks
{
    private const string Clause = "IEC 62056-46, connection management";

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("link.connect", "SNRM is answered by UA, DISC by UA or DM.", Clause, ConnectAsync),
        new("link.connect-again", "A link can be opened again after it was closed.", Clause, AgainAsync),
        new("link.segments", "A value longer than a frame comes in segments and is whole.", "IEC 62056-46, segmentation", SegmentsAsync),
    ];

    private static async ValueTask<CheckVerdict> ConnectAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (!meter.IsHdlc) return NoLink;
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        await line.CloseLinkAsync(cancellationToken);
        return CheckVerdict.If(true, "opened and closed", "opened and closed");
    }

    private static async ValueTask<CheckVerdict> AgainAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (!meter.IsHdlc) return NoLink;
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        for (var i = 0; i < 2; i++)
        {
            await line.OpenLinkAsync(cancellationToken);
            await line.CloseLinkAsync(cancellationToken);
        }
        return CheckVerdict.If(true, "opened twice", "opened twice");
    }

    private static async ValueTask<CheckVerdict> SegmentsAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (!meter.IsHdlc) return NoLink;
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var result = await line.Client.GetAsync(line.ObjectList, cancellationToken);
        return result.Data is { } list
            ? CheckVerdict.If(list.Items.Count > 0, "an object list", $"{list.Items.Count} objects, {list.Encode().Length} bytes")
            : CheckVerdict.NotApplicable($"object_list is not read: {result.Error.Name()}");
    }

    private static CheckVerdict NoLink => CheckVerdict.NotApplicable("there is no HDLC link");
}
