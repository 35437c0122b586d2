using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>A user of a client (IEC 62056-6-2, association LN version 2, <c>user_list_entry</c>).</summary>
/// <param name="Id">1 to 255; 0 stands for no user.</param>
/// <param name="Name">What the user is called.</param>
public readonly record struct AssociationUser(byte Id, string Name) : ICosemStructure<AssociationUser>
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

    /// <summary>Gives an association object its attributes of users.</summary>
    /// <param name="association">Class 12 or 15.</param>
    /// <param name="list">The attribute user_list.</param>
    /// <param name="current">The attribute current_user.</param>
    /// <param name="now">The id of the user of now; null for none.</param>
    public void Show(CosemObject association, sbyte list, sbyte current, Func<byte?> now)
    {
        association.WithAttribute(list, () => CosemData.Array([.. All.Select(u => u.ToData())]));
        association.WithAttribute(current, () => All.FirstOrDefault(u => u.Id == now(), new AssociationUser(0, "")).ToData());
    }

    /// <summary>Gives an association object its methods that change the users.</summary>
    public void LetChange(CosemObject association, sbyte add, sbyte remove)
    {
        association.WithMethod(add, parameter =>
        {
            Add(AssociationUser.FromData(parameter));
            return MethodAnswer.Done;
        });
        association.WithMethod(remove, parameter =>
            Remove(AssociationUser.FromData(parameter)) ? MethodAnswer.Done : ActionResult.ObjectUndefined);
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
