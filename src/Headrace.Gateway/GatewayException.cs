namespace Headrace.Gateway;

/// <summary>The gateway cannot do what it was told; the message is one sentence for the person who started it.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
