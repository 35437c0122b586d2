namespace Headrace.Commands;

/// <summary>A verb cannot do its work; the message is the one sentence the user is told.</summary>
/// <param name="sentence">What is wrong and, where there is a way, how to mend it.</param>
/// <param name="inner">The cause.</param>
internal sealed class CommandFailure(string sentence, Exception? inner = null) : Exception(sentence, inner);
