using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Profiles;

/// <summary>Reads what a meter lists to the client of an open association, by logical or by short names.</summary>
public static class ObjectListReading
{
    /// <summary>object_list of the current association: class 15, with short names class 12 (IEC 62056-6-2).</summary>
    public static CosemAttributeDescriptor AttributeOf(DlmsClient client) =>
        client.Association.ShortNames is null
            ? AssociationObject.CurrentObjectList
            : new CosemAttributeDescriptor(12, AssociationObject.Current, 2);

    /// <summary>The objects, with rights where the meter tells them; no objects and the reason where it does not tell any.</summary>
    /// <exception cref="Wire.ProtocolException">What it tells is no object list.</exception>
    public static async ValueTask<(IReadOnlyList<ListedObject>? Objects, DataAccessResult Error)> ReadAsync(
        DlmsClient client, CancellationToken cancellationToken)
    {
        var result = await client.GetAsync(AttributeOf(client), cancellationToken);
        if (result.Data is not { } list) return (null, result.Error);
        if (client.Association.ShortNames is null) return (ListedObject.FromData(list), DataAccessResult.Success);
        var rights = await client.GetAsync(new CosemAttributeDescriptor(12, AssociationObject.Current, 3), cancellationToken);
        return (ListedObject.FromShortNames(list, rights.Data), DataAccessResult.Success);
    }
}
