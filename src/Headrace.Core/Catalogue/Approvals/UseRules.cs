namespace Headrace.Core.Catalogue.Approvals;

/// <summary>The device is sealed as the approval says; until then it is open.</summary>
internal sealed class SealingRule() : NoticeRule("sealing", "Is it sealed as the approval says?", "4")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var (seal, programming) = (state.Approval.Seal, state.Approval.ProgrammingSeal);
        var done = device.Device.Sealed == true;
        var basis = Basis(state, state.Approval.LinesAbout("sealing"));
        yield return Say(done ? RuleVerdict.Allowed : RuleVerdict.Open, done ? "sealed" : "", basis,
            $"to be sealed with {seal?.English}, programming sealed by {programming?.English}",
            $"à sceller : {seal?.In("fr")}, programmation scellée par {programming?.In("fr")}");
        foreach (var rule in done ? state.Approval.SealingRules.Take(1) : [])
            yield return new RuleAnswer(Name, RuleVerdict.Condition, "sealed", rule, basis);
    }
}

/// <summary>Approved is not verified: each device is verified before it is put to use.</summary>
internal sealed class VerificationRule() : NoticeRule("verification", "Has the device been verified as well?", "7")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var verdict = device.Device.Verified switch
        {
            true => RuleVerdict.Allowed,
            false => RuleVerdict.Refused,
            null => RuleVerdict.Open,
        };
        yield return Say(verdict, "", Basis(state, state.Approval.LinesAbout("legal")),
            $"a device must be verified as well as approved before it is put to use",
            $"un appareil doit être vérifié, et non seulement approuvé, avant sa mise en service");
    }
}
