using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 64, Security setup, version 0 (IEC 62056-6-2, 4.4.7): policy, suite, titles, keys and counters of the associations that
/// refer to it.</summary>
/// <remarks>Shared by all connections of a device. Keys transferred hold from the next request on: the answer still goes under the old
/// ones.</remarks>
public sealed class SecuritySetupObject : CosemObject, IDisposable
{
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
    /// <param name="policy">Least protection of requests: 0 none, 1 authenticated, 2 encrypted, 3 both.</param>
    /// <param name="lastSent">The last counter used under the global key.</param>
    /// <param name="lastReceived">The last counter accepted from the client; null for none.</param>
    /// <param name="keyChanged">Told of each key that a client has transferred.</param>
    /// <param name="nextCounter">Where counters to send come from, each above all before it; null counts on from
    /// <paramref name="lastSent"/>.</param>
    /// <param name="suite">The suite of its associations.</param>
    public SecuritySetupObject(
        LogicalName name, SecurityKeys keys, ReadOnlyMemory<byte> serverTitle, byte policy = 3, uint lastSent = 0,
            uint? lastReceived = null, Action<KeyId>? keyChanged = null,
        Func<uint>? nextCounter = null, SecuritySuite suite = SecuritySuite.Suite0)
        : base(64, 0, name)
    {
        (Keys, Policy, ServerTitle, _sent, _keyChanged, _nextCounter) = (keys, policy, serverTitle, lastSent, keyChanged, nextCounter);
        Suite = suite;
        Counters = new AssociationCounters(NextCounter, lastReceived) { NextTransported = NextPartyCounter };
        WithAttribute(2, () => CosemData.Enum(Policy));
        WithAttribute(3, () => CosemData.Enum((byte)Suite));
        WithAttribute(4, () => CosemData.OctetString(ClientTitle.Span));
        WithAttribute(5, () => CosemData.OctetString(ServerTitle.Span));
        WithMethod(1, Activate);
        WithMethod(2, TransferKeys);
    }

    /// <summary>Least protection of requests: 0 none, 1 authenticated, 2 encrypted, 3 both.</summary>
    public byte Policy { get; private set; }

    /// <summary>The suite of its associations.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>The policy as rules.</summary>
    public SecurityPolicy Rules => SecurityPolicy.Of(Version, Policy);

    /// <summary>System title of the client that was associated last; empty before.</summary>
    public ReadOnlyMemory<byte> ClientTitle { get; internal set; }

    /// <summary>System title of the device.</summary>
    public ReadOnlyMemory<byte> ServerTitle { get; }

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

    /// <summary>The next counter to send under the global key.</summary>
    /// <exception cref="InvalidOperationException">All have been used: the key must be changed.</exception>
    public uint NextCounter()
    {
        lock (_gate)
        {
            if (_nextCounter is not null) return _sent = _nextCounter();
            return _sent < uint.MaxValue ? ++_sent : throw new InvalidOperationException("The invocation counter is used up.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Keys.Dispose();

    /// <summary>Puts transferred keys in force; called when the answer is on its way.</summary>
    internal void CommitKeys()
    {
        List<(KeyId Id, byte[] Key)> staged;
        lock (_gate) (staged, _staged) = (_staged, []);
        foreach (var (id, key) in staged)
        {
            Keys.With(id, key);
            CryptographicOperations.ZeroMemory(key);
            if (id == KeyId.GlobalUnicast) RestartCounters();
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
            return _sentToParties < uint.MaxValue ? ++_sentToParties : throw new InvalidOperationException("The counter is used up.");
    }

    /// <summary>security_activate: the policy can only be strengthened.</summary>
    private MethodAnswer Activate(CosemData parameter)
    {
        if (!parameter.TryGetInteger(out var policy) || policy is < 0 or > 3) return ActionResult.TypeUnmatched;
        if ((policy & Policy) != Policy) return ActionResult.ReadWriteDenied;
        Policy = (byte)policy;
        return MethodAnswer.Done;
    }

    /// <summary>key_transfer: an array of key id and key wrapped under the master key (RFC 3394). All or none.</summary>
    private MethodAnswer TransferKeys(CosemData parameter)
    {
        if (parameter.Tag != CosemTag.Array || parameter.Items.Count is 0 or > 4) return ActionResult.TypeUnmatched;
        if (!Keys.Has(KeyId.Master)) return ActionResult.HardwareFault;
        var master = Keys.Copy(KeyId.Master);
        var unwrapped = new List<(KeyId, byte[])>();
        try
        {
            foreach (var item in parameter.Items)
            {
                var parts = item.AsStructure(2);
                if (parts[0].AsInteger() is not (>= 0 and <= 3 and var id)
                    || !KeyWrap.TryUnwrap(master, parts[1].AsOctets().Span, out var key)) return ActionResult.OtherReason;
                if (key.Length != ApduCipher.KeySize(Suite)) return ActionResult.OtherReason;
                unwrapped.Add(((KeyId)id, key));
            }
            lock (_gate) _staged = unwrapped;
            return MethodAnswer.Done;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
        }
    }
}
