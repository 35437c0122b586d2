using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;

namespace Headrace.Dlms.Checks;

/// <summary>GET, SET and what surrounds them (IEC 62056-5-3, xDLMS services).</summary>
internal static class ServiceChecks
{
    private const string Get = "IEC 62056-5-3, GET";
    private const ushort SmallPdu = 128;
    private static readonly LogicalName Nobody = new(0, 0, 127, 127, 127, 254);

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("services.get", "An attribute is read.", Get, GetAsync),
        new("services.unknown-object", "An object that is not there is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.Get(1, Nobody, 2), token)),
        new("services.other-class", "An object under another class is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.Get(3, AssociationObject.Current, 1), token)),
        new("services.unknown-attribute", "An attribute that the class does not have is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.Get(15, AssociationObject.Current, 99), token)),
        new("services.list", "Several attributes are read in one request, in its order.", Get, ListAsync),
        new("services.blocks", "A long value comes in blocks within the client's APDU size and is whole.", Get, BlocksAsync),
        new("services.wrong-block", "A block that does not follow is refused.", Get, WrongBlockAsync),
        new("services.block-without-get", "A block without a transfer is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => new GetRequestNext(line.NextInvokeId(), 1), token)),
        new("services.invoke-id", "Every invoke id comes back in the answer.", "IEC 62056-5-3, Invoke-Id-And-Priority", InvokeIdsAsync),
        new("services.not-negotiated", "A service by short names is refused.", "IEC 62056-5-3, conformance",
            (meter, token) => RefusedAsync(meter, _ => new ReadRequest([new VariableName(0xFA00)]), token)),
        new("services.malformed", "A request cut short is refused, and the meter stays reachable.", Get, MalformedAsync),
        new("services.selective-access", "One row of a profile is selected by number.", "IEC 62056-6-2, Profile generic", SelectAsync),
        new("services.type-unmatched", "A value of a wrong type is not written.", "IEC 62056-5-3, SET", TypeAsync),
    ];

    private static async ValueTask<CheckVerdict> GetAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var answer = await line.AskAsync(line.GetAssociationName(), cancellationToken);
        var name = CosemData.OctetString(AssociationObject.Current);
        return CheckVerdict.If(answer is GetResponseNormal { Result.Data: { } data } && data.Equals(name), name.ToString(),
            CheckLine.Words(answer));
    }

    private static async ValueTask<CheckVerdict> RefusedAsync(
        MeterUnderTest meter, Func<CheckLine, XdlmsApdu> request, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var answer = await line.AskAsync(request(line), cancellationToken);
        return CheckVerdict.If(CheckLine.IsRefusal(answer) && answer is not null, "an error", CheckLine.Words(answer));
    }

    private static async ValueTask<CheckVerdict> ListAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.Client.Association.Conformance.HasFlag(Conformance.MultipleReferences))
            return CheckVerdict.NotApplicable("multiple-references was not negotiated");
        var name = new CosemAttributeDescriptor(15, AssociationObject.Current, 1);
        var missing = new CosemAttributeDescriptor(1, Nobody, 2);
        var request = new GetRequestWithList(line.NextInvokeId(), [new(name), new(missing), new(name)]);
        var answer = await line.AskAsync(request, cancellationToken);
        var found = answer is GetResponseWithList list
            ? string.Join(", ", list.Results.Select(r => r.IsData ? "data" : r.Error.Name()))
            : CheckLine.Words(answer);
        var holds = answer is GetResponseWithList { Results: [{ IsData: true }, { IsData: false }, { IsData: true }] };
        return CheckVerdict.If(holds, "data, an error, data", found);
    }

    private static async ValueTask<CheckVerdict> BlocksAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        CosemData whole;
        await using (var large = await CheckLine.AssociateAsync(meter, cancellationToken))
        {
            var result = await large.Client.GetAsync(AssociationObject.CurrentObjectList, cancellationToken);
            if (result.Data is not { } data) return CheckVerdict.NotApplicable($"object_list is not read: {result.Error.Name()}");
            whole = data;
        }
        await using var small = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        if (!small.Client.Association.Conformance.HasFlag(Conformance.BlockTransferWithGetOrRead))
            return CheckVerdict.NotApplicable("block-transfer-with-get-or-read was not negotiated");
        var request = small.Protect(new GetRequestNormal(small.NextInvokeId(), AssociationObject.CurrentObjectList));
        var first = await small.AskBytesAsync(request, cancellationToken);
        if (first is not { Length: <= SmallPdu } bytes)
            return CheckVerdict.If(false, $"APDUs of {SmallPdu} bytes at most",
                first is null ? "no answer" : $"{first.Value.Length} bytes");
        // The transfer is left, and the list read again as a whole.
        await using var again = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        var joined = await again.Client.GetAsync(AssociationObject.CurrentObjectList, cancellationToken);
        return CheckVerdict.If(joined.Data is { } value && value.Equals(whole), "the same object_list as in large APDUs",
            joined.Data is null ? joined.Error.Name() : joined.Data.Equals(whole) ? "the same" : "another one");
    }

    private static async ValueTask<CheckVerdict> WrongBlockAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        var id = line.NextInvokeId();
        var first = await line.AskAsync(new GetRequestNormal(id, AssociationObject.CurrentObjectList), cancellationToken);
        if (first is not GetResponseWithDatablock { RawData: not null })
            return CheckVerdict.NotApplicable($"object_list does not come in blocks: {CheckLine.Words(first)}");
        var answer = await line.AskAsync(new GetRequestNext(id, 77), cancellationToken);
        return CheckVerdict.If(CheckLine.IsRefusal(answer), "an error", CheckLine.Words(answer));
    }

    private static async ValueTask<CheckVerdict> InvokeIdsAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        for (var id = 0; id < 16; id++)
        {
            var sent = InvokeIdAndPriority.Of(id, confirmed: true, highPriority: id % 2 == 0);
            var attribute = new CosemAttributeDescriptor(15, AssociationObject.Current, 1);
            var answer = await line.AskAsync(new GetRequestNormal(sent, attribute), cancellationToken);
            if (answer is GetResponseNormal response && response.InvokeId.InvokeId == sent.InvokeId) continue;
            var found = answer is GetResponseNormal other ? $"id {other.InvokeId.InvokeId}" : CheckLine.Words(answer);
            return CheckVerdict.If(false, $"id {id}", found);
        }
        return CheckVerdict.If(true, "ids 0 to 15", "ids 0 to 15");
    }

    private static async ValueTask<CheckVerdict> MalformedAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using (var line = await CheckLine.AssociateAsync(meter, cancellationToken))
        {
            var cut = line.GetAssociationName().Encode()[..7];
            var answer = await line.AskAsync(cut, cancellationToken);
            if (!CheckLine.IsRefusal(answer)) return CheckVerdict.If(false, "an error or silence", CheckLine.Words(answer));
        }
        await using var next = await CheckLine.AssociateAsync(meter, cancellationToken);
        var again = await next.AskAsync(next.GetAssociationName(), cancellationToken);
        return CheckVerdict.If(!CheckLine.IsRefusal(again), "data in a new association", CheckLine.Words(again));
    }

    private static async ValueTask<CheckVerdict> SelectAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.Client.Association.Conformance.HasFlag(Conformance.SelectiveAccess))
            return CheckVerdict.NotApplicable("selective-access was not negotiated");
        var objects = await ObjectChecks.ListAsync(line, cancellationToken);
        var profile = objects?.FirstOrDefault(o => o.ClassId == 7
            && (o.Attributes?.GetValueOrDefault((sbyte)2) ?? ObjectRights.Read).HasFlag(ObjectRights.Read));
        if (profile is null) return CheckVerdict.NotApplicable("no profile is listed that may be read");
        var buffer = new CosemAttributeDescriptor(7, profile.LogicalName, 2);
        var result = await line.Client.GetAsync(buffer, new EntryDescriptor(1, 1).ToSelectiveAccess(), cancellationToken);
        var found = result.Data is { } rows ? $"{rows.Items.Count} rows of {profile.LogicalName}" : result.Error.Name();
        return CheckVerdict.If(result.Data is { Tag: CosemTag.Array, Items.Count: <= 1 }, "an array of one row, or none", found);
    }

    private static async ValueTask<CheckVerdict> TypeAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (!meter.AllowWrites) return CheckVerdict.NotApplicable("writing was not allowed");
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var zone = new CosemAttributeDescriptor(8, new LogicalName(0, 0, 1, 0, 0, 255), 3);
        if (!line.Client.Association.Conformance.HasFlag(Conformance.Set)) return CheckVerdict.NotApplicable("set was not negotiated");
        var result = await line.Client.SetAsync(zone, CosemData.VisibleString("zone"), cancellationToken);
        return CheckVerdict.If(result != DataAccessResult.Success, DataAccessResult.TypeUnmatched.Name(), result.Name());
    }
}
