namespace Headrace.Dlms.Apdu;

/// <summary>The outcome of access to data (IEC 62056-5-3, <c>Data-Access-Result</c>).</summary>
public enum DataAccessResult : byte
{
    /// <summary>success.</summary>
    Success = 0,
    /// <summary>hardware-fault.</summary>
    HardwareFault = 1,
    /// <summary>temporary-failure.</summary>
    TemporaryFailure = 2,
    /// <summary>read-write-denied.</summary>
    ReadWriteDenied = 3,
    /// <summary>object-undefined.</summary>
    ObjectUndefined = 4,
    /// <summary>object-class-inconsistent.</summary>
    ObjectClassInconsistent = 9,
    /// <summary>object-unavailable.</summary>
    ObjectUnavailable = 11,
    /// <summary>type-unmatched.</summary>
    TypeUnmatched = 12,
    /// <summary>scope-of-access-violated.</summary>
    ScopeOfAccessViolated = 13,
    /// <summary>data-block-unavailable.</summary>
    DataBlockUnavailable = 14,
    /// <summary>long-get-aborted.</summary>
    LongGetAborted = 15,
    /// <summary>no-long-get-in-progress.</summary>
    NoLongGetInProgress = 16,
    /// <summary>long-set-aborted.</summary>
    LongSetAborted = 17,
    /// <summary>no-long-set-in-progress.</summary>
    NoLongSetInProgress = 18,
    /// <summary>data-block-number-invalid.</summary>
    DataBlockNumberInvalid = 19,
    /// <summary>other-reason.</summary>
    OtherReason = 250,
}

/// <summary>The outcome of a method (IEC 62056-5-3, <c>Action-Result</c>).</summary>
public enum ActionResult : byte
{
    /// <summary>success.</summary>
    Success = 0,
    /// <summary>hardware-fault.</summary>
    HardwareFault = 1,
    /// <summary>temporary-failure.</summary>
    TemporaryFailure = 2,
    /// <summary>read-write-denied.</summary>
    ReadWriteDenied = 3,
    /// <summary>object-undefined.</summary>
    ObjectUndefined = 4,
    /// <summary>object-class-inconsistent.</summary>
    ObjectClassInconsistent = 9,
    /// <summary>object-unavailable.</summary>
    ObjectUnavailable = 11,
    /// <summary>type-unmatched.</summary>
    TypeUnmatched = 12,
    /// <summary>scope-of-access-violated.</summary>
    ScopeOfAccessViolated = 13,
    /// <summary>data-block-unavailable.</summary>
    DataBlockUnavailable = 14,
    /// <summary>long-action-aborted.</summary>
    LongActionAborted = 15,
    /// <summary>no-long-action-in-progress.</summary>
    NoLongActionInProgress = 16,
    /// <summary>other-reason.</summary>
    OtherReason = 250,
}

/// <summary>Text of results.</summary>
public static class ResultNames
{
    /// <summary>The standard's name in lower case with hyphens; <c>result-7</c> where unknown.</summary>
    public static string Name(this DataAccessResult result) => result switch
    {
        DataAccessResult.LongGetAborted => "long-get-aborted",
        DataAccessResult.NoLongGetInProgress => "no-long-get-in-progress",
        DataAccessResult.LongSetAborted => "long-set-aborted",
        DataAccessResult.NoLongSetInProgress => "no-long-set-in-progress",
        DataAccessResult.DataBlockNumberInvalid => "data-block-number-invalid",
        _ => Common((byte)result),
    };

    /// <summary>The standard's name in lower case with hyphens; <c>result-7</c> where unknown.</summary>
    public static string Name(this ActionResult result) => result switch
    {
        ActionResult.LongActionAborted => "long-action-aborted",
        ActionResult.NoLongActionInProgress => "no-long-action-in-progress",
        _ => Common((byte)result),
    };

    private static string Common(byte result) => result switch
    {
        0 => "success",
        1 => "hardware-fault",
        2 => "temporary-failure",
        3 => "read-write-denied",
        4 => "object-undefined",
        9 => "object-class-inconsistent",
        11 => "object-unavailable",
        12 => "type-unmatched",
        13 => "scope-of-access-violated",
        14 => "data-block-unavailable",
        250 => "other-reason",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"result-{result}"),
    };
}
