using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Classes;

/// <summary>What reading a typed attribute, or the return value of a method, came to: a value or the server's reason.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct ReadResult<T>
{
    private readonly T? _value;

    private ReadResult(DataAccessResult result, T? value) => (Result, _value) = (result, value);

    /// <summary>Success, or the reason of the refusal.</summary>
    public DataAccessResult Result { get; }

    /// <summary>True where there is a value.</summary>
    public bool IsSuccess => Result == DataAccessResult.Success;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The server gave a reason in place of it: see <see cref="Result"/>.</exception>
    public T Value => IsSuccess ? _value! : throw new InvalidOperationException($"The server refused: {Result.Name()}.");

    /// <summary>A value.</summary>
    internal static ReadResult<T> Of(T value) => new(DataAccessResult.Success, value);

    /// <summary>A refusal.</summary>
    internal static ReadResult<T> Refused(DataAccessResult reason) => new(reason, default);
}
