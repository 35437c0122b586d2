namespace Headrace.Dlms.Classes.Access;

/// <summary>The invocation counters of a security setup, for a device to keep while it does not run (IEC 62056-5-3, invocation
/// counter).</summary>
/// <param name="LastSent">The last counter used under the global unicast key.</param>
/// <param name="LastReceived">The highest counter accepted under it; null for none.</param>
/// <param name="LastReceivedBroadcast">The highest counter accepted under the broadcast key; null for none.</param>
/// <param name="LastSentToParties">The last counter used under keys that are wrapped or agreed for one message.</param>
/// <param name="LastReceivedFromParties">The highest counter accepted under such keys; null for none.</param>
public sealed record KeptCounters(
    uint LastSent, uint? LastReceived = null, uint? LastReceivedBroadcast = null, uint LastSentToParties = 0,
    uint? LastReceivedFromParties = null);
