using System.Net;
using System.Net.Sockets;

namespace Headrace.Tests;

/// <summary>A head-end that cannot start says why in one sentence and ends with a code other than 0.</summary>
public sealed class StartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new DataFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var meters = await Serve(folder.File("a"), "http://127.0.0.1:0", $"127.0.0.1:{port}");
        AssertOneSentence(meters, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var web = await Serve(folder.File("b"), $"http://127.0.0.1:{port}", "127.0.0.1:0");
        AssertOneSentence(web, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_named()
    {
        using var folder = new DataFolder();
        await File.WriteAllTextAsync(folder.File("file"), "not a directory", Cancel);
        AssertOneSentence(await Serve(folder.File("file"), "http://127.0.0.1:0", "127.0.0.1:0"), folder.File("file"));
    }

    [Fact]
    public async Task A_damaged_database_is_named()
    {
        using var folder = new DataFolder();
        await StartAndStopAsync(folder.Path);
        var noise = new byte[64 * 1024];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder.File("headrace.db"), noise, Cancel);
        AssertOneSentence(await Serve(folder.Path, "http://127.0.0.1:0", "127.0.0.1:0"), "headrace.db");
    }

    [Fact]
    public async Task A_wrong_key_file_is_named_and_so_is_one_that_others_can_read()
    {
        using var folder = new DataFolder();
        await StartAndStopAsync(folder.Path);
        var keyFile = folder.File("master.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyFile));

        var good = await File.ReadAllBytesAsync(keyFile, Cancel);
        await File.WriteAllBytesAsync(keyFile, new byte[good.Length], Cancel);
        AssertOneSentence(await Serve(folder.Path, "http://127.0.0.1:0", "127.0.0.1:0"), "master.key");

        await File.WriteAllBytesAsync(keyFile, good, Cancel);
        File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        AssertOneSentence(await Serve(folder.Path, "http://127.0.0.1:0", "127.0.0.1:0"), "master.key");
    }

    [Fact]
    public async Task The_web_address_must_be_of_this_machine()
    {
        using var folder = new DataFolder();
        AssertOneSentence(await Serve(folder.Path, "http://0.0.0.0:0", "127.0.0.1:0"), "loopback");
    }

    [Fact]
    public async Task Two_head_ends_never_share_a_data_directory()
    {
        using var folder = new DataFolder();
        await using var first = await HeadraceProcess.Start("serve", "--data", folder.Path,
            "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0").ReadyAsync();
        AssertOneSentence(await Serve(folder.Path, "http://127.0.0.1:0", "127.0.0.1:0"), folder.Path);
        Assert.Equal(0, await first.InterruptAsync());
    }

    private static Task<(int ExitCode, string Output, string Errors)> Serve(string data, string http, string dlms) =>
        HeadraceProcess.RunAsync("serve", "--data", data, "--http", http, "--dlms", dlms);

    private static async Task StartAndStopAsync(string data)
    {
        await using var headEnd = await HeadraceProcess.Start("serve", "--data", data,
            "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0").ReadyAsync();
        Assert.Equal(0, await headEnd.InterruptAsync());
    }

    private static void AssertOneSentence((int ExitCode, string Output, string Errors) end, string mention)
    {
        Assert.NotEqual(0, end.ExitCode);
        Assert.Contains(mention, end.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Errors, StringComparison.Ordinal);
        var sentence = Assert.Single(end.Errors.Split('\n'), line => line.StartsWith("headrace: ", StringComparison.Ordinal));
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
    }
}
