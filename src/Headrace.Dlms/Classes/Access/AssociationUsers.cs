using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>A user of a client (IEC 62056-6-2, association LN version 2, <c>user_list_entry</c>).</summary>
/// <param name="Id">1 to 255; 0 stands for no user.</param>
/// <param name="Name">What the user is called.</param>
public readonly record struct AssociationUser(byte Id, string Name)
{
    /// <summary>Reads a structure of id and name.</summary>
    /// <exception cref="ProtocolException">Not such a structure.</exception>
    public static AssociationUser FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new AssociationUser(Descriptor.Number<byte>(items[0]), System.Text.Encoding.Latin1.GetString(items[1].AsOctets().Span));
    }

    /// <summary>The structure of id and name.</summary>
    public CosemData ToData() => CosemData.Structure(CosemData.Unsigned(Id), CosemData.VisibleString(Name));
}

/// <summary>The users of one client as they are now.</summary>
internal sealed class AssociationUsers(IReadOnlyList<AssociationUser> users)
{
    private readonly Lock _gate = new();
    private List<AssociationUser> _users = [.. users];

    /// <summary>The users in the order they were added.</summary>
    public IReadOnlyList<AssociationUser> All
    {
        get
        {
            lock (_gate) return _users;
        }
    }

    /// <summary>Whether an AARQ that names this user, or none, may be accepted: any where there are no users.</summary>
    public bool Admits(byte? id) => All is not { Count: > 0 } known || known.Any(u => u.Id == id);

    /// <summary>Adds a user; one with the same id is replaced.</summary>
    public void Add(AssociationUser user)
    {
        lock (_gate) _users = [.. _users.Where(u => u.Id != user.Id), user];
    }

    /// <summary>Removes a user; false where there is none of that id.</summary>
    public bool Remove(AssociationUser user)
    {
        lock (_gate)
        {
            var left = _users.FindAll(u => u.Id != user.Id);
            var removed = left.Count < _users.Count;
            _users = left;
            return removed;
        }
    }
}
