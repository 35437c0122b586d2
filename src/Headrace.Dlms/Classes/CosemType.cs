using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Classes;

/// <summary>How a value of .NET stands in an attribute or a parameter: reader and writer side by side, for servers and
/// clients.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="FromData">Takes data apart. Bears integers of another width, since meters differ; throws
/// <see cref="ProtocolException"/> on any other shape and on numbers out of range.</param>
/// <param name="ToData">The data, in the type the standard names.</param>
/// <param name="Tags">The types the standard allows; empty for any. Servers refuse others in SET and ACTION.</param>
public sealed record CosemType<T>(Func<CosemData, T> FromData, Func<T, CosemData> ToData, params IReadOnlyList<CosemTag> Tags)
{
    /// <summary>The value, where the data has a type allowed and its shape; false where a server answers type-unmatched.</summary>
    public bool TryTake(CosemData data, out T value)
    {
        value = default!;
        if (Tags.Count > 0 && !Tags.Contains(data.Tag)) return false;
        try
        {
            value = FromData(data);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }
}

/// <summary>A structure that an interface class defines, as a record with its reader and writer.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface ICosemStructure<TSelf> where TSelf : ICosemStructure<TSelf>
{
    /// <summary>Takes the structure apart.</summary>
    /// <exception cref="ProtocolException">Another shape, or a number out of range.</exception>
    static abstract TSelf FromData(CosemData data);

    /// <summary>The structure.</summary>
    CosemData ToData();
}
