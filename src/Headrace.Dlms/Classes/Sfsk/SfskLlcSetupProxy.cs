using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 55, IEC 61334-4-32 LLC setup, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskLlcSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 55, logicalName)
{
    /// <summary>Attribute 2, max_frame_length: longest LLC frame, in bytes, 26 to 242.</summary>
    public AttributeProxy<byte> MaxFrameLength => Attribute(2, CosemTypes.Unsigned);

    /// <summary>Attribute 3, reply_status_list: answers that wait, by L-SAP.</summary>
    public AttributeProxy<IReadOnlyList<ReplyStatus>> ReplyStatus => Attribute(3, CosemTypes.Array<ReplyStatus>());
}
