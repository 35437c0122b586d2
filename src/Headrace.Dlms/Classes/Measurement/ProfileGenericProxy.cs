using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>Class 7, Profile generic, of a server (IEC 62056-6-2, Profile generic).</summary>
/// <remarks>
/// Rows are yielded as they arrive where the way to the server can: what came before a lost link is had. They are as the meter sent them:
/// <see cref="Readings.ProfileRowDecoder"/> fills in values left out.
/// </remarks>
public sealed class ProfileGenericProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 7, logicalName)
{
    /// <summary>Attribute 2: all rows at once, each a structure with one element a column.</summary>
    public AttributeProxy<IReadOnlyList<CosemData>> Buffer => Attribute(2, CosemTypes.Array(CosemTypes.Any));

    /// <summary>Attribute 3: the columns.</summary>
    public AttributeProxy<IReadOnlyList<CaptureObjectDefinition>> CaptureObjects =>
        Attribute(3, CosemTypes.Array(CosemTypes.CaptureObject));

    /// <summary>Attribute 4: seconds between rows; 0 where events or a script capture.</summary>
    public AttributeProxy<uint> CapturePeriod => Attribute(4, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 5: the order of the rows.</summary>
    public AttributeProxy<ProfileSortMethod> SortMethod => Attribute(5, CosemTypes.Enum<ProfileSortMethod>());

    /// <summary>Attribute 6: the column that orders them; class 0 for none.</summary>
    public AttributeProxy<CaptureObjectDefinition> SortObject => Attribute(6, CosemTypes.CaptureObject);

    /// <summary>Attribute 7: rows there are.</summary>
    public AttributeProxy<uint> EntriesInUse => Attribute(7, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 8: rows there can be.</summary>
    public AttributeProxy<uint> ProfileEntries => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Method 1: empties the buffer.</summary>
    public MethodProxy Reset => Command(1);

    /// <summary>Method 2: takes a row now.</summary>
    public MethodProxy Capture => Command(2);

    /// <summary>All rows, one by one.</summary>
    /// <exception cref="DlmsRefusalException">The server gives a reason in place of rows.</exception>
    /// <exception cref="ProtocolException">No array, or malformed.</exception>
    public IAsyncEnumerable<CosemData> ReadRowsAsync(CancellationToken cancellationToken) => Rows(null, cancellationToken);

    /// <summary>Rows between two values of a column, both included, one by one.</summary>
    /// <inheritdoc cref="ReadRowsAsync(CancellationToken)"/>
    public IAsyncEnumerable<CosemData> ReadRowsAsync(RangeDescriptor range, CancellationToken cancellationToken) =>
        Rows(range.ToSelectiveAccess(), cancellationToken);

    /// <summary>Rows between two times of the clock 0-0:1.0.0.255, both included, one by one.</summary>
    /// <param name="from">First time; some meters want it without deviation.</param>
    /// <param name="to">Last time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="ReadRowsAsync(CancellationToken)"/>
    public IAsyncEnumerable<CosemData> ReadRowsAsync(CosemDateTime from, CosemDateTime to, CancellationToken cancellationToken) =>
        ReadRowsAsync(RangeDescriptor.ByClock(from, to), cancellationToken);

    /// <summary>Rows and columns by number from 1, one by one.</summary>
    /// <inheritdoc cref="ReadRowsAsync(CancellationToken)"/>
    public IAsyncEnumerable<CosemData> ReadRowsAsync(EntryDescriptor entries, CancellationToken cancellationToken) =>
        Rows(entries.ToSelectiveAccess(), cancellationToken);

    private IAsyncEnumerable<CosemData> Rows(SelectiveAccess? selection, CancellationToken cancellationToken) =>
        Server.ReadProfileAsync(Buffer.Descriptor, selection, cancellationToken);
}
