using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 40, Push setup, version 0 (IEC 62056-6-2, 4.4.8): what is pushed, where to, and when it may be.</summary>
public sealed class PushSetupObject : CosemObject
{
    private CosemData _objects;
    private CosemData _destination;

    /// <summary>A push setup.</summary>
    /// <param name="name">Its name, 0-b:25.9.0.255.</param>
    /// <param name="objects">Attribute 2: what is pushed, in order.</param>
    /// <param name="destination">Attribute 3: <c>host:port</c>.</param>
    /// <param name="push">Method 1.</param>
    /// <param name="service">Transport: 0 TCP, 1 UDP, 4 SMS, 5 HDLC.</param>
    public PushSetupObject(LogicalName name, IReadOnlyList<CaptureObjectDefinition> objects, string destination, Func<MethodAnswer> push,
        byte service = 0) : base(40, 0, name)
    {
        _objects = CosemData.Array([.. objects.Select(o => o.ToData())]);
        _destination = CosemData.Structure(
            CosemData.Enum(service), CosemData.OctetString(System.Text.Encoding.ASCII.GetBytes(destination)), CosemData.Enum(0));
        WithAttribute(2, () => _objects, WriteObjects);
        WithAttribute(3, () => _destination, WriteDestination);
        WithAttribute(4, CosemData.Array(), writable: true);
        WithAttribute(5, CosemData.LongUnsigned(0), writable: true);
        WithAttribute(6, CosemData.Unsigned(0), writable: true);
        WithAttribute(7, CosemData.LongUnsigned(0), writable: true);
        WithMethod(1, _ => push());
    }

    /// <summary>What is pushed, in order.</summary>
    public IReadOnlyList<CaptureObjectDefinition> Objects => [.. _objects.Items.Select(CaptureObjectDefinition.FromData)];

    /// <summary>Where to, as <c>host:port</c>.</summary>
    public string Destination => System.Text.Encoding.ASCII.GetString(_destination.Items[1].AsOctets().Span);

    private DataAccessResult WriteObjects(CosemData given)
    {
        if (given.Tag != CosemTag.Array) return DataAccessResult.TypeUnmatched;
        try
        {
            foreach (var item in given.Items) CaptureObjectDefinition.FromData(item);
        }
        catch (Wire.ProtocolException)
        {
            return DataAccessResult.TypeUnmatched;
        }
        _objects = given;
        return DataAccessResult.Success;
    }

    private DataAccessResult WriteDestination(CosemData given)
    {
        if (given is not { Tag: CosemTag.Structure, Items.Count: 3 }
            || given.Items[1].Tag != CosemTag.OctetString) return DataAccessResult.TypeUnmatched;
        _destination = given;
        return DataAccessResult.Success;
    }
}
