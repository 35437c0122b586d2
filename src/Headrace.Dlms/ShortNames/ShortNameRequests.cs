using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.ShortNames;

/// <summary>What was agreed with the server, as far as requests by short names need it.</summary>
/// <param name="Limits">What the server's longest APDU leaves.</param>
/// <param name="ReadBlocks">Block transfer with Read was agreed.</param>
/// <param name="MaxValueSize">Longest value taken in blocks, in bytes.</param>
internal readonly record struct ShortNameTerms(RequestLimits Limits, bool ReadBlocks, int MaxValueSize);

/// <summary>The requests of a client's association that refers by short names: those by logical name through <see cref="Map"/>, with the
/// same calls and the same events, and those by short name as it is.</summary>
public sealed class ShortNameRequests
{
    /// <summary>Methods that return something are read, all others are written.</summary>
    private static readonly HashSet<(ushort ClassId, sbyte Method)> Returning =
        [(12, 3), (12, 8), (15, 1), (30, 1), (30, 3), (64, 3), (64, 5), (64, 7), (91, 1), (115, 1)];

    private readonly ShortNameOptions _options;
    private readonly ClientAssociation _association;

    internal ShortNameRequests(ShortNameOptions options, ClientAssociation association)
    {
        (_options, _association) = (options, association);
        Map = options.KnownObjects ?? ShortNameMap.Reserved;
    }

    /// <summary>The objects known.</summary>
    public ShortNameMap Map { get; set; }

    /// <summary>Reads variables, parts of them, or methods that return something. <see cref="GetListCompleted"/> follows.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Read(IReadOnlyList<VariableAccess> variables) =>
        Read(variables, results => new GetListCompleted(results));

    /// <summary>Writes variables, or invokes methods. <see cref="SetCompleted"/> follows.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<VariableAccess> variables, IReadOnlyList<CosemData> values) =>
        Write(variables, values, results => new SetCompleted(results));

    /// <summary>Writes without an answer; the association may ask at once again.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> UnconfirmedWrite(IReadOnlyList<VariableAccess> variables, IReadOnlyList<CosemData> values)
    {
        Require(variables, Conformance.UnconfirmedWrite);
        var request = new UnconfirmedWriteRequest(variables, values);
        return _association.Tell(request);
    }

    /// <summary>The attribute, or a part of it, by its short name; null where the map has none.</summary>
    public VariableAccess? Find(CosemAttributeDescriptor attribute, SelectiveAccess? selection = null) =>
        Map.Find(attribute) is not { } name ? null : selection is null ? new VariableName(name) : new ParameterizedAccess(name, selection);

    internal ReadOnlyMemory<byte> Get(AttributeSelection wanted, bool streaming) =>
        Read([Known(wanted)], results => new GetCompleted(results[0]), streaming);

    internal ReadOnlyMemory<byte> Get(IReadOnlyList<AttributeSelection> wanted) => Read([.. wanted.Select(Known)]);

    internal ReadOnlyMemory<byte> Set(IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values) =>
        Write([.. targets.Select(Known)], values);

    internal ReadOnlyMemory<byte> Action(CosemMethodDescriptor method, CosemData? parameter)
    {
        var name = Map.Find(method) ?? throw new InvalidOperationException($"No short name is known for {method}.");
        var given = parameter ?? CosemData.Null;
        return Returning.Contains((method.ClassId, method.MethodId))
            ? Read([new ParameterizedAccess(name, new SelectiveAccess(_options.MethodSelector, given))],
                results => new ActionCompleted([ShortNameAuthentication.OutcomeOf(results[0])]))
            : Write([new VariableName(name)], [given],
                results => new ActionCompleted([new ActionOutcome((ActionResult)results[0])]));
    }

    private ReadOnlyMemory<byte> Read(
        IReadOnlyList<VariableAccess> variables, Func<IReadOnlyList<GetDataResult>, SessionEvent> tell, bool streaming = false)
    {
        Require(variables, Conformance.Read);
        return _association.Ask(new ShortNameReadExchange(variables, Terms, tell, streaming));
    }

    private ReadOnlyMemory<byte> Write(
        IReadOnlyList<VariableAccess> variables, IReadOnlyList<CosemData> values, Func<IReadOnlyList<DataAccessResult>, SessionEvent> tell)
    {
        if (variables.Count != values.Count) throw new ArgumentException("A value for each variable is needed.", nameof(values));
        Require(variables, Conformance.Write);
        return _association.Ask(new ShortNameWriteExchange(variables, values, Terms, tell));
    }

    private void Require(IReadOnlyList<VariableAccess> variables, Conformance service)
    {
        if (variables.Count == 0) throw new ArgumentException("A variable is needed.", nameof(variables));
        if (variables.Count > 1) service |= Conformance.MultipleReferences;
        if (variables.Any(v => v is ParameterizedAccess)) service |= Conformance.ParameterizedAccess;
        _association.Require(service);
    }

    private ShortNameTerms Terms => new(
        _association.Limits, _association.Conformance.HasFlag(Conformance.BlockTransferWithGetOrRead), _association.MaxValueSize);

    private VariableAccess Known(AttributeSelection wanted) =>
        Find(wanted.Attribute, wanted.Selection)
        ?? throw new InvalidOperationException($"No short name is known for {wanted.Attribute}.");
}
