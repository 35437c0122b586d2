using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Simulation.Models;

/// <summary>The clients that a virtual E450 lets in, and what each may do.</summary>
internal static class E450Clients
{
    /// <summary>SAP of the client that reads with a password and without ciphering; IDIS leaves its use to the project.</summary>
    internal const ushort Reading = 2;

    /// <summary>SAP of the client that may do everything.</summary>
    internal const ushort Management = 1;

    /// <summary>Data, registers, profiles, the clock, SAPs, the supply switch, and its own association.</summary>
    private static readonly ushort[] ReadingClasses = [1, 3, 7, 8, 15, 17, 70];

    internal static void AddTo(LogicalDevice device, E450 meter)
    {
        device.Add(meter.Security);
        device.Add(new DataObject(ObisNames.InvocationCounter, () => CosemData.DoubleLongUnsigned(meter.Security.LastReceivedCounter)));
        device.Add(AssociationSettings.Public(ObisNames.Clock, ObisNames.LogicalDeviceName, ObisNames.InvocationCounter));
        device.Add(new AssociationSettings
        {
            ClientSap = Reading,
            LogicalName = new LogicalName(0, 0, 40, 0, 2, 255),
            Mechanism = AuthenticationMechanism.LowLevel,
            Secrets = SecurityKeys.OfSecret(meter.Keys.Password.Span),
            MaxPduSize = E450.MaximumPduSize,
            Conformance = AssociationSettings.UsualConformance
                & ~(Conformance.Set | Conformance.BlockTransferWithSetOrWrite)
                & ~(Conformance.Action | Conformance.BlockTransferWithAction),
            AttributeRights = (found, _, rights) =>
                ReadingClasses.Contains(found.ClassId) ? rights.WithoutWrite() : AccessRights.None,
            MethodRights = (_, _, _) => AccessRights.None,
        });
        device.Add(new AssociationSettings
        {
            ClientSap = Management,
            LogicalName = new LogicalName(0, 0, 40, 0, 3, 255),
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = meter.Security,
            MaxPduSize = E450.MaximumPduSize,
        });
    }
}
