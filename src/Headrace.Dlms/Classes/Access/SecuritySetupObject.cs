using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 64, Security setup, versions 0 and 1 (IEC 62056-6-2, 4.4.7): policy, suite, titles, keys, certificates and counters of
/// the associations that refer to it.</summary>
/// <remarks>Shared by all connections of a device. Keys transferred or agreed hold from the next request on: the answer still goes under
/// the old ones. Its methods are invoked by authenticated requests only, unless <see cref="CosemObject.WithMethodRights"/> says other: in
/// the clear a key transfer of long ago could be sent again, and old keys be brought back.</remarks>
public sealed class SecuritySetupObject : CosemObject, IDisposable
{
    private const int MostKeys = 4;
    private readonly Lock _gate = new();
    private readonly Action<KeyId>? _keyChanged;
    private readonly Func<uint>? _nextCounter;
    private List<(KeyId Id, byte[] Key)> _staged = [];
    private uint _sent;
    private uint _sentToParties;

    /// <summary>A security setup.</summary>
    /// <param name="name">Its name, as a rule 0-0:43.0.0.255.</param>
    /// <param name="keys">The keys; this object owns them from now on. The master key allows key transfer.</param>
    /// <param name="serverTitle">System title of the device, eight bytes.</param>
    /// <param name="policy">Least protection of messages in the form of the version, see <see cref="SecurityPolicy"/>.</param>
    /// <param name="lastSent">The last counter used under the global key.</param>
    /// <param name="lastReceived">The last counter accepted from the client; null for none.</param>
    /// <param name="keyChanged">Told of each key that a client has transferred or agreed.</param>
    /// <param name="nextCounter">Where counters to send come from, each above all before it; null counts on from
    /// <paramref name="lastSent"/>.</param>
    /// <param name="suite">The suite of its associations.</param>
    /// <param name="version">0 or 1.</param>
    /// <param name="certificates">The certificates of version 1, of the same suite; this object owns them from now on. Null: key agreement
    /// goes by keys known beforehand, and there are no certificates.</param>
    /// <param name="kept">All counters as they were when the device last ran; goes before <paramref name="lastSent"/> and
    /// <paramref name="lastReceived"/>.</param>
    public SecuritySetupObject(
        LogicalName name, SecurityKeys keys, ReadOnlyMemory<byte> serverTitle, byte policy = 3, uint lastSent = 0,
        uint? lastReceived = null, Action<KeyId>? keyChanged = null, Func<uint>? nextCounter = null,
        SecuritySuite suite = SecuritySuite.Suite0, byte version = 0, CertificateStore? certificates = null, KeptCounters? kept = null)
        : base(64, version, name)
    {
        (lastSent, lastReceived) = (kept?.LastSent ?? lastSent, kept?.LastReceived ?? lastReceived);
        (Keys, Rules, ServerTitle, _sent, _keyChanged) = (keys, SecurityPolicy.Of(version, policy), serverTitle, lastSent, keyChanged);
        (_nextCounter, Suite) = (nextCounter, suite);
        _sentToParties = kept?.LastSentToParties ?? 0;
        Counters = new AssociationCounters(NextCounter, lastReceived)
        {
            NextTransported = NextPartyCounter,
            NextDedicated = NextCounter,
            Broadcast = new ReceivedCounters(kept?.LastReceivedBroadcast),
            Transported = new ReceivedCounters(kept?.LastReceivedFromParties),
        };
        WithAttribute(2, () => CosemData.Enum(Policy));
        WithAttribute(3, () => CosemData.Enum((byte)Suite));
        WithAttribute(4, CosemTypes.OctetString, () => ClientTitle);
        WithAttribute(5, CosemTypes.OctetString, () => ServerTitle);
        WithMethod(1, Activate);
        WithMethod(2, CosemTypes.Array<KeyData>(), TransferKeys);
        if (version > 0)
        {
            WithMethod(3, CosemTypes.Array<KeyData>(), AgreeKeys);
            if (certificates is not null) Certificates = new SecuritySetupCertificates(this, certificates);
            else WithAttribute(6, CosemData.Array());
        }
        foreach (var method in Methods.ToArray()) WithMethodRights(method, AccessRights.Read | AccessRights.AuthenticatedRequest);
    }

    /// <summary>Least protection of messages, in the form of the version.</summary>
    public byte Policy => Rules.Value;

    /// <summary>The suite of its associations.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>The policy as rules.</summary>
    public SecurityPolicy Rules { get; private set; }

    /// <summary>System title of the client that was associated last; empty before.</summary>
    public ReadOnlyMemory<byte> ClientTitle { get; internal set; }

    /// <summary>System title of the device.</summary>
    public ReadOnlyMemory<byte> ServerTitle { get; }

    /// <summary>The certificates of version 1; null where it has none.</summary>
    public SecuritySetupCertificates? Certificates { get; }

    /// <summary>The last counter used under the global key.</summary>
    public uint LastSentCounter
    {
        get
        {
            lock (_gate) return _sent;
        }
    }

    /// <summary>The last counter accepted under the global key, 0 where none was: what an invocation counter object (0-0:43.1.e.255)
    /// shows.</summary>
    public uint LastReceivedCounter => Counters.Unicast.Last ?? 0;

    /// <summary>All counters as they are now. A device that starts again goes on with them: else what was recorded before could be sent
    /// to it again, and answers under agreed keys would repeat their initialisation vectors.</summary>
    public KeptCounters KeptCounters
    {
        get
        {
            lock (_gate)
                return new KeptCounters(_sent, Counters.Unicast.Last, Counters.Broadcast.Last, _sentToParties, Counters.Transported.Last);
        }
    }

    /// <summary>The keys.</summary>
    internal SecurityKeys Keys { get; }

    /// <summary>Counters sent and received, shared by all connections.</summary>
    internal AssociationCounters Counters { get; }

    /// <summary>Protects a message that the device sends of itself: general-glo-ciphering under the global key, as pushes are.</summary>
    /// <param name="apdu">The plain APDU.</param>
    public byte[] ProtectPush(ReadOnlySpan<byte> apdu)
    {
        using var ciphering = new AssociationCiphering(Keys, Suite, ServerTitle, Counters);
        return ciphering.Protect(apdu, CipheringForm.GeneralGlobal, SecurityControl.Of(Suite, true, true)).ToArray();
    }

    /// <summary>Protects a message that the device sends of itself to a party, by general-ciphering and general-signing.</summary>
    /// <param name="apdu">The plain APDU.</param>
    /// <param name="recipient">The party's system title, eight bytes.</param>
    /// <param name="party">How.</param>
    public byte[] ProtectPush(ReadOnlySpan<byte> apdu, ReadOnlyMemory<byte> recipient, PartyProtection party)
    {
        using var ciphering = new AssociationCiphering(Keys, Suite, ServerTitle, Counters, party) { PeerTitle = recipient };
        var protection = AppliedProtection.Of(CipheringForm.GeneralGlobal, SecurityControl.Of(Suite, true, true), party);
        return ciphering.Protect(apdu, protection).ToArray();
    }

    /// <summary>The next counter to send under the global key.</summary>
    /// <exception cref="InvocationCounterUsedUpException">All have been used: the key must be changed.</exception>
    public uint NextCounter()
    {
        lock (_gate)
        {
            if (_nextCounter is not null) return _sent = _nextCounter();
            return _sent < uint.MaxValue ? ++_sent : throw new InvocationCounterUsedUpException();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        Certificates?.Dispose();
    }

    /// <summary>Puts transferred keys in force; called when the answer is on its way.</summary>
    internal void CommitKeys()
    {
        List<(KeyId Id, byte[] Key)> staged;
        lock (_gate)
        {
            if (_staged.Count == 0) return;
            (staged, _staged) = (_staged, []);
        }
        foreach (var (id, key) in staged)
        {
            var isOther = !Keys.IsSame(id, key); // under the same key no counter is ever used twice
            Keys.With(id, key);
            CryptographicOperations.ZeroMemory(key);
            if (isOther && id == KeyId.GlobalUnicast) RestartCounters();
            if (isOther && id == KeyId.GlobalBroadcast) Counters.Broadcast.Restart();
            _keyChanged?.Invoke(id);
        }
    }

    /// <summary>Counters restart with a new global unicast key.</summary>
    private void RestartCounters()
    {
        lock (_gate) _sent = 0;
        Counters.Unicast.Restart();
    }

    /// <summary>The next counter under a key made for one message; those do not restart with the global key.</summary>
    private uint NextPartyCounter()
    {
        lock (_gate)
        {
            if (_nextCounter is not null) return _sentToParties = _nextCounter();
            return _sentToParties < uint.MaxValue ? ++_sentToParties : throw new InvocationCounterUsedUpException();
        }
    }

    /// <summary>security_activate: the policy can only be strengthened, and not to what the device could never keep to.</summary>
    private MethodAnswer Activate(CosemData parameter)
    {
        if (!parameter.TryGetInteger(out var value)) return ActionResult.TypeUnmatched;
        if (!SecurityPolicy.TryParse(Version, value, out var policy)) return ActionResult.TypeUnmatched;
        var signs = policy.Request.Signed || policy.Response.Signed;
        if ((signs && Suite == SecuritySuite.Suite0) || (policy.Response.Signed && !Keys.HasSignatureKey)) return ActionResult.OtherReason;
        lock (_gate)
        {
            if (!Rules.IsStrengthenedBy(policy)) return ActionResult.ReadWriteDenied;
            Rules = policy;
        }
        return MethodAnswer.Done;
    }

    /// <summary>key_transfer: keys wrapped under the master key (RFC 3394). All or none.</summary>
    private MethodAnswer TransferKeys(IReadOnlyList<KeyData> keys)
    {
        if (!AreKeys(keys)) return ActionResult.TypeUnmatched;
        if (!Keys.Has(KeyId.Master)) return ActionResult.HardwareFault;
        var master = Keys.Copy(KeyId.Master);
        var unwrapped = new List<(KeyId, byte[])>();
        try
        {
            foreach (var (id, wrapped) in keys)
            {
                if (wrapped.Length != ApduCipher.KeySize(Suite) + 8 || !KeyWrap.TryUnwrap(master, wrapped.Span, out var key))
                {
                    Wipe(unwrapped);
                    return ActionResult.OtherReason;
                }
                unwrapped.Add((id, key));
            }
            Stage(unwrapped);
            return MethodAnswer.Done;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
        }
    }

    /// <summary>key_agreement: C(2e, 0s) for each key. All or none.</summary>
    private MethodAnswer AgreeKeys(IReadOnlyList<KeyData> keys)
    {
        if (!AreKeys(keys)) return ActionResult.TypeUnmatched;
        if (Suite == SecuritySuite.Suite0 || ClientTitle.Length != ApduCipher.SystemTitleSize) return ActionResult.HardwareFault;
        var agreed = new List<(KeyId, byte[])>();
        var answers = new List<CosemData>();
        using var ciphers = new KeyedCiphers(Keys, Suite);
        try
        {
            foreach (var (id, data) in keys)
            {
                using var agreement = new EphemeralAgreement(id, ciphers.Own());
                agreed.Add((id, agreement.Complete(data.Span, ciphers.Peer(ClientTitle.Span), ClientTitle.Span, ServerTitle.Span)));
                answers.Add(new KeyData(id, agreement.Data).ToData());
            }
        }
        catch (ProtectionException)
        {
            Wipe(agreed);
            return ActionResult.OtherReason;
        }
        Stage(agreed);
        return new MethodAnswer(ActionResult.Success, CosemData.Array(answers));
    }

    private static bool AreKeys(IReadOnlyList<KeyData> keys) =>
        keys.Count is > 0 and <= MostKeys && keys.Select(k => k.Id).Distinct().Count() == keys.Count;

    private void Stage(List<(KeyId Id, byte[] Key)> keys)
    {
        lock (_gate)
        {
            Wipe(_staged);
            _staged = keys;
        }
    }

    private static void Wipe(List<(KeyId Id, byte[] Key)> keys)
    {
        foreach (var (_, key) in keys) CryptographicOperations.ZeroMemory(key);
    }
}
