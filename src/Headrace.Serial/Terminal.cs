using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Headrace.Serial;

/// <summary>What the Linux kernel offers for a terminal line. Requests and structures are those of asm-generic, which x64, arm, arm64 and
/// riscv share; <c>termios2</c> takes any baud rate as a number.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Terminal
{
    internal const int Again = 11; // EAGAIN
    internal const int Interrupted = 4; // EINTR
    internal const int Busy = 16; // EBUSY
    internal const short Readable = 0x0001; // POLLIN

    private const int OpenReadWrite = 0x0002;
    private const int OpenNoControllingTerminal = 0x0100;
    private const int OpenNonBlocking = 0x0800;
    private const int OpenCloseOnExec = 0x80000;
    private const int LockExclusiveNow = 2 | 4;

    private const uint GetSettings = 0x802C542A; // TCGETS2
    private const uint SetSettings = 0x402C542B; // TCSETS2
    private const uint Flush = 0x540B; // TCFLSH
    private const uint Exclusive = 0x540C; // TIOCEXCL
    private const uint SendBreak = 0x5409; // TCSBRK; with an argument other than 0 it only waits until all is sent
    private const uint OutputQueue = 0x5411; // TIOCOUTQ

    private const uint CheckParity = 0x0010; // INPCK
    private const uint Size7 = 0x0020; // CS7
    private const uint Size8 = 0x0030; // CS8
    private const uint EnableReceiver = 0x0080; // CREAD
    private const uint EvenParity = 0x0100; // PARENB without PARODD
    private const uint IgnoreModemLines = 0x0800; // CLOCAL
    private const uint NumericSpeed = 0x1000; // BOTHER; the input speed is the output's

    private const int MinimumBytes = 6; // VMIN

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Settings
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte LineDiscipline;
        public fixed byte Characters[19];
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Awaited
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>Opens a device for this process alone. Neither waits for a carrier nor makes it the controlling terminal.</summary>
    /// <exception cref="IOException">It is not there, not a terminal, held by somebody else, or not allowed.</exception>
    internal static int Open(string device)
    {
        var descriptor = open(device, OpenReadWrite | OpenNoControllingTerminal | OpenNonBlocking | OpenCloseOnExec);
        if (descriptor < 0) throw Failure(device, "cannot be opened");
        try
        {
            // Advisory, but it holds against root too, which TIOCEXCL does not.
            if (flock(descriptor, LockExclusiveNow) < 0)
                throw Marshal.GetLastPInvokeError() == Again ? InUse(device) : Failure(device, "cannot be locked");
            if (ioctl(descriptor, Exclusive, 0) < 0) throw Failure(device, "is no serial line");
            return descriptor;
        }
        catch
        {
            _ = close(descriptor);
            throw;
        }
    }

    /// <summary>Raw bytes at the given speed, nothing translated, echoed or waited for.</summary>
    /// <exception cref="IOException">The device cannot do it.</exception>
    internal static unsafe void Configure(int descriptor, string device, SerialSettings settings)
    {
        var raw = default(Settings);
        if (ioctl(descriptor, GetSettings, (nint)(&raw)) < 0) throw Failure(device, "is no serial line");
        raw.InputFlags = settings.Format == CharacterFormat.EightNone ? 0 : CheckParity; // a bad character is read as 00
        raw.OutputFlags = 0;
        raw.LocalFlags = 0;
        raw.ControlFlags = EnableReceiver | IgnoreModemLines | NumericSpeed | settings.Format switch
        {
            CharacterFormat.SevenEven => Size7 | EvenParity,
            CharacterFormat.EightEven => Size8 | EvenParity,
            _ => Size8,
        };
        for (var i = 0; i < 19; i++) raw.Characters[i] = 0;
        raw.Characters[MinimumBytes] = 1;
        raw.InputSpeed = raw.OutputSpeed = (uint)settings.BaudRate;
        if (ioctl(descriptor, SetSettings, (nint)(&raw)) < 0) throw Failure(device, $"cannot do {settings}");
    }

    /// <summary>Bytes that the driver has not sent yet.</summary>
    internal static unsafe int Unsent(int descriptor)
    {
        var count = 0;
        return ioctl(descriptor, OutputQueue, (nint)(&count)) < 0 ? 0 : count;
    }

    /// <summary>Waits until the last bit is out; short where <see cref="Unsent"/> is 0.</summary>
    internal static void WaitUntilSent(int descriptor) => _ = ioctl(descriptor, SendBreak, 1);

    /// <summary>Drops what was received and not read.</summary>
    internal static void DropReceived(int descriptor) => _ = ioctl(descriptor, Flush, 0);

    /// <summary>Reads; -1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    internal static unsafe int Read(int descriptor, Span<byte> destination)
    {
        fixed (byte* at = destination) return (int)read(descriptor, (nint)at, (nuint)destination.Length);
    }

    /// <summary>Writes what the driver takes now; -1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    internal static unsafe int Write(int descriptor, ReadOnlySpan<byte> source)
    {
        fixed (byte* at = source) return (int)write(descriptor, (nint)at, (nuint)source.Length);
    }

    /// <summary>Waits without limit until one of the descriptors is ready.</summary>
    internal static unsafe int Wait(Span<Awaited> awaited)
    {
        fixed (Awaited* at = awaited) return poll((nint)at, (nuint)awaited.Length, -1);
    }

    /// <summary>Something that another thread can be woken by.</summary>
    internal static int OpenAlarm() => eventfd(0, OpenNonBlocking | OpenCloseOnExec);

    /// <summary>Wakes who waits for the alarm.</summary>
    internal static void Raise(int alarm) => Write(alarm, [1, 0, 0, 0, 0, 0, 0, 0]);

    internal static void Close(int descriptor) => _ = close(descriptor);

    internal static IOException Failure(string device, string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return error == Busy
            ? InUse(device)
            : new IOException($"The serial line {device} {what}: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    private static IOException InUse(string device) => new($"The serial line {device} is in use by another program.");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, nint buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, nint buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(nint descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);
}
