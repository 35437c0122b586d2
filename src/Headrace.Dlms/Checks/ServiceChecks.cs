using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Checks;

/// <summary>GET, SET and what surrounds them (IEC 62056-5-3, xDLMS services).</summary>
internal static class ServiceChecks
{
    private const string Get = "IEC 62056-5-3, GET";
    private const ushort SmallPdu = 128;
    private static readonly LogicalName Nobody = new(0, 0, 127, 127, 127, 254);
    private const ushort SmallestPdu = 64;
    private const int ManyItems = 64;

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("services.get", "An attribute is read.", Get, GetAsync),
        new("services.unknown-object", "An object that is not there is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.ByShortNames ? Read(FreeName(line)) : line.Get(1, Nobody, 2), token)),
        new("services.other-class", "An object under another class is refused.", Get,
            (meter, token) => meter.Options.ShortNames is null
                ? RefusedAsync(meter, line => line.Get(3, AssociationObject.Current, 1), token) : new(WithoutClass)),
        new("services.unknown-attribute", "An attribute that the class does not have is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.ByShortNames
                ? Read(ReservedBaseNames.Association + ShortNameMap.Spacing / 2) : line.Get(15, AssociationObject.Current, 99), token)),
        new("services.list", "Several attributes are read in one request, in its order.", Get, ListAsync),
        new("services.blocks", "A long value comes in blocks within the client's APDU size and is whole.", Get, BlocksAsync),
        new("services.wrong-block", "A block that does not follow is refused.", Get, WrongBlockAsync),
        new("services.block-without-get", "A block without a transfer is refused.", Get,
            (meter, token) => RefusedAsync(meter, line => line.ByShortNames
                ? new ReadRequest([new BlockNumberAccess(1)]) : new GetRequestNext(line.NextInvokeId(), 1), token)),
        new("services.invoke-id", "Every invoke id comes back in the answer.", "IEC 62056-5-3, Invoke-Id-And-Priority", InvokeIdsAsync),
        new("services.not-negotiated", "A service of the other way of naming is refused.", "IEC 62056-5-3, conformance",
            (meter, token) => RefusedAsync(meter, line => line.ByShortNames
                ? line.Get(15, AssociationObject.Current, 1) : Read(ReservedBaseNames.Association), token)),
        new("services.long-list", "A long list of attributes is read whole.", Get, LongListAsync),
        new("services.small-pdu", "A client that takes 64 bytes at most gets no longer APDU.", "IEC 62056-5-3, max-receive-pdu-size",
            SmallPduAsync),
        new("services.unexpected", "A data-notification to the meter is not answered with data, and the association goes on.",
            "IEC 62056-5-3, DataNotification", UnexpectedAsync),
        new("services.malformed", "A request cut short is refused, and the meter stays reachable.", Get, MalformedAsync),
        new("services.selective-access", "One row of a profile is selected by number.", "IEC 62056-6-2, Profile generic", SelectAsync),
        new("services.type-unmatched", "A value of a wrong type is not written.", "IEC 62056-5-3, SET", TypeAsync),
    ];

    private static async ValueTask<CheckVerdict> GetAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var answer = await line.AskAsync(line.GetAssociationName(), cancellationToken);
        var name = CosemData.OctetString(AssociationObject.Current);
        var data = answer switch
        {
            GetResponseNormal get => get.Result.Data,
            ReadResponse { Results: [ReadData read] } => read.Value,
            _ => null,
        };
        return CheckVerdict.If(data?.Equals(name) == true, name.ToString(), CheckLine.Words(answer));
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
        if (line.ByShortNames)
        {
            var names = new ReadRequest([new VariableName(ReservedBaseNames.Association), new VariableName(FreeName(line)),
                new VariableName(ReservedBaseNames.Association)]);
            var read = await line.AskAsync(names, cancellationToken);
            return CheckVerdict.If(read is ReadResponse { Results: [ReadData, ReadError, ReadData] }, "data, an error, data",
                CheckLine.Words(read));
        }
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
            var result = await large.Client.GetAsync(large.ObjectList, cancellationToken);
            if (result.Data is not { } data) return CheckVerdict.NotApplicable($"object_list is not read: {result.Error.Name()}");
            whole = data;
        }
        await using var small = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        if (!small.Client.Association.Conformance.HasFlag(Conformance.BlockTransferWithGetOrRead))
            return CheckVerdict.NotApplicable("block-transfer-with-get-or-read was not negotiated");
        var request = small.Protect(small.GetObjectList());
        var first = await small.AskBytesAsync(request, cancellationToken);
        if (first is not { Length: <= SmallPdu } bytes)
            return CheckVerdict.If(false, $"APDUs of {SmallPdu} bytes at most",
                first is null ? "no answer" : $"{first.Value.Length} bytes");
        // The transfer is left, and the list read again as a whole.
        await using var again = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        var joined = await again.Client.GetAsync(again.ObjectList, cancellationToken);
        return CheckVerdict.If(joined.Data is { } value && value.Equals(whole), "the same object_list as in large APDUs",
            joined.Data is null ? joined.Error.Name() : joined.Data.Equals(whole) ? "the same" : "another one");
    }

    private static async ValueTask<CheckVerdict> WrongBlockAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken, meter.Options with { MaxPduSize = SmallPdu });
        var request = line.GetObjectList();
        var first = await line.AskAsync(request, cancellationToken);
        if (first is not (GetResponseWithDatablock { RawData: not null } or ReadResponse { Results: [ReadDataBlock] }))
            return CheckVerdict.NotApplicable($"object_list does not come in blocks: {CheckLine.Words(first)}");
        XdlmsApdu wrong = request is GetRequestNormal get ? new GetRequestNext(get.InvokeId, 77)
            : new ReadRequest([new BlockNumberAccess(77)]);
        var answer = await line.AskAsync(wrong, cancellationToken);
        return CheckVerdict.If(CheckLine.IsRefusal(answer), "an error", CheckLine.Words(answer));
    }

    private static async ValueTask<CheckVerdict> LongListAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.Client.Association.Conformance.HasFlag(Conformance.MultipleReferences))
            return CheckVerdict.NotApplicable("multiple-references was not negotiated");
        var name = new CosemAttributeDescriptor(line.ObjectList.ClassId, AssociationObject.Current, 1);
        var results = await line.Client.GetListAsync([.. Enumerable.Repeat(new AttributeSelection(name), ManyItems)], cancellationToken);
        var data = results.Count(result => result.IsData);
        return CheckVerdict.If(data == ManyItems, $"{ManyItems} values", $"{data} values in {results.Count} results");
    }

    private static async ValueTask<CheckVerdict> SmallPduAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        var options = meter.Options with { MaxPduSize = SmallestPdu };
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken, options);
        var opened = await line.Client.ConnectAsync(cancellationToken);
        if (opened is not Associated) return CheckVerdict.NotApplicable($"the meter does not accept it: {CheckLine.Words(opened)}");
        line.LearnTitle(line.Client.Association.ServerSystemTitle);
        var longest = 0;
        foreach (var request in new[] { line.GetAssociationName(), line.GetObjectList() })
        {
            var answer = await line.AskBytesAsync(line.Protect(request), cancellationToken);
            if (answer is null) return CheckVerdict.If(false, "an answer", "silence, or a closed connection");
            longest = Math.Max(longest, answer.Value.Length);
        }
        return CheckVerdict.If(longest <= SmallestPdu, $"APDUs of {SmallestPdu} bytes at most", $"{longest} bytes");
    }

    private static async ValueTask<CheckVerdict> UnexpectedAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        var push = new DataNotification(LongInvokeIdAndPriority.Of(1, confirmed: false), CosemDateTime.NotSpecified, CosemData.Unsigned(1));
        var answer = await line.AskAsync(line.Protect(push), cancellationToken);
        if (!CheckLine.IsRefusal(answer)) return CheckVerdict.If(false, "an error or silence", CheckLine.Words(answer));
        var next = await line.AskAsync(line.GetAssociationName(), cancellationToken);
        return CheckVerdict.If(!CheckLine.IsRefusal(next), "data in the same association", CheckLine.Words(next));
    }

    private static ReadRequest Read(int shortName) => new([new VariableName((ushort)shortName)]);

    /// <summary>A short name that is nothing's.</summary>
    private static ushort FreeName(CheckLine line)
    {
        const int Step = 0x100;
        var objects = line.Client.Association.ShortNames!.Map.Objects;
        for (var name = Step; name < ReservedBaseNames.Association - Step; name += ShortNameMap.Spacing)
            if (!objects.Any(o => name >= o.BaseName && name < o.BaseName + Step)) return (ushort)name;
        throw new CheckException("all short names are in use");
    }

    private static CheckVerdict WithoutClass => CheckVerdict.NotApplicable("short names say no class");

    private static async ValueTask<CheckVerdict> InvokeIdsAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (meter.Options.ShortNames is not null) return CheckVerdict.NotApplicable("services by short names have no invoke ids");
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
            var cut = line.GetAssociationName().Encode()[..^2];
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
        if (!line.SelectsRows)
            return CheckVerdict.NotApplicable("selective access was not negotiated");
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
        if (!line.Client.Association.Conformance.HasFlag(line.ByShortNames ? Conformance.Write : Conformance.Set))
            return CheckVerdict.NotApplicable("writing was not negotiated");
        var result = await line.Client.SetAsync(zone, CosemData.VisibleString("zone"), cancellationToken);
        return CheckVerdict.If(result != DataAccessResult.Success, DataAccessResult.TypeUnmatched.Name(), result.Name());
    }
}
