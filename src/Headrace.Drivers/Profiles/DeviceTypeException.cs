namespace Headrace.Drivers.Profiles;

/// <summary>A device type file is wrong; the message names the file, the place in it and the rule.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">The cause.</param>
public sealed class DeviceTypeException(string message, Exception? inner = null) : Exception(message, inner);
