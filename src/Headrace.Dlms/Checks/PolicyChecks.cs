using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Checks;

/// <summary>What policy and access rights of a meter demand, held against what it answers (IEC 62056-6-2, Security setup and Association
/// LN).</summary>
internal static class PolicyChecks
{
    private const string Policy = "IEC 62056-6-2, Security setup, security_policy";
    private const string Rights = "IEC 62056-6-2, Association LN, access_mode";
    private static readonly LogicalName UsualSetup = new(0, 0, 43, 0, 0, 255);
    private static readonly CosemAttributeDescriptor AssociationName = new(15, AssociationObject.Current, 1);

    private static readonly MessageProtection[] Possible =
    [
        MessageProtection.None, new(true, false), new(false, true), new(true, true),
    ];

    public static IEnumerable<MeterCheck> All { get; } =
    [
        new("security.downgrade", "A request with less protection than the policy is refused.", Policy, DowngradeAsync),
        new("security.plain", "A request without protection is refused.", Policy,
            (meter, token) => WeakerAsync(meter, [MessageProtection.None], token)),
        new("security.response-policy", "Answers are protected as the policy says.", Policy, ResponseAsync),
        new("security.rights", "An attribute is refused where a request has less protection than its rights.", Rights, RightsAsync),
        new("security.replayed-open", "An AARQ that is sent again is not accepted.", "IEC 62056-5-3, invocation counter",
            ReplayedOpenAsync),
    ];

    private static ValueTask<CheckVerdict> DowngradeAsync(MeterUnderTest meter, CancellationToken cancellationToken) =>
        WeakerAsync(meter, [.. Possible.Where(p => !p.IsNone && !p.Covers(new(true, true)))], cancellationToken);

    /// <summary>Sends a request in each protection that is less than the usual one.</summary>
    private static async ValueTask<CheckVerdict> WeakerAsync(
        MeterUnderTest meter, IReadOnlyList<MessageProtection> weaker, CancellationToken cancellationToken)
    {
        var borne = new List<string>();
        var usual = Strength(meter.Options.Protection);
        SecurityPolicy? policy = null;
        foreach (var given in weaker.Where(w => w != usual))
        {
            await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
            if (!line.IsCiphered) return NothingCiphered;
            policy ??= await PolicyAsync(line, cancellationToken);
            var answer = await line.AskAsync(Wrap(line, line.GetAssociationName(), given), cancellationToken);
            if (CheckLine.IsRefusal(answer)) continue;
            if (policy is { } demands && !demands.AllowsRequest(given))
                return CheckVerdict.If(false, $"no data, since policy {demands.Value} demands requests {Words(demands.Request)}",
                    $"{CheckLine.Words(answer)} to a request {Words(given)}");
            borne.Add(Words(given));
        }
        if (borne.Count == 0) return CheckVerdict.If(true, "no data", "none");
        return CheckVerdict.NotApplicable(policy is { } known
            ? $"policy {known.Value} takes requests {string.Join(" or ", borne)}"
            : $"the policy is not read, and requests {string.Join(" or ", borne)} are answered");
    }

    private static async ValueTask<CheckVerdict> ResponseAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.IsCiphered) return NothingCiphered;
        if (await PolicyAsync(line, cancellationToken) is not { } policy) return CheckVerdict.NotApplicable("the policy is not read");
        var answer = await line.AskAsync(line.GetAssociationName(), cancellationToken);
        if (CheckLine.IsRefusal(answer)) return CheckVerdict.If(false, "data", CheckLine.Words(answer));
        return CheckVerdict.If(policy.AllowsResponse(line.LastProtection),
            $"{Words(policy.Response)} at least, by policy {policy.Value}", Words(line.LastProtection));
    }

    private static async ValueTask<CheckVerdict> RightsAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (meter.Options.ShortNames is not null) return CheckVerdict.NotApplicable("rights of short names tell no kind of protection");
        await using var line = await CheckLine.AssociateAsync(meter, cancellationToken);
        if (!line.IsCiphered) return NothingCiphered;
        var list = await line.Client.GetAsync(line.ObjectList, cancellationToken);
        if (list.Data is not { } objects) return CheckVerdict.NotApplicable($"object_list is not read: {list.Error.Name()}");
        var policy = await PolicyAsync(line, cancellationToken);
        foreach (var (attribute, demanded) in Demanding(objects))
        {
            foreach (var given in Possible.Where(p => !p.Covers(demanded) && policy?.AllowsRequest(p) != false))
            {
                var request = new GetRequestNormal(line.NextInvokeId(), attribute);
                var answer = await line.AskAsync(Wrap(line, request, given), cancellationToken);
                return CheckVerdict.If(CheckLine.IsRefusal(answer), $"no data, since {attribute} demands requests {Words(demanded)}",
                    $"{CheckLine.Words(answer)} to a request {Words(given)}");
            }
        }
        return CheckVerdict.NotApplicable("no attribute demands more than the policy");
    }

    private static async ValueTask<CheckVerdict> ReplayedOpenAsync(MeterUnderTest meter, CancellationToken cancellationToken)
    {
        if (meter.Options.Ciphering == ClientCiphering.None) return NothingCiphered;
        using var association = new ClientAssociation(meter.Options, meter.Keys);
        var opening = association.Open().ToArray();
        if (!await IsAcceptedAsync(meter, opening, cancellationToken))
            return CheckVerdict.If(false, "accepted the first time", "not accepted");
        var again = await IsAcceptedAsync(meter, opening, cancellationToken);
        return CheckVerdict.If(!again, "not accepted", again ? "accepted" : "not accepted");
    }

    private static async ValueTask<bool> IsAcceptedAsync(MeterUnderTest meter, byte[] opening, CancellationToken cancellationToken)
    {
        await using var line = await CheckLine.ConnectAsync(meter, cancellationToken);
        await line.OpenLinkAsync(cancellationToken);
        var answer = await line.AskBytesAsync(opening, cancellationToken);
        return answer is { } bytes && bytes.Span[0] == AssociationResponse.Tag
            && AssociationResponse.Parse(bytes, meter.Options.AcseTolerance).Result == AssociationResult.Accepted;
    }

    /// <summary>The policy that the security setup of the association tells; null where it does not.</summary>
    private static async ValueTask<SecurityPolicy?> PolicyAsync(CheckLine line, CancellationToken cancellationToken)
    {
        var reference = line.ByShortNames
            ? new CosemAttributeDescriptor(12, AssociationObject.Current, 4)
            : new CosemAttributeDescriptor(15, AssociationObject.Current, 9);
        var named = await line.Client.GetAsync(reference, cancellationToken);
        var setup = named.Data is { Tag: CosemTag.OctetString } name && name.AsOctets().Length == LogicalName.Size
            ? name.AsLogicalName()
            : UsualSetup;
        var objects = await ObjectChecks.ListAsync(line, cancellationToken);
        var version = objects?.FirstOrDefault(o => o.ClassId == 64 && o.LogicalName == setup)?.Version ?? 0;
        var value = await line.Client.GetAsync(new CosemAttributeDescriptor(64, setup, 2), cancellationToken);
        return value.Data is { } data && data.TryGetInteger(out var number) && SecurityPolicy.TryParse(version, number, out var policy)
            ? policy
            : null;
    }

    /// <summary>Attributes that may be read in protected requests only, and how these have to be protected.</summary>
    private static IEnumerable<(CosemAttributeDescriptor Attribute, MessageProtection Demanded)> Demanding(CosemData list)
    {
        var own = ListedObject.FromData(list).FirstOrDefault(o => o.ClassId == 15 && o.LogicalName == AssociationObject.Current);
        foreach (var entry in list.AsArray().Select(e => e.AsStructure(4)))
        {
            if (!entry[0].TryGetInteger(out var classId) || classId == AssociationName.ClassId) continue;
            foreach (var item in entry[3].AsStructure(2)[0].AsArray().Select(i => i.AsStructure(3)))
            {
                if (!item[0].TryGetInteger(out var attribute) || !item[1].TryGetInteger(out var mode) || mode is < 0 or > 0xFF) continue;
                var rights = own?.Version >= 3 ? (AccessRights)mode : ((AttributeAccessMode)mode).ToRights();
                if (!rights.HasFlag(AccessRights.Read) || rights.OfRequests().IsNone || (classId, attribute) is (7, 2)) continue;
                var found = new CosemAttributeDescriptor((ushort)classId, entry[2].AsLogicalName(), (sbyte)attribute);
                yield return (found, rights.OfRequests());
            }
        }
    }

    private static ReadOnlyMemory<byte> Wrap(CheckLine line, XdlmsApdu request, MessageProtection given) => given.IsNone
        ? request.Encode()
        : line.Protect(request, SecurityControl.Of(line.Options.Protection.Suite, given.Authenticated, given.Encrypted));

    private static MessageProtection Strength(SecurityControl control) => new(control.Authenticated, control.Encrypted);

    private static CheckVerdict NothingCiphered => CheckVerdict.NotApplicable("nothing is ciphered in this association");

    private static string Words(MessageProtection protection)
    {
        var words = new List<string>();
        if (protection.Authenticated) words.Add("authenticated");
        if (protection.Encrypted) words.Add("encrypted");
        if (protection.Signed) words.Add("signed");
        return words.Count == 0 ? "without protection" : string.Join(" and ", words);
    }
}
