namespace Headrace.Api.Http;

/// <summary>Who asks. Until users can sign in, only callers on this machine are served.</summary>
internal static class Caller
{
    /// <summary>Name of the caller in the audit trail.</summary>
    public const string Actor = "local";
}
