using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.ShortNames;

/// <summary>What a client that refers to objects by short names has to know beyond its other options.</summary>
public sealed record ShortNameOptions
{
    /// <summary>The usual services of an SN client without general block transfer.</summary>
    public const Conformance UsualConformance =
        Conformance.GeneralProtection | Conformance.Read | Conformance.Write | Conformance.UnconfirmedWrite
        | Conformance.BlockTransferWithGetOrRead | Conformance.BlockTransferWithSetOrWrite | Conformance.MultipleReferences
        | Conformance.InformationReport | Conformance.DataNotification | Conformance.ParameterizedAccess;

    /// <summary>The selector in the parameterized access that invokes a method which returns something. 0 is a guess: no source at hand
    /// says which it is, and no vector shows one.</summary>
    public byte MethodSelector { get; init; }

    /// <summary>A quirk: propose the conformance under the tag 5F 04 of old meters in place of 5F 1F 04.</summary>
    public bool OldConformanceTag { get; init; }

    /// <summary>Read the object list after the association has opened, so that objects are found by their logical names. False leaves
    /// those with reserved base names, raw short names, and a map that the caller has kept.</summary>
    public bool ReadsObjectList { get; init; } = true;

    /// <summary>The map to begin with; null for the reserved base names. A map kept from before saves reading the object list.</summary>
    public ShortNameMap? KnownObjects { get; init; }
}

/// <summary>The services of the two ways of referring.</summary>
internal static class Referencing
{
    private const Conformance ShortNameOnly =
        Conformance.Read | Conformance.Write | Conformance.UnconfirmedWrite | Conformance.InformationReport
        | Conformance.ParameterizedAccess;

    private const Conformance LogicalNameOnly =
        Conformance.Get | Conformance.Set | Conformance.Action | Conformance.SelectiveAccess | Conformance.EventNotification
        | Conformance.Access | Conformance.BlockTransferWithAction | Conformance.Attribute0SupportedWithGet
        | Conformance.Attribute0SupportedWithSet | Conformance.PriorityMgmtSupported;

    /// <summary>The application context of a way of referring.</summary>
    public static ApplicationContext Context(bool shortNames, bool ciphered) => (shortNames, ciphered) switch
    {
        (false, false) => ApplicationContext.LogicalNames,
        (true, false) => ApplicationContext.ShortNames,
        (false, true) => ApplicationContext.LogicalNamesCiphered,
        (true, true) => ApplicationContext.ShortNamesCiphered,
    };

    /// <summary>The VAA name of a way of referring.</summary>
    public static ushort VaaName(bool shortNames) => shortNames ? InitiateResponse.ShortNames : InitiateResponse.LogicalNames;

    /// <summary>Without the services of the other way of referring (IEC 62056-5-3, conformance, column LN/SN).</summary>
    public static Conformance Only(this Conformance services, bool shortNames) =>
        services & ~(shortNames ? LogicalNameOnly : ShortNameOnly);
}
