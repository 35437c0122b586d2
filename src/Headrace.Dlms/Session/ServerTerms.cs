using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Session;

/// <summary>What an association stands on: its state, and what was negotiated.</summary>
internal sealed class ServerTerms
{
    /// <summary>Where the association stands.</summary>
    public ServerAssociationState State { get; set; }

    /// <summary>Services agreed.</summary>
    public Conformance Conformance { get; set; }

    /// <summary>Longest APDU the client takes, in bytes; 0 for no limit.</summary>
    public ushort ClientMaxPdu { get; set; }

    /// <summary>The client's user; null where none was named.</summary>
    public byte? UserId { get; set; }

    /// <summary>The client's system title, once the client has proved itself under it; empty where titles do not matter.</summary>
    public ReadOnlyMemory<byte> ClientTitle { get; set; }

    /// <summary>How far responses can be protected here.</summary>
    public MessageProtection CanProtect { get; set; }

    /// <summary>True where all of these services were agreed.</summary>
    public bool Agreed(Conformance services) => (Conformance & services) == services;
}
