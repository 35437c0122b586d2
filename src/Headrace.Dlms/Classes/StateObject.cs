using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes;

/// <summary>A server object whose attributes are the parts of one immutable state, replaced as a whole, so that several associations may
/// read and write it at once.</summary>
/// <typeparam name="TState">What the attributes say, as a record.</typeparam>
/// <remarks>SET takes exactly the types of the class (type-unmatched otherwise) and the range it gives (other-reason otherwise).</remarks>
public abstract class StateObject<TState> : CosemObject where TState : class
{
    private readonly Lock _gate = new();
    private TState _state;

    private protected StateObject(ushort classId, byte version, LogicalName logicalName, TState state)
        : base(classId, version, logicalName) => _state = state;

    /// <summary>A client has written an attribute or invoked a method that changes the state. Told outside any lock.</summary>
    public event Action<TState>? Written;

    /// <summary>What the attributes say now.</summary>
    public TState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>Changes the state as the device itself does; <see cref="Written"/> is not told.</summary>
    /// <param name="change">From the state there is to the one there shall be. Called under a lock: it must be quick and call nothing of
    /// this object.</param>
    /// <returns>The new state.</returns>
    public TState Update(Func<TState, TState> change)
    {
        lock (_gate) return _state = change(_state);
    }

    private protected void Keep<T>(sbyte attribute, CosemType<T> type, Func<TState, T> get) =>
        WithAttribute(attribute, type, () => get(State));

    private protected void Keep<T>(
        sbyte attribute, CosemType<T> type, Func<TState, T> get, Func<TState, T, TState> set, Func<T, bool>? allows = null) =>
        WithAttribute(attribute, type, () => get(State), value => Write(state => set(state, value)), allows);

    /// <summary>Changes the state because a client asked for it.</summary>
    private protected MethodAnswer Write(Func<TState, TState> change)
    {
        var state = Update(change);
        Written?.Invoke(state);
        return MethodAnswer.Done;
    }
}
