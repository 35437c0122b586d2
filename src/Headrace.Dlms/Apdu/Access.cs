using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>One access of an access-request (IEC 62056-5-3, <c>Access-Request-Specification</c>).</summary>
public abstract record AccessSpecification
{
    // Choice byte, then nine bytes of descriptor.
    private const int LeastBytes = 10;

    internal static AccessSpecification[] ReadList(ref ApduReader reader)
    {
        var list = new AccessSpecification[reader.Wire.ReadCount(LeastBytes)];
        for (var i = 0; i < list.Length; i++) list[i] = Read(ref reader);
        return list;
    }

    internal static void WriteList(IReadOnlyList<AccessSpecification> list, CosemWriter writer)
    {
        writer.WriteLength(list.Count);
        foreach (var specification in list) specification.WriteTo(writer);
    }

    private protected static void WriteAttribute(
        CosemWriter writer, byte choice, CosemAttributeDescriptor attribute, SelectiveAccess? selection)
    {
        writer.WriteByte(selection is null ? choice : (byte)(choice + 3));
        attribute.WriteTo(writer);
        if (selection is null) return;
        writer.WriteByte(selection.Selector);
        writer.WriteData(selection.Parameter);
    }

    private protected abstract void WriteTo(CosemWriter writer);

    private static AccessSpecification Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        1 => new AccessGet(reader.ReadAttribute()),
        2 => new AccessSet(reader.ReadAttribute()),
        3 => new AccessAction(reader.ReadMethod()),
        4 => new AccessGet(reader.ReadAttribute(), ReadSelection(ref reader)),
        5 => new AccessSet(reader.ReadAttribute(), ReadSelection(ref reader)),
        var choice => throw reader.UnknownChoice("access-request-specification", choice),
    };

    private static SelectiveAccess ReadSelection(ref ApduReader reader) => new(reader.Wire.ReadByte(), reader.ReadData());
}

/// <summary>Reads an attribute; its data in the request is null-data.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Selection">A part of it, or null for all.</param>
public sealed record AccessGet(CosemAttributeDescriptor Attribute, SelectiveAccess? Selection = null) : AccessSpecification
{
    private protected override void WriteTo(CosemWriter writer) => WriteAttribute(writer, 1, Attribute, Selection);
}

/// <summary>Writes an attribute.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Selection">A part of it, or null for all.</param>
public sealed record AccessSet(CosemAttributeDescriptor Attribute, SelectiveAccess? Selection = null) : AccessSpecification
{
    private protected override void WriteTo(CosemWriter writer) => WriteAttribute(writer, 2, Attribute, Selection);
}

/// <summary>Invokes a method.</summary>
/// <param name="Method">The method.</param>
public sealed record AccessAction(CosemMethodDescriptor Method) : AccessSpecification
{
    private protected override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(3);
        Method.WriteTo(writer);
    }
}

/// <summary>Several accesses of any kind in one request (IEC 62056-5-3, <c>Access-Request</c>).</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Time">When it was made, or null where not given.</param>
/// <param name="Specifications">What to do.</param>
/// <param name="Data">One value for each, null-data where none is needed.</param>
public sealed record AccessRequest(
    LongInvokeIdAndPriority InvokeId, CosemDateTime? Time, IReadOnlyList<AccessSpecification> Specifications, IReadOnlyList<CosemData> Data)
    : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.AccessRequest;

    internal static AccessRequest Read(ref ApduReader reader) =>
        new(reader.ReadLongInvokeId(), reader.ReadOptionalTime(), AccessSpecification.ReadList(ref reader), reader.ReadDataList());

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteUInt32(InvokeId.Value);
        writer.Write(Time);
        AccessSpecification.WriteList(Specifications, writer);
        writer.Write(Data);
    }
}

/// <summary>The kind of access an outcome belongs to.</summary>
public enum AccessSpecificationKind : byte
{
    /// <summary>access-response-get.</summary>
    Get = 1,
    /// <summary>access-response-set.</summary>
    Set = 2,
    /// <summary>access-response-action.</summary>
    Action = 3,
}

/// <summary>The outcome of one access (IEC 62056-5-3, <c>Access-Response-Specification</c>).</summary>
/// <param name="Service">The kind of access.</param>
/// <param name="Result">A <see cref="DataAccessResult"/>, or an <see cref="ActionResult"/> for a method; the common codes are
/// equal.</param>
public readonly record struct AccessOutcome(AccessSpecificationKind Service, byte Result)
{
    /// <summary>True for success.</summary>
    public bool IsSuccess => Result == 0;
}

/// <summary>The answer to an access-request (IEC 62056-5-3, <c>Access-Response</c>).</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Time">When it was made, or null where not given.</param>
/// <param name="Specifications">The request's specifications repeated, or null.</param>
/// <param name="Data">One value for each access, null-data where there is none.</param>
/// <param name="Outcomes">One outcome for each access.</param>
public sealed record AccessResponse(
    LongInvokeIdAndPriority InvokeId,
    CosemDateTime? Time,
    IReadOnlyList<AccessSpecification>? Specifications,
    IReadOnlyList<CosemData> Data,
    IReadOnlyList<AccessOutcome> Outcomes) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.AccessResponse;

    internal static AccessResponse Read(ref ApduReader reader)
    {
        var invokeId = reader.ReadLongInvokeId();
        var time = reader.ReadOptionalTime();
        var specifications = reader.ReadPresence() ? AccessSpecification.ReadList(ref reader) : null;
        var data = reader.ReadDataList();
        var outcomes = new AccessOutcome[reader.Wire.ReadCount(2)];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = new AccessOutcome((AccessSpecificationKind)reader.Wire.ReadByte(), reader.Wire.ReadByte());
        return new AccessResponse(invokeId, time, specifications, data, outcomes);
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteUInt32(InvokeId.Value);
        writer.Write(Time);
        writer.Flag(Specifications is not null);
        if (Specifications is not null) AccessSpecification.WriteList(Specifications, writer);
        writer.Write(Data);
        writer.WriteLength(Outcomes.Count);
        foreach (var outcome in Outcomes)
        {
            writer.WriteByte((byte)outcome.Service);
            writer.WriteByte(outcome.Result);
        }
    }
}
