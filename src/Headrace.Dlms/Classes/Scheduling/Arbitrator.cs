using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>What an actor asks an arbitrator for (IEC 62056-6-2, Arbitrator, request_action).</summary>
/// <param name="Actor">The actor, from 1.</param>
/// <param name="Actions">One bit for each action, set where the actor wants it.</param>
public sealed record ActionRequestOfActor(byte Actor, IReadOnlyList<bool> Actions) : ICosemStructure<ActionRequestOfActor>
{
    /// <inheritdoc/>
    public static ActionRequestOfActor FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ActionRequestOfActor(items[0].AsNumber<byte>(), items[1].AsBits());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.Unsigned(Actor), CosemTypes.BitString.ToData(Actions));
}

/// <summary>Class 68, Arbitrator: decides which of several actors' wishes is carried out, as for the supply switch (IEC 62056-6-2,
/// Arbitrator).</summary>
/// <remarks>Each actor's last request stands until it makes another. The action whose requests weigh most is run; of equals the first.
/// The counting of actors from 1 is not confirmed by a vector.</remarks>
public sealed class ArbitratorObject : CosemObject
{
    private readonly LogicalDevice _device;
    private readonly Lock _gate = new();
    private bool[][] _requests;

    /// <summary>An arbitrator.</summary>
    /// <param name="name">Its name, as a rule 0-0:96.3.20.255.</param>
    /// <param name="device">Where scripts run.</param>
    /// <param name="actions">Attribute 2.</param>
    /// <param name="permissions">Attribute 3: for each actor the actions it may ask for.</param>
    /// <param name="weightings">Attribute 4: for each actor the weight of its request for each action.</param>
    public ArbitratorObject(
        LogicalName name, LogicalDevice device, IReadOnlyList<ScriptReference> actions, IReadOnlyList<IReadOnlyList<bool>> permissions,
        IReadOnlyList<IReadOnlyList<ushort>> weightings) : base(68, 0, name)
    {
        (_device, Actions, Permissions, Weightings) = (device, actions, permissions, weightings);
        _requests = None();
        WithAttribute(2, CosemTypes.Array<ScriptReference>(), () => Actions, value => Actions = value,
            value => value.Count == Actions.Count);
        WithAttribute(3, CosemTypes.Array(CosemTypes.BitString), () => Permissions, value => Permissions = value,
            value => value.Count == Permissions.Count && value.All(p => p.Count == Actions.Count));
        WithAttribute(4, CosemTypes.Array(CosemTypes.Array(CosemTypes.LongUnsigned)), () => Weightings, value => Weightings = value,
            value => value.Count == Permissions.Count && value.All(w => w.Count == Actions.Count));
        WithAttribute(5, CosemTypes.Array(CosemTypes.BitString), () => MostRecentRequests);
        WithAttribute(6, CosemTypes.Unsigned, () => LastOutcome);
        WithMethod(1, CosemTypes.Structure<ActionRequestOfActor>(), Request);
        WithMethod(2, _ => Reset());
    }

    /// <summary>The actions, attribute 2.</summary>
    public IReadOnlyList<ScriptReference> Actions { get; private set; }

    /// <summary>What each actor may ask for, attribute 3.</summary>
    public IReadOnlyList<IReadOnlyList<bool>> Permissions { get; private set; }

    /// <summary>What each actor's requests weigh, attribute 4.</summary>
    public IReadOnlyList<IReadOnlyList<ushort>> Weightings { get; private set; }

    /// <summary>What each actor asked for last and may, attribute 5.</summary>
    public IReadOnlyList<IReadOnlyList<bool>> MostRecentRequests
    {
        get
        {
            lock (_gate) return _requests;
        }
    }

    /// <summary>Number of the action run last, from 1; 0 for none. Attribute 6.</summary>
    public byte LastOutcome { get; private set; }

    /// <summary>An actor's request; what it may not ask for is left out.</summary>
    /// <returns>What the script came to; read-write-denied where nothing that was asked for is permitted.</returns>
    public MethodAnswer Request(ActionRequestOfActor request)
    {
        ScriptReference? script;
        lock (_gate)
        {
            var actor = request.Actor - 1;
            if (actor < 0 || actor >= Permissions.Count || request.Actions.Count != Actions.Count) return ActionResult.OtherReason;
            bool[] permitted = [.. request.Actions.Select((wanted, action) => wanted && Permissions[actor][action])];
            if (request.Actions.Contains(true) && !permitted.Contains(true)) return ActionResult.ReadWriteDenied;
            _requests = [.. _requests.Select((r, i) => i == actor ? permitted : r)];
            LastOutcome = Weigh();
            script = LastOutcome > 0 ? Actions[LastOutcome - 1] : null;
        }
        return script?.RunOn(_device) ?? MethodAnswer.Done;
    }

    private byte Weigh()
    {
        var (best, outcome) = (0L, 0);
        for (var action = 0; action < Actions.Count; action++)
        {
            var weight = 0L;
            for (var actor = 0; actor < _requests.Length; actor++)
                if (_requests[actor][action]) weight += Weightings[actor][action];
            if (weight > best) (best, outcome) = (weight, action + 1);
        }
        return (byte)Math.Min(outcome, byte.MaxValue);
    }

    private MethodAnswer Reset()
    {
        lock (_gate) (_requests, LastOutcome) = (None(), 0);
        return MethodAnswer.Done;
    }

    private bool[][] None() => [.. Permissions.Select(_ => new bool[Actions.Count])];
}

/// <summary>Class 68, Arbitrator, of a server (IEC 62056-6-2, Arbitrator).</summary>
public sealed class ArbitratorProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 68, logicalName)
{
    /// <summary>Attribute 2: the actions.</summary>
    public AttributeProxy<IReadOnlyList<ScriptReference>> Actions => Attribute(2, CosemTypes.Array<ScriptReference>());

    /// <summary>Attribute 3: what each actor may ask for.</summary>
    public AttributeProxy<IReadOnlyList<IReadOnlyList<bool>>> PermissionsTable => Attribute(3, CosemTypes.Array(CosemTypes.BitString));

    /// <summary>Attribute 4: what each actor's requests weigh.</summary>
    public AttributeProxy<IReadOnlyList<IReadOnlyList<ushort>>> WeightingsTable =>
        Attribute(4, CosemTypes.Array(CosemTypes.Array(CosemTypes.LongUnsigned)));

    /// <summary>Attribute 5: what each actor asked for last.</summary>
    public AttributeProxy<IReadOnlyList<IReadOnlyList<bool>>> MostRecentRequestsTable =>
        Attribute(5, CosemTypes.Array(CosemTypes.BitString));

    /// <summary>Attribute 6: number of the action run last.</summary>
    public AttributeProxy<byte> LastOutcome => Attribute(6, CosemTypes.Unsigned);

    /// <summary>Method 1: asks for actions.</summary>
    public MethodProxy<ActionRequestOfActor> RequestAction => Method(1, CosemTypes.Structure<ActionRequestOfActor>());

    /// <summary>Method 2: forgets all requests.</summary>
    public MethodProxy Reset => Command(2);
}
