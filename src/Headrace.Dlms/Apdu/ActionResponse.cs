using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>The outcome of one method and what it returned (IEC 62056-5-3, <c>Action-Response-With-Optional-Data</c>).</summary>
/// <param name="Result">The outcome.</param>
/// <param name="ReturnParameters">What it returned, or null where nothing is sent.</param>
public sealed record ActionOutcome(ActionResult Result, GetDataResult? ReturnParameters = null)
{
    internal static ActionOutcome Read(ref ApduReader reader) =>
        new((ActionResult)reader.Wire.ReadByte(), reader.ReadPresence() ? GetDataResult.Read(ref reader) : (GetDataResult?)null);

    internal void WriteTo(CosemWriter writer)
    {
        writer.WriteByte((byte)Result);
        writer.Flag(ReturnParameters is not null);
        ReturnParameters?.WriteTo(writer);
    }
}

/// <summary>An ACTION response (IEC 62056-5-3, <c>Action-Response</c>).</summary>
/// <param name="InvokeId">That of the request.</param>
public abstract record ActionResponse(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ActionResponse;

    internal static ActionResponse Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        return choice switch
        {
            1 => new ActionResponseNormal(invokeId, ActionOutcome.Read(ref reader)),
            2 => new ActionResponseWithPblock(invokeId, reader.ReadBlock()),
            3 => ActionResponseWithList.Read(ref reader, invokeId),
            4 => new ActionResponseNextPblock(invokeId, reader.Wire.ReadUInt32()),
            _ => throw reader.UnknownChoice("action-response", choice),
        };
    }
}

/// <summary>The outcome of one method.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Outcome">Result and return parameters.</param>
public sealed record ActionResponseNormal(InvokeIdAndPriority InvokeId, ActionOutcome Outcome) : ActionResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        Outcome.WriteTo(writer);
    }
}

/// <summary>One block of long return parameters.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Block">The block.</param>
public sealed record ActionResponseWithPblock(InvokeIdAndPriority InvokeId, DataBlock Block) : ActionResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.Write(Block);
    }
}

/// <summary>The outcomes of several methods.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Outcomes">In the order of the request.</param>
public sealed record ActionResponseWithList(InvokeIdAndPriority InvokeId, IReadOnlyList<ActionOutcome> Outcomes) : ActionResponse(InvokeId)
{
    internal static ActionResponseWithList Read(ref ApduReader reader, InvokeIdAndPriority invokeId)
    {
        var outcomes = new ActionOutcome[reader.Wire.ReadCount(2)];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = ActionOutcome.Read(ref reader);
        return new ActionResponseWithList(invokeId, outcomes);
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.WriteLength(Outcomes.Count);
        foreach (var outcome in Outcomes) outcome.WriteTo(writer);
    }
}

/// <summary>A block of the parameter has been taken; the next may come.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="BlockNumber">The block taken.</param>
public sealed record ActionResponseNextPblock(InvokeIdAndPriority InvokeId, uint BlockNumber) : ActionResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(4, InvokeId);
        writer.WriteUInt32(BlockNumber);
    }
}
