using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Session;

/// <summary>Makes the exchanges of a client that refers by logical names, of services that were agreed (IEC 62056-5-3, 9.3).</summary>
/// <remarks>Whatever was not agreed throws <see cref="InvalidOperationException"/> before anything is sent.</remarks>
internal sealed class ClientRequests(ClientOptions options, ClientProtection protection, ClientTransport transport)
{
    private int _invokeId;
    private uint _longInvokeId;

    public ClientExchange Get(CosemAttributeDescriptor attribute, SelectiveAccess? selection, bool streaming)
    {
        var needed = Conformance.Get;
        if (selection is not null) needed |= Conformance.SelectiveAccess;
        if (attribute.AttributeId == 0) needed |= Conformance.Attribute0SupportedWithGet;
        Require(needed);
        return new GetExchange(NextInvokeId(), attribute, selection, streaming, options.MaxValueSize);
    }

    public ClientExchange Get(IReadOnlyList<AttributeSelection> attributes)
    {
        Require(Conformance.Get | Conformance.MultipleReferences | Needed(attributes, Conformance.Attribute0SupportedWithGet));
        return new GetListExchange(NextInvokeId(), attributes, options.MaxValueSize);
    }

    public ClientExchange Set(AttributeSelection target, CosemData value)
    {
        AttributeSelection[] targets = [target];
        Require(Conformance.Set | Needed(targets, Conformance.Attribute0SupportedWithSet));
        return new SetExchange(NextInvokeId(), targets, [value], false, transport.Limits);
    }

    public ClientExchange Set(IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values)
    {
        Pair(targets.Count, values.Count);
        Require(Conformance.Set | Conformance.MultipleReferences | Needed(targets, Conformance.Attribute0SupportedWithSet));
        return new SetExchange(NextInvokeId(), targets, values, true, transport.Limits);
    }

    public ClientExchange Action(CosemMethodDescriptor method, CosemData? parameter)
    {
        Require(Conformance.Action);
        return new ActionExchange(NextInvokeId(), method, parameter, transport.Limits, options.MaxValueSize);
    }

    public ClientExchange Action(IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters)
    {
        Pair(methods.Count, parameters.Count);
        Require(Conformance.Action | Conformance.MultipleReferences);
        return new ActionExchange(NextInvokeId(), methods, parameters, transport.Limits, options.MaxValueSize);
    }

    public ClientExchange Access(IReadOnlyList<AccessSpecification> specifications, IReadOnlyList<CosemData> data, bool breakOnError)
    {
        Pair(specifications.Count, data.Count);
        // The service has no glo- or ded- tag of its own.
        Require(Conformance.Access | (protection.ProtectsServices ? Conformance.GeneralProtection : Conformance.None));
        _longInvokeId = _longInvokeId % 0xFF_FFFF + 1;
        var invokeId = LongInvokeIdAndPriority.Of(_longInvokeId, confirmed: true, highPriority: true, breakOnError: breakOnError);
        return new AccessExchange(invokeId, specifications, data);
    }

    /// <summary>SET that is not answered.</summary>
    public XdlmsApdu UnconfirmedSet(IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values)
    {
        Pair(targets.Count, values.Count);
        var asList = targets.Count != 1;
        Require(Conformance.Set | Needed(targets, Conformance.Attribute0SupportedWithSet)
            | (asList ? Conformance.MultipleReferences : Conformance.None));
        var invokeId = Unconfirmed();
        return asList ? new SetRequestWithList(invokeId, targets, values) : new SetRequestNormal(invokeId, targets[0], values[0]);
    }

    /// <summary>ACTION that is not answered.</summary>
    public XdlmsApdu UnconfirmedAction(CosemMethodDescriptor method, CosemData? parameter)
    {
        Require(Conformance.Action);
        return new ActionRequestNormal(Unconfirmed(), method, parameter);
    }

    /// <summary>The id of the next confirmed request, from 1 to 15 and around.</summary>
    public InvokeIdAndPriority NextInvokeId() => InvokeIdAndPriority.Of(Next(), confirmed: true, highPriority: true);

    /// <summary>Checks that services were agreed.</summary>
    /// <exception cref="InvalidOperationException">One was not.</exception>
    public void Require(Conformance services)
    {
        var missing = services & ~transport.Conformance;
        if (missing != Conformance.None)
            throw new InvalidOperationException($"Not agreed with the server: {string.Join(", ", missing.ToNames())}.");
    }

    private InvokeIdAndPriority Unconfirmed() => InvokeIdAndPriority.Of(Next(), confirmed: false, highPriority: true);

    private int Next() => _invokeId = options.FixedInvokeId ?? _invokeId % 15 + 1;

    private static Conformance Needed(IReadOnlyList<AttributeSelection> attributes, Conformance forAll)
    {
        var needed = Conformance.None;
        foreach (var (attribute, selection) in attributes)
        {
            if (selection is not null) needed |= Conformance.SelectiveAccess;
            if (attribute.AttributeId == 0) needed |= forAll;
        }
        return needed;
    }

    private static void Pair(int targets, int values)
    {
        if (targets == 0 || targets != values) throw new ArgumentException($"{values} values for {targets} targets.", nameof(values));
    }
}
