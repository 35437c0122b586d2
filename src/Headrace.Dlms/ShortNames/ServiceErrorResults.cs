using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.ShortNames;

/// <summary>Service errors of read and write as results of access to data.</summary>
public static class ServiceErrorResults
{
    /// <summary>
    /// The result that says nearest the same (IEC 62056-5-3, <c>ServiceError</c>: hardware-resource, vde-state-error, definition, access);
    /// other-reason where none does. Not confirmed by a vector.
    /// </summary>
    public static DataAccessResult ToDataAccessResult(this ConfirmedServiceError error) => (error.ErrorClass, error.Value) switch
    {
        (ServiceErrorClass.HardwareResource, _) => DataAccessResult.HardwareFault,
        (ServiceErrorClass.VdeStateError, _) => DataAccessResult.TemporaryFailure,
        (ServiceErrorClass.Definition, 1) => DataAccessResult.ObjectUndefined,
        (ServiceErrorClass.Definition, 2) => DataAccessResult.ObjectClassInconsistent,
        (ServiceErrorClass.Definition, 3) => DataAccessResult.TypeUnmatched,
        (ServiceErrorClass.Access, 1) => DataAccessResult.ScopeOfAccessViolated,
        (ServiceErrorClass.Access, 2) => DataAccessResult.ReadWriteDenied,
        (ServiceErrorClass.Access, 3) => DataAccessResult.HardwareFault,
        (ServiceErrorClass.Access, 4) => DataAccessResult.ObjectUnavailable,
        _ => DataAccessResult.OtherReason,
    };
}
