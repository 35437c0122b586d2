using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Security;

/// <summary>
/// AES-GCM as DLMS uses it, under one encryption key and one authentication key (IEC 62056-5-3, security suites; NIST SP 800-38D).
/// </summary>
/// <remarks>
/// The initialisation vector is system title and invocation counter, so a counter must never be used twice under one key: counting is the
/// caller's. Allocates nothing once made. Not for use by two threads at once. Keys are copied in and wiped on disposal.
/// </remarks>
public sealed class ApduCipher : IDisposable
{
    /// <summary>Bytes of a system title.</summary>
    public const int SystemTitleSize = 8;

    private const int NonceSize = 12;
    private const int OnStack = 512;
    private readonly AesGcm _gcm;
    private readonly byte[] _authenticationKey;

    /// <summary>Makes a cipher.</summary>
    /// <param name="encryptionKey">Global unicast, broadcast or dedicated key: 16 bytes, 32 in suite 2.</param>
    /// <param name="authenticationKey">Of the same length; empty where it is not known, which leaves <see cref="DecryptUnauthenticated"/>
    /// only.</param>
    /// <param name="suite">Decides the length of the keys.</param>
    /// <exception cref="ArgumentException">A key of the wrong length.</exception>
    public ApduCipher(ReadOnlySpan<byte> encryptionKey, ReadOnlySpan<byte> authenticationKey, SecuritySuite suite = SecuritySuite.Suite0)
    {
        var size = KeySize(suite);
        if (encryptionKey.Length != size)
            throw new ArgumentException($"encryption key of {encryptionKey.Length} bytes, not {size}", nameof(encryptionKey));
        if (!authenticationKey.IsEmpty && authenticationKey.Length != size)
            throw new ArgumentException($"authentication key of {authenticationKey.Length} bytes, not {size}", nameof(authenticationKey));
        Suite = suite;
        _gcm = new AesGcm(encryptionKey, CipheredContent.TagSize);
        _authenticationKey = authenticationKey.ToArray();
    }

    /// <summary>The suite.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>True where tags can be made and checked.</summary>
    public bool CanAuthenticate => _authenticationKey.Length > 0;

    /// <summary>Bytes of a key of the suite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such suite.</exception>
    public static int KeySize(SecuritySuite suite) => suite switch
    {
        SecuritySuite.Suite0 or SecuritySuite.Suite1 => 16,
        SecuritySuite.Suite2 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "no such security suite"),
    };

    /// <summary>Bytes of content that a plain text becomes.</summary>
    public static int ContentSize(SecurityControl control, int plaintextSize) =>
        plaintextSize + (control.Authenticated ? CipheredContent.TagSize : 0);

    /// <summary>Bytes of plain text in a content; negative where it is shorter than its tag.</summary>
    public static int PlaintextSize(SecurityControl control, int contentSize) =>
        contentSize - (control.Authenticated ? CipheredContent.TagSize : 0);

    /// <summary>
    /// Checks and decrypts. False where the tag does not match, the content is too short, the suite is of another key length, or a tag is
    /// there but no authentication key. A content without a tag succeeds unchecked: whether that will do is the caller's policy.
    /// </summary>
    /// <param name="systemTitle">The sender's title, 8 bytes.</param>
    /// <param name="control">The security control byte as sent.</param>
    /// <param name="invocationCounter">The counter as sent.</param>
    /// <param name="content">What follows the counter, tag included.</param>
    /// <param name="plaintext">At least <see cref="PlaintextSize"/> bytes; may be the memory of <paramref name="content"/> itself.</param>
    /// <param name="written">Bytes of plain text; compressed still where the control byte says so.</param>
    /// <param name="header">For general-ciphering: the encoded header fields, which are authenticated too.</param>
    /// <exception cref="ProtocolException">A system title of another length than 8 bytes.</exception>
    public bool TryDecrypt(
        ReadOnlySpan<byte> systemTitle, SecurityControl control, uint invocationCounter, ReadOnlySpan<byte> content, Span<byte> plaintext,
        out int written, ReadOnlySpan<byte> header = default)
    {
        written = 0;
        var size = PlaintextSize(control, content.Length);
        if (size < 0 || !IsSameKeySize(control.Suite) || (control.Authenticated && !CanAuthenticate)) return false;
        Span<byte> nonce = stackalloc byte[NonceSize];
        MakeNonce(systemTitle, invocationCounter, nonce);
        var text = content[..size];
        if (control.Authenticated && !TryOpen(nonce, control, text, content[size..], plaintext[..size], header)) return false;
        if (!control.Authenticated) Keystream(control, nonce, text, plaintext[..size]);
        written = size;
        return true;
    }

    /// <summary>
    /// Decrypts without looking at the tag, for customers who were given no authentication key. The result proves nothing.
    /// </summary>
    /// <returns>Bytes of plain text.</returns>
    /// <exception cref="ProtocolException">Content shorter than its tag, a title of another length, or a suite of another key
    /// length.</exception>
    public int DecryptUnauthenticated(
        ReadOnlySpan<byte> systemTitle, SecurityControl control, uint invocationCounter, ReadOnlySpan<byte> content, Span<byte> plaintext)
    {
        var size = PlaintextSize(control, content.Length);
        if (size < 0) throw new ProtocolException("ciphered content shorter than its tag");
        if (!IsSameKeySize(control.Suite))
            throw new ProtocolException($"security suite {(byte)control.Suite} where {(byte)Suite} was expected");
        Span<byte> nonce = stackalloc byte[NonceSize];
        MakeNonce(systemTitle, invocationCounter, nonce);
        Keystream(control, nonce, content[..size], plaintext[..size]);
        return size;
    }

    /// <summary>Protects a plain text as the control byte says and returns the bytes of content, tag included.</summary>
    /// <param name="systemTitle">The sender's title, 8 bytes.</param>
    /// <param name="control">How; of a suite with this key length.</param>
    /// <param name="invocationCounter">Never used before under this key.</param>
    /// <param name="plaintext">The APDU.</param>
    /// <param name="content">At least <see cref="ContentSize"/> bytes.</param>
    /// <param name="header">For general-ciphering: the encoded header fields, which are authenticated too.</param>
    /// <exception cref="InvalidOperationException">A tag is asked for and the authentication key is not known.</exception>
    public int Encrypt(
        ReadOnlySpan<byte> systemTitle, SecurityControl control, uint invocationCounter, ReadOnlySpan<byte> plaintext, Span<byte> content,
        ReadOnlySpan<byte> header = default)
    {
        if (!IsSameKeySize(control.Suite))
            throw new ArgumentException($"security suite {(byte)control.Suite} is not the cipher's", nameof(control));
        Span<byte> nonce = stackalloc byte[NonceSize];
        MakeNonce(systemTitle, invocationCounter, nonce);
        var text = content[..plaintext.Length];
        if (!control.Authenticated)
        {
            Keystream(control, nonce, plaintext, text);
            return text.Length;
        }

        if (!CanAuthenticate) throw new InvalidOperationException("no authentication key");
        Seal(nonce, control, plaintext, text, content.Slice(text.Length, CipheredContent.TagSize), header);
        return text.Length + CipheredContent.TagSize;
    }

    /// <summary>Protects a plain text and puts the security header in front. The content is an array of its own.</summary>
    public CipheredContent Encrypt(ReadOnlySpan<byte> systemTitle, SecurityControl control, uint invocationCounter,
        ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> header = default)
    {
        var content = new byte[ContentSize(control, plaintext.Length)];
        Encrypt(systemTitle, control, invocationCounter, plaintext, content, header);
        return new CipheredContent(control, invocationCounter, content);
    }

    /// <summary>Checks and decrypts into an array of its own; null where <see cref="TryDecrypt"/> is false.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> systemTitle, in CipheredContent ciphered, ReadOnlySpan<byte> header = default)
    {
        var plaintext = new byte[Math.Max(0, PlaintextSize(ciphered.SecurityControl, ciphered.Content.Length))];
        var (control, counter, content) = ciphered;
        return TryDecrypt(systemTitle, control, counter, content.Span, plaintext, out _, header) ? plaintext : null;
    }

    /// <summary>The tag over a challenge or any text that is only authenticated (GMAC).</summary>
    public void Authenticate(
        ReadOnlySpan<byte> systemTitle, SecurityControl control, uint invocationCounter, ReadOnlySpan<byte> text, Span<byte> tag)
    {
        if (!CanAuthenticate) throw new InvalidOperationException("no authentication key");
        Span<byte> nonce = stackalloc byte[NonceSize];
        MakeNonce(systemTitle, invocationCounter, nonce);
        var authenticated = new AssociatedData(stackalloc byte[OnStack], control, _authenticationKey, default, text);
        _gcm.Encrypt(nonce, [], [], tag[..CipheredContent.TagSize], authenticated.Span);
        authenticated.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gcm.Dispose();
        CryptographicOperations.ZeroMemory(_authenticationKey);
    }

    private bool TryOpen(
        ReadOnlySpan<byte> nonce, SecurityControl control, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> header)
    {
        var clear = control.Encrypted ? default : text;
        var authenticated = new AssociatedData(stackalloc byte[OnStack], control, _authenticationKey, header, clear);
        try
        {
            if (!TryVerify(nonce, control.Encrypted ? text : default, tag, control.Encrypted ? plaintext : default, authenticated.Span))
                return false;
            if (!control.Encrypted) text.CopyTo(plaintext);
            return true;
        }
        finally
        {
            authenticated.Dispose();
        }
    }

    // The platform says "wrong tag" by an exception, and checks in one pass what a comparison of our own would take two for.
    private bool TryVerify(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> authenticated)
    {
        try
        {
            _gcm.Decrypt(nonce, text, tag, plaintext, authenticated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private void Seal(
        ReadOnlySpan<byte> nonce, SecurityControl control, ReadOnlySpan<byte> plaintext, Span<byte> text, Span<byte> tag,
        ReadOnlySpan<byte> header)
    {
        var clear = control.Encrypted ? default : plaintext;
        var authenticated = new AssociatedData(stackalloc byte[OnStack], control, _authenticationKey, header, clear);
        if (control.Encrypted)
        {
            _gcm.Encrypt(nonce, plaintext, text, tag, authenticated.Span);
        }
        else
        {
            _gcm.Encrypt(nonce, [], [], tag, authenticated.Span);
            plaintext.CopyTo(text);
        }

        authenticated.Dispose();
    }

    // GCM's encryption is counter mode from IV ‖ 00000002 whatever the tag is, and counter mode is its own inverse.
    private void Keystream(SecurityControl control, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (!control.Encrypted)
        {
            input.CopyTo(output);
            return;
        }

        Span<byte> unused = stackalloc byte[CipheredContent.TagSize];
        _gcm.Encrypt(nonce, input, output, unused);
    }

    private bool IsSameKeySize(SecuritySuite suite) => suite <= SecuritySuite.Suite2 && KeySize(suite) == KeySize(Suite);

    private static void MakeNonce(ReadOnlySpan<byte> systemTitle, uint invocationCounter, Span<byte> nonce)
    {
        if (systemTitle.Length != SystemTitleSize)
            throw new ProtocolException($"system title of {systemTitle.Length} bytes, not {SystemTitleSize}");
        systemTitle.CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[SystemTitleSize..], invocationCounter);
    }

    // SC ‖ AK ‖ header ‖ text, on the stack where it fits.
    private ref struct AssociatedData
    {
        private readonly byte[]? _rented;

        internal AssociatedData(Span<byte> stack, SecurityControl control, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header,
            ReadOnlySpan<byte> text)
        {
            var size = 1 + key.Length + header.Length + text.Length;
            if (size > stack.Length) stack = _rented = ArrayPool<byte>.Shared.Rent(size);
            Span = stack[..size];
            Span[0] = control.Value;
            key.CopyTo(Span[1..]);
            header.CopyTo(Span[(1 + key.Length)..]);
            text.CopyTo(Span[(1 + key.Length + header.Length)..]);
        }

        internal Span<byte> Span { get; }

        internal readonly void Dispose()
        {
            CryptographicOperations.ZeroMemory(Span);
            if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
