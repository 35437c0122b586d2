using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 122, Function control, of a server (IEC 62056-6-2, 4.4).</summary>
public sealed class FunctionControlObject : StateObject<FunctionControl>
{
    private const int MaximumFunctions = 255;
    private readonly Func<string, bool, bool>? _switching;

    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="switching">Switches a function by its name; false where that cannot be, which is answered by temporary-failure.</param>
    public FunctionControlObject(LogicalName name, FunctionControl state, Func<string, bool, bool>? switching = null)
        : base(122, 0, name, state)
    {
        _switching = switching;
        Keep(2, CosemTypes.Array<FunctionStatus>(), s => s.ActivationStatus);
        Keep(3, CosemTypes.Array<FunctionDefinition>(), s => s.Functions);
        WithMethod(1, CosemTypes.Array<FunctionStatus>(), v => SetStatus(v));
        WithMethod(2, CosemTypes.Structure<FunctionDefinition>(), v => Add(v));
        WithMethod(3, CosemTypes.Structure<FunctionDefinition>(), v => Remove(v));
    }

    /// <summary>Whether a function is on; false where there is none of that name.</summary>
    public bool IsActive(string function) => State.ActivationStatus.Any(s => s.Name == function && s.Active);

    /// <summary>All of them or, where one is not known, none. Those before one that cannot be switched stay switched.</summary>
    private MethodAnswer SetStatus(IReadOnlyList<FunctionStatus> wanted)
    {
        if (!wanted.All(w => State.ActivationStatus.Any(s => s.Name == w.Name))) return ActionResult.ObjectUndefined;
        foreach (var status in wanted.Where(w => IsActive(w.Name) != w.Active))
        {
            if (_switching is not null && !_switching(status.Name, status.Active)) return ActionResult.TemporaryFailure;
            Write(s => s with { ActivationStatus = [.. s.ActivationStatus.Select(f => f.Name == status.Name ? status : f)] });
        }
        return MethodAnswer.Done;
    }

    private MethodAnswer Add(FunctionDefinition function)
    {
        if (State.Functions.Count(f => f.Name != function.Name) >= MaximumFunctions) return ActionResult.OtherReason;
        return Write(s => s with
        {
            Functions = [.. s.Functions.Where(f => f.Name != function.Name), function],
            ActivationStatus = s.ActivationStatus.Any(f => f.Name == function.Name)
                ? s.ActivationStatus : [.. s.ActivationStatus, new FunctionStatus(function.Name, false)],
        });
    }

    private MethodAnswer Remove(FunctionDefinition function) => State.Functions.Any(f => f.Name == function.Name)
        ? Write(s => s with
        {
            Functions = [.. s.Functions.Where(f => f.Name != function.Name)],
            ActivationStatus = [.. s.ActivationStatus.Where(f => f.Name != function.Name)],
        })
        : ActionResult.ObjectUndefined;
}
