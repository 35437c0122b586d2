using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Classes;

/// <summary>A logical device: the objects that one SAP of a server hosts (IEC 62056-6-2, 4.1.8), and the associations through which clients
/// reach them.</summary>
/// <remarks>Set up first, then shared by all connections; nothing is added while it serves.</remarks>
/// <param name="sap">The server SAP, 1 for the management logical device.</param>
/// <param name="systemTitle">Eight bytes: FLAG manufacturer id and serial.</param>
public sealed class LogicalDevice(ushort sap, ReadOnlyMemory<byte> systemTitle)
{
    private readonly Dictionary<LogicalName, CosemObject> _objects = [];
    private readonly List<CosemObject> _inOrder = [];
    private readonly List<AssociationSettings> _associations = [];
    private ShortNameAssignment? _shortNames;

    /// <summary>The server SAP.</summary>
    public ushort Sap { get; } = sap;

    /// <summary>Eight bytes.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; } = systemTitle;

    /// <summary>The clients that may associate, each with its own SAP.</summary>
    public IReadOnlyList<AssociationSettings> Associations => _associations;

    /// <summary>The base names of the objects, for clients that refer by short names.</summary>
    public ShortNameAssignment ShortNames => _shortNames ??= new ShortNameAssignment(() => _inOrder);

    /// <summary>The objects in the order they were added.</summary>
    public IReadOnlyList<CosemObject> Objects => _inOrder;

    /// <summary>Adds an object and returns it.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public T Add<T>(T added) where T : CosemObject
    {
        _objects.Add(added.LogicalName, added);
        _inOrder.Add(added);
        return added;
    }

    /// <summary>Lets a client in, and adds its association object under the name its settings give.</summary>
    /// <exception cref="ArgumentException">There is one of that SAP or name, or its settings lack a security setup.</exception>
    public void Add(AssociationSettings settings)
    {
        if (_associations.Any(a => a.ClientSap == settings.ClientSap))
            throw new ArgumentException($"Client SAP {settings.ClientSap} is there already.", nameof(settings));
        var needsSecurity = settings.IsCiphered || HighLevelProof.NeedsCiphering(settings.Mechanism);
        if (needsSecurity && settings.Security is null) throw new ArgumentException("A security setup is needed.", nameof(settings));
        _associations.Add(settings);
        if (!settings.UsesShortNames) Add(new AssociationObject(settings.LogicalName, this, settings));
    }

    /// <summary>Told when a client has set an attribute or invoked a method with success: what the device holds is no longer what it was
    /// built with.</summary>
    public event Action? Changed;

    /// <summary>A client has changed something.</summary>
    internal void NoteChange() => Changed?.Invoke();

    /// <summary>Finds an object; null where there is none of that name.</summary>
    public CosemObject? Find(LogicalName name) => _objects.GetValueOrDefault(name);

    /// <summary>What a script may do: SET without regard to rights, as the device itself asks.</summary>
    internal DataAccessResult SetInternally(ushort classId, LogicalName name, sbyte attribute, CosemData value) =>
        Find(name) is { } found && found.ClassId == classId ? found.Set(attribute, value) : DataAccessResult.ObjectUndefined;

    /// <summary>What a script may do: ACTION without regard to rights, as the device itself asks.</summary>
    internal MethodAnswer InvokeInternally(ushort classId, LogicalName name, sbyte method, CosemData parameter) =>
        Find(name) is { } found && found.ClassId == classId ? found.Invoke(method, parameter) : ActionResult.ObjectUndefined;
}
