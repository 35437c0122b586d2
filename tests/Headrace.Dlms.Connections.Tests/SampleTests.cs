using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections.Tests;

/// <summary>The samples as programs of their own, as a stranger runs them.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_sample_reads_the_meter_that_another_hosts()
    {
        using var host = Start("HostMeter", "0");
        var port = PortIn(await LineAsync(host));
        using var reader = Start("ReadMeter", "127.0.0.1", port);
        var output = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, reader.ExitCode);
        Assert.Matches(@"energy  \d+ Wh", output);
        Assert.Contains("profile 4 rows", output, StringComparison.Ordinal);
        await host.StandardInput.WriteLineAsync();
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, host.ExitCode);
    }

    [Fact]
    public async Task A_sample_prints_the_pushes_it_receives()
    {
        var (title, key, authentication) = ("HRC12345"u8.ToArray(), new byte[16], Enumerable.Repeat((byte)7, 16).ToArray());
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""
            {
              "{{Convert.ToHexString(title)}}":
              { "encryption": "{{Convert.ToHexString(key)}}", "authentication": "{{Convert.ToHexString(authentication)}}" }
            }
            """, TestContext.Current.CancellationToken);
        using var listener = Start("ReceivePushes", "0", file);
        var port = PortIn(await LineAsync(listener));
        using var cipher = new ApduCipher(key, authentication);
        var push = new DataNotification(LongInvokeIdAndPriority.Of(1), null, CosemData.Array(
            CosemData.Structure(CosemData.OctetString(LogicalName.Parse("1-0:1.8.0.255")), CosemData.DoubleLongUnsigned(4711))));
        var ciphered = cipher.Encrypt(title, SecurityControl.Of(SecuritySuite.Suite0, true, true), 1, push.Encode());
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        WrapperFrame.Write(frame, 1, 0x67, new GeneralGloCiphering(title, ciphered).Encode());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture),
            TestContext.Current.CancellationToken);
        await socket.SendAsync(frame.WrittenMemory, TestContext.Current.CancellationToken);
        Assert.Contains("1 values, Authenticated", await LineAsync(listener), StringComparison.Ordinal);
        Assert.Contains("4711", await LineAsync(listener), StringComparison.Ordinal);
        listener.Kill();
        File.Delete(file);
    }

    private static async Task<string> LineAsync(Process sample)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await sample.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("It ended.");
    }

    private static string PortIn(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';', ',')[0];

    private static Process Start(string sample, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, sample + ".dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }
}
