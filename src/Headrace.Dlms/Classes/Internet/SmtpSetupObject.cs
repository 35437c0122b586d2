using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 46, SMTP setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class SmtpSetupObject : StateObject<SmtpSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SmtpSetupObject(LogicalName name, SmtpSetup state)
        : base(46, 0, name, state)
    {
        Keep(2, CosemTypes.LongUnsigned, s => s.ServerPort, (s, v) => s with { ServerPort = v });
        Keep(3, CosemTypes.Text, s => s.UserName, (s, v) => s with { UserName = v });
        Keep(4, SetupTypes.Octets, s => s.Password, (s, v) => s with { Password = v });
        WithAccess(4, AttributeAccessMode.WriteOnly);
        Keep(5, CosemTypes.Text, s => s.ServerAddress, (s, v) => s with { ServerAddress = v });
        Keep(6, CosemTypes.Text, s => s.SenderAddress, (s, v) => s with { SenderAddress = v });
    }
}
