using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.ShortNames;

/// <summary>The services of an association by short names, seen from the server (IEC 62056-5-3, SN referencing).</summary>
internal sealed class ServerShortNames
{
    private readonly ShortNameVariables _variables;
    private ServerShortNameRead? _read;
    private ServerShortNameWrite? _write;

    public ServerShortNames(ServerObjects objects, LogicalDevice device)
    {
        var association = new ShortNameObject(
            ReservedBaseNames.Association, 12, objects.Settings.AssociationShortNameVersion, AssociationObject.Current);
        _variables = new ShortNameVariables(objects, new ShortNameMap(device.ShortNames.Map.Objects.Append(association)));
    }

    /// <summary>Forgets long transfers.</summary>
    public void Forget() => (_read, _write) = (null, null);

    /// <summary>Serves Read, Write and UnconfirmedWrite; leaves <paramref name="answer"/> empty where it is not to be answered.</summary>
    public void Serve(XdlmsApdu request, in AnswerLimit limit, ArrayBufferWriter<byte> answer)
    {
        switch (request)
        {
            case ReadRequest read when Agreed(Conformance.Read):
                (_read ??= new ServerShortNameRead(_variables)).Handle(read, limit, answer);
                break;
            case WriteRequest write when Agreed(Conformance.Write):
                (_write ??= new ServerShortNameWrite(_variables)).Handle(write, limit, answer);
                break;
            case UnconfirmedWriteRequest write:
                if (Agreed(Conformance.UnconfirmedWrite)) new ServerShortNameWrite(_variables).Handle(write);
                break;
            default:
                answer.Write(ServerRefusals.NotSupported);
                break;
        }
    }

    /// <summary>Whether a request goes on with a long transfer; any other ends it.</summary>
    public static bool Continues(XdlmsApdu request) =>
        request is ReadRequest { Variables: [BlockNumberAccess or ReadDataBlockAccess] }
            or WriteRequest { Variables: [WriteDataBlockAccess] };

    /// <summary>A report of attributes, with the rights of the client: those it may not read are left out (IEC 62056-5-3,
    /// InformationReport).</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="time">The time as it goes on the wire, or null.</param>
    /// <returns>Null where the service was not agreed, or nothing is left.</returns>
    public InformationReport? Report(IEnumerable<CosemAttributeDescriptor> attributes, ReadOnlyMemory<byte>? time)
    {
        if (!Agreed(Conformance.InformationReport)) return null;
        var (names, values) = (new List<VariableAccess>(), new List<CosemData>());
        foreach (var attribute in attributes)
        {
            if (_variables.Find(attribute) is not { } name) continue;
            var access = new VariableName(name);
            if (_variables.Read(access) is not { IsSuccess: true } answer) continue;
            names.Add(access);
            values.Add(answer.Data);
        }
        return names.Count == 0 ? null : new InformationReport(time, names, values);
    }

    private bool Agreed(Conformance service) => _variables.Objects.Agreed(service);
}
